package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/**
 * A broker that is attacked, and a client that behaves well: after each attack it, and a newcomer, are served in a time
 * that compares with that before, and memory and descriptors are back.
 */
abstract class UnderAttack {
    static final int QUEUE_DECLARE = 50 << 16 | 10;
    static final int QUEUE_DELETE = 50 << 16 | 40;
    static final int QUEUE_BIND = 50 << 16 | 20;
    static final int EXCHANGE_DECLARE = 40 << 16 | 10;
    static final int BASIC_PUBLISH = 60 << 16 | 40;
    static final int BASIC_CONSUME = 60 << 16 | 20;
    static final int CONFIRM_SELECT = 85 << 16 | 10;

    private static final int USEFUL_ROUNDS = 10;
    /** Other tests and other builds run on the same machine. */
    private static final int SLOWER_MAX = 100;

    private static final long HEAP_SPARE_BYTES = 48L << 20;
    /** The batches between event loops that are kept for the next use, 128 of 256 KiB at most, and a little. */
    static final long DIRECT_SPARE_BYTES = (32L << 20) + (4L << 20);

    private static final long DESCRIPTORS_SPARE = 16;

    static LocalBroker broker;
    static Connection neighbour;
    private static long usualNanos;
    private static Resources before;

    /**
     * What a process holds.
     *
     * @param heapBytes after collecting what is garbage
     * @param directBytes handed out by the pool
     * @param descriptors open files and sockets; 0 where nobody counts them
     */
    record Resources(long heapBytes, long directBytes, long descriptors) {
        static Resources now() {
            System.gc();
            String[] open = new File("/proc/self/fd").list();
            return new Resources(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    pinned(),
                    open == null ? 0 : open.length);
        }

        static long pinned() {
            return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
        }
    }

    static void start(Path directory, String... settings) throws Exception {
        broker = LocalBroker.start(directory, settings);
        neighbour = broker.connect();
        usefulRounds();
        usualNanos = Math.max(1, usefulRounds());
        before = Resources.now();
    }

    @AfterAll
    static void stop_broker() {
        neighbour.abort();
        broker.close();
    }

    @AfterEach
    void neighbour_and_newcomer_are_served_and_nothing_is_left() throws Exception {
        long nanos = usefulRounds();
        assertTrue(
                nanos / SLOWER_MAX <= usualNanos,
                () -> "the neighbour needs " + nanos + " ns for what took " + usualNanos + " before");
        try (Connection newcomer = broker.connect()) {
            useful(newcomer);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    Resources now = Resources.now();
                    String both = "before " + before + ", now " + now;
                    assertTrue(now.descriptors() <= before.descriptors() + DESCRIPTORS_SPARE, both);
                    assertTrue(now.directBytes() <= before.directBytes() + DIRECT_SPARE_BYTES, both);
                    assertTrue(now.heapBytes() <= before.heapBytes() + HEAP_SPARE_BYTES, both);
                });
    }

    static RawConnection raw() throws Exception {
        return new RawConnection(broker.port());
    }

    /** One that has opened channel 1. */
    static RawConnection opened() throws Exception {
        RawConnection raw = raw();
        raw.open();
        return raw;
    }

    static byte[] declare(String queue, int bits, byte[] arguments) {
        return RawConnection.frame(1, 1, RawConnection.method(QUEUE_DECLARE, (short) 0, queue, (byte) bits, arguments));
    }

    static byte[] declareExchange(String exchange, String type) {
        return RawConnection.frame(
                1, 1, RawConnection.method(EXCHANGE_DECLARE, (short) 0, exchange, type, (byte) (2 | 4), 0));
    }

    static byte[] bind(int method, String to, String from, String key) {
        return RawConnection.frame(1, 1, RawConnection.method(method, (short) 0, to, from, key, (byte) 0, 0));
    }

    /** A whole message. */
    static byte[] message(String exchange, String key, int bits, int bodyBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                RawConnection.frame(1, 1, RawConnection.method(BASIC_PUBLISH, (short) 0, exchange, key, (byte) bits)));
        out.writeBytes(header(bodyBytes));
        if (bodyBytes > 0) {
            out.writeBytes(RawConnection.frame(3, 1, new byte[bodyBytes]));
        }
        return out.toByteArray();
    }

    static byte[] header(long bodyBytes) {
        return RawConnection.frame(
                2,
                1,
                ByteBuffer.allocate(14)
                        .putShort((short) 60)
                        .putShort((short) 0)
                        .putLong(bodyBytes)
                        .putShort((short) 0)
                        .array());
    }

    /** The useful work of a client, so often that its time can be compared. */
    private static long usefulRounds() throws Exception {
        long begin = System.nanoTime();
        for (int i = 0; i < USEFUL_ROUNDS; i++) {
            useful(neighbour);
        }
        return System.nanoTime() - begin;
    }

    static void useful(Connection connection) throws Exception {
        try (Channel channel = connection.createChannel()) {
            String queue = channel.queueDeclare("", false, true, true, null).getQueue();
            channel.confirmSelect();
            channel.basicPublish("", queue, null, AgainstBroker.bytes("m"));
            channel.waitForConfirmsOrDie(20_000);
            assertEquals("m", AgainstBroker.text(channel.basicGet(queue, true).getBody()));
            channel.queueDelete(queue);
        }
    }
}
