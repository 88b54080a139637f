package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int MESSAGES = 64 * 1_600;

    @Test
    void publishing_delivering_and_acking_allocate_nothing_per_message() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MessageLoop loop = new MessageLoop(100);
        loop.run(MESSAGES);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            loop.run(MESSAGES);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(4L * MESSAGES, loop.commands.published);
        assertEquals(4L * MESSAGES, loop.commands.settled);
        assertTrue(
                least < MESSAGES,
                least + " bytes were allocated for " + MESSAGES + " messages; less than one each is allowed");
    }
}
