package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A message that nobody settles keeps its own space, not that of everything around it. */
class CompactionTest {
    private static final long MEMORY = 1 << 20;
    private static final int MESSAGES = 3_000;
    private static final int KEPT_EVERY = 100;
    private static final String PADDING = "x".repeat(1000);

    private SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void open(SimulatedDisk on) {
        disk = on;
        kit = new HostKit(disk, MEMORY);
        out = new RecordingOutlet();
        lane = kit.lane(out);
    }

    private void crash() {
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        open(disk);
    }

    /** Fills queues; each message goes to all of them. */
    private void fill(String exchange, String key) {
        for (int i = 0; i < MESSAGES; i += 100) {
            int from = i;
            kit.turn(() -> {
                for (int n = from; n < from + 100; n++) {
                    kit.host.publish(lane, 0, 0, HostKit.record(exchange, key, n + " " + PADDING, true), 0);
                }
            });
            kit.settle();
        }
    }

    /** Accepts all messages of a queue but a few, which are spread over all segments. */
    private void settleMost(int consumer, String queue) {
        int before = out.deliveries.size();
        out.deliveriesPerFlush = 500;
        kit.consume(lane, consumer, queue, 0);
        kit.settle();
        List<RecordingOutlet.Delivered> all = List.copyOf(out.deliveries.subList(before, out.deliveries.size()));
        assertEquals(MESSAGES, all.size());
        kit.turn(() -> {
            for (int i = 0; i < all.size(); i++) {
                if (i % KEPT_EVERY != 0) {
                    RecordingOutlet.Delivered d = all.get(i);
                    kit.host.settle(lane, consumer, d.queue(), d.sequence(), d.sequence(), Outcome.ACCEPTED);
                }
            }
        });
        kit.settle();
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            kit.host.tick();
            kit.settle();
        }
    }

    private long segmentBytes() {
        return disk.contents().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".seg"))
                .mapToLong(entry -> entry.getValue().length)
                .sum();
    }

    private void assertKept(String queue) {
        int before = out.deliveries.size();
        kit.consume(lane, 77, queue, 0);
        kit.settle();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i += KEPT_EVERY) {
            expected.add(i + " " + PADDING);
        }
        assertEquals(
                expected,
                out.deliveries.subList(before, out.deliveries.size()).stream()
                        .map(RecordingOutlet.Delivered::body)
                        .toList());
        assertEquals(List.of(), kit.damages);
    }

    @Test
    void one_message_held_in_every_segment_does_not_keep_the_space_of_the_others() {
        kit.queue(lane, "q", Arguments.NONE);
        fill("", "q");
        settleMost(1, "q");
        long before = segmentBytes();
        assertTrue(before > MESSAGES / 2 * 1000, "bytes before: " + before);
        ticks(200);
        long after = segmentBytes();
        assertTrue(after < before / 10, "bytes after: " + after);
        crash();
        assertKept("q");
    }

    @Test
    void a_record_that_two_queues_share_is_still_in_both() {
        kit.queue(lane, "a", Arguments.NONE);
        kit.queue(lane, "b", Arguments.NONE);
        kit.bind(lane, "amq.fanout", "a", "");
        kit.bind(lane, "amq.fanout", "b", "");
        fill("amq.fanout", "");
        settleMost(1, "a");
        settleMost(2, "b");
        long before = segmentBytes();
        ticks(200);
        assertTrue(segmentBytes() < before / 10, "bytes after: " + segmentBytes());
        crash();
        assertKept("a");
        crash();
        assertKept("b");
    }

    @Test
    void what_is_settled_requeued_and_read_meanwhile_is_not_undone() {
        kit.queue(lane, "q", Arguments.NONE);
        fill("", "q");
        settleMost(1, "q");
        crash();
        out.deliveriesPerFlush = 5;
        kit.consume(lane, 1, "q", 5);
        for (int i = 0; i < 100; i++) {
            kit.host.tick();
            kit.settle();
            if (i % 10 == 9 && !out.deliveries.isEmpty()) {
                RecordingOutlet.Delivered d = out.deliveries.get(out.deliveries.size() - 1);
                kit.turn(() -> kit.host.settle(lane, 1, d.queue(), d.sequence(), d.sequence(), Outcome.RELEASED));
            }
        }
        kit.turn(() -> kit.host.closeLane(lane));
        kit.settle();
        lane = kit.lane(out);
        out.deliveries.clear();
        assertKept("q");
    }

    @Test
    void a_disk_that_refuses_to_flush_the_copy_ends_the_virtual_host() {
        kit.queue(lane, "q", Arguments.NONE);
        fill("", "q");
        settleMost(1, "q");
        // All memory is at rest by then, so what is written next is a copy.
        ticks(15);
        disk.refuseForce(".seg");
        ticks(200);
        assertTrue(kit.failure.get() != null, "the virtual host goes on");
        disk.kill();
        open(disk);
        assertKept("q");
    }

    @ParameterizedTest
    @EnumSource
    void a_power_cut_at_any_step_of_it_loses_nothing(SimulatedDisk.CrashMode mode) {
        kit.queue(lane, "q", Arguments.NONE);
        fill("", "q");
        settleMost(1, "q");
        crash();
        kit.settle();
        SimulatedDisk base = disk.copy();
        long steps = 12;
        for (long step = 1; step <= steps; step++) {
            open(base.copy());
            kit.settle();
            disk.cutPowerAt(step);
            ticks(45);
            if (disk.powerIsOn()) {
                assertTrue(step > 12, "steps: " + step);
                break;
            }
            steps = step + 1;
            disk.crash(mode, new SplittableRandom(step));
            open(disk);
            assertKept("q");
        }
    }
}
