package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When nothing comes, and at a clean stop, messages leave the log: it shrinks, and a start reads none of them. */
class RestTest {
    private static final long MEMORY = 4 << 20;
    private static final int MESSAGES = 2_000;
    private static final String PADDING = "x".repeat(1000);

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void fill() {
        kit.queue(lane, "q", Arguments.NONE);
        for (int i = 0; i < MESSAGES; i += 100) {
            int from = i;
            kit.turn(() -> {
                for (int n = from; n < from + 100; n++) {
                    kit.host.publish(lane, 0, 0, HostKit.record("", "q", n + " " + PADDING, true), 0);
                }
            });
            kit.settle();
        }
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            kit.host.tick();
            kit.settle();
        }
    }

    private long arenaBytes() {
        return kit.host.inside().arena.bytes();
    }

    private void start() {
        kit = new HostKit(disk, MEMORY);
        out = new RecordingOutlet();
        lane = kit.lane(out);
    }

    private void assertAll() {
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            expected.add(i + " " + PADDING);
        }
        assertEquals(expected, out.bodies());
    }

    @Test
    void what_waits_leaves_memory_and_log_when_nothing_comes() {
        fill();
        assertTrue(arenaBytes() > 1 << 20, "bytes: " + arenaBytes());
        ticks(15);
        assertTrue(arenaBytes() < 256 << 10, "bytes: " + arenaBytes());
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        start();
        assertTrue(arenaBytes() < 256 << 10, "read from the log: " + arenaBytes());
        assertAll();
    }

    @Test
    void memory_that_a_burst_took_is_not_kept_when_nothing_comes() {
        // Only pieces of a megabyte are kept for use, and those come where a generation is larger than one.
        kit = new HostKit(disk, 16 << 20);
        lane = kit.lane(out);
        for (int i = 0; i < 5; i++) {
            fill();
        }
        assertTrue(kit.host.inside().arena.freeBytes() > 0, "nothing was kept for use");
        ticks(15);
        assertEquals(0, kit.host.inside().arena.freeBytes());
    }

    @Test
    void going_to_rest_happens_once_and_not_again_for_its_own_sake() {
        fill();
        ticks(15);
        long last = kit.host.inside().setup.log().last();
        ticks(60);
        assertEquals(last, kit.host.inside().setup.log().last());
    }

    @Test
    void a_start_after_a_clean_stop_reads_no_message_from_the_log() {
        fill();
        boolean[] stopped = {false};
        kit.host.stop(() -> stopped[0] = true);
        for (int i = 0; i < 10 && !stopped[0]; i++) {
            kit.settle();
        }
        assertTrue(stopped[0]);
        start();
        assertTrue(arenaBytes() < 256 << 10, "read from the log: " + arenaBytes());
        assertAll();
    }
}
