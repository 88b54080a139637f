package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.Outcome;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards D18 and the segments: a backlog leaves memory, comes back in order, and survives. */
class BacklogTest {
    private static final long MEMORY = 4 << 20;
    private static final String PADDING = "x".repeat(1000);
    private static final int MESSAGES = 20_000;

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void publish(int count, boolean durable, String... queues) {
        for (int i = 0; i < count; ) {
            int from = i;
            i = Math.min(count, i + 100);
            int to = i;
            kit.turn(() -> {
                for (int n = from; n < to; n++) {
                    kit.host.publish(
                            lane, 0, 0, HostKit.record("", queues[n % queues.length], n + " " + PADDING, durable), 0);
                }
            });
            kit.settle();
        }
    }

    private void crash() {
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        restart();
    }

    private void restart() {
        kit = new HostKit(disk, MEMORY);
        out = new RecordingOutlet();
        lane = kit.lane(out);
    }

    private void drain(String queue, int first, int step) {
        out.deliveriesPerFlush = 500;
        kit.consume(lane, 1, queue, 500);
        int acked = 0;
        while (true) {
            kit.settle();
            if (out.deliveries.size() == acked) {
                break;
            }
            List<RecordingOutlet.Delivered> fresh = List.copyOf(out.deliveries.subList(acked, out.deliveries.size()));
            acked = out.deliveries.size();
            kit.turn(() -> {
                for (RecordingOutlet.Delivered d : fresh) {
                    kit.host.settle(lane, 1, d.queue(), d.sequence(), d.sequence(), Outcome.ACCEPTED);
                }
            });
        }
        int expected = first;
        for (RecordingOutlet.Delivered d : out.deliveries) {
            assertEquals(expected + " " + PADDING, d.body(), "D8: order");
            expected += step;
        }
        assertEquals(MESSAGES / step, out.deliveries.size());
        assertEquals(List.of(), kit.damages);
    }

    @ParameterizedTest(name = "durable {0}")
    @ValueSource(booleans = {true, false})
    void a_backlog_larger_than_memory_is_drained_in_order(boolean durable) {
        kit.queue(lane, "q", Arguments.NONE);
        publish(MESSAGES, durable, "q");
        assertTrue(kit.pressures.isEmpty()
                || kit.pressures.get(kit.pressures.size() - 1).isEmpty());
        drain("q", 0, 1);
        assertEquals(0, kit.host.queues().get(0).ready());
    }

    @ParameterizedTest(name = "durable {0}")
    @ValueSource(booleans = {true, false})
    void one_message_larger_than_the_memory_for_messages_lets_publishers_go_on(boolean durable) {
        kit.queue(lane, "q", Arguments.NONE);
        String large = "x".repeat((int) MEMORY);
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "q", large, durable), 0));
        kit.settle();
        assertEquals(2, kit.pressures.size(), () -> "had to wait, and went on: " + kit.pressures);
        assertEquals("", kit.pressures.get(1));
        kit.consume(lane, 1, "q", 500);
        kit.settle();
        assertEquals(List.of(large), out.bodies());
    }

    @Test
    void a_backlog_larger_than_memory_survives_a_crash() {
        kit.queue(lane, "a", Arguments.NONE);
        kit.queue(lane, "b", Arguments.NONE);
        publish(MESSAGES, true, "a", "b");
        crash();
        drain("b", 1, 2);
        crash();
        drain("a", 0, 2);
        kit.settle();
        crash();
        for (QueueStatus status : kit.host.queues()) {
            assertEquals(0, status.ready(), status.name());
        }
    }

    @Test
    void a_purge_of_a_queue_with_gaps_leaves_what_is_in_flight_between_them() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(20, true, "q");
        RecordingOutlet first = new RecordingOutlet();
        Lane firstLane = kit.lane(first);
        kit.consume(firstLane, 1, "q", 10);
        kit.settle();
        int queue = first.deliveries.get(0).queue();
        kit.turn(() -> {
            for (long gone = 1; gone <= 5; gone += 2) {
                long sequence = first.deliveries.get((int) gone).sequence();
                kit.host.settle(firstLane, 1, queue, sequence, sequence, Outcome.ACCEPTED);
            }
        });
        kit.turn(() -> kit.host.closeLane(firstLane));
        kit.settle();
        RecordingOutlet second = new RecordingOutlet();
        Lane secondLane = kit.lane(second);
        kit.consume(secondLane, 1, "q", 2);
        kit.settle();
        kit.consume(lane, 1, "q", 1);
        kit.settle();
        kit.turn(() -> kit.host.closeLane(secondLane));
        assertEquals(List.of("4 " + PADDING), out.bodies(), "in flight, with 0, 2 and 6 to 19 around it");

        HostKit.Answer<Long> purged = new HostKit.Answer<>();
        kit.turn(() -> kit.host.purge(lane, "q", purged));
        kit.settle();
        assertEquals(16L, purged.value());
        crash();

        kit.consume(lane, 1, "q", 500);
        kit.settle();
        assertEquals(List.of("4 " + PADDING), out.bodies());
    }

    @Test
    void disk_space_of_a_drained_backlog_is_given_back() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(MESSAGES, true, "q");
        drain("q", 0, 1);
        publishAndDrainAgain();
        long segments = disk.contents().keySet().stream()
                .filter(name -> name.endsWith(".seg"))
                .count();
        assertTrue(segments <= 6, "segments left: " + segments);
        long bytes = disk.contents().values().stream().mapToLong(b -> b.length).sum();
        assertTrue(bytes < 40 << 20, "bytes left: " + bytes);
    }

    private void publishAndDrainAgain() {
        for (int round = 0; round < 10; round++) {
            publish(1000, false, "q");
            while (!out.deliveries.isEmpty()) {
                RecordingOutlet.Delivered d = out.deliveries.remove(0);
                kit.turn(() -> kit.host.settle(lane, 1, d.queue(), d.sequence(), d.sequence(), Outcome.ACCEPTED));
            }
            kit.settle();
        }
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            kit.host.tick();
            kit.settle();
        }
    }

    @Test
    void segments_of_a_drained_backlog_go_though_nobody_publishes() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(MESSAGES, true, "q");
        drain("q", 0, 1);
        ticks(3);
        assertEquals(
                List.of(),
                disk.contents().keySet().stream()
                        .filter(n -> n.endsWith(".seg"))
                        .toList(),
                "D16: space comes back by consuming alone");
    }

    @Test
    void a_nearly_full_disk_gets_the_log_files_back_as_well() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(MESSAGES / 10, true, "q");
        kit.turn(() -> kit.host.lowOnDisk(true));
        ticks(4);
        long logs = disk.contents().keySet().stream()
                .filter(n -> n.endsWith(".wal"))
                .count();
        assertEquals(1, logs, "D16");
        crash();
        assertEquals(MESSAGES / 10, kit.host.queues().get(0).ready(), "and nothing is lost by that");
    }

    @Test
    void a_flipped_bit_in_a_segment_is_found_reported_and_never_delivered() {
        kit.queue(lane, "q", Arguments.NONE);
        publish(MESSAGES, true, "q");
        crash();
        String segment = disk.contents().keySet().stream()
                .filter(name -> name.endsWith(".seg"))
                .findFirst()
                .orElseThrow();
        disk.flipBit(segment, 100_000 * 8L);
        restart();
        out.deliveriesPerFlush = Integer.MAX_VALUE;
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(1, kit.damages.size(), () -> "D14: " + kit.damages);
        assertEquals(MESSAGES - 1, out.deliveries.size());
    }
}
