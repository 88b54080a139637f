package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.HostKit.Answer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which message goes first, and to whom: priorities of messages and of consumers, and a single active consumer. */
class DispatchOrderTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, 16 << 20);
    private final RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void publish(String queue, int priority, String body) {
        ByteBuffer record = HostKit.record("", queue, body, true);
        record.put(6, (byte) priority);
        assertEquals(priority, MessageRecord.priority(record, 0));
        kit.turn(() -> kit.host.publish(lane, 0, 0, record, 0));
    }

    private void consume(Lane by, int number, String queue, Object priority) {
        Answer<Void> answer = new Answer<>();
        Arguments arguments = new Arguments(Map.of("x-priority", priority));
        kit.turn(() -> kit.host.consume(
                by, new Subscription(number, "tag" + number, queue, false, false, 2, arguments), answer));
        kit.settle();
        answer.value();
    }

    private void restart(SimulatedDisk.CrashMode mode) {
        disk.crash(mode, new SplittableRandom(1));
        kit = new HostKit(disk, 16 << 20);
        lane = kit.lane(out);
        out.deliveries.clear();
    }

    private List<Integer> consumers() {
        return out.deliveries.stream().map(RecordingOutlet.Delivered::consumer).toList();
    }

    @Test
    void the_highest_priority_goes_first_and_within_one_the_oldest() {
        kit.queue(lane, "q", new Arguments(Map.of("x-max-priority", 5L)));
        int[] priorities = {0, 3, 5, 9, 3, 255, 0};
        for (int i = 0; i < priorities.length; i++) {
            publish("q", priorities[i], "m" + i);
        }
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(List.of("m2", "m3", "m5", "m1", "m4", "m0", "m6"), out.bodies());
    }

    @Test
    void a_released_message_returns_to_its_place_in_its_level() {
        kit.queue(lane, "q", new Arguments(Map.of("x-max-priority", 10L)));
        for (int i = 0; i < 4; i++) {
            publish("q", i % 2, "m" + i);
        }
        kit.consume(lane, 1, "q", 2);
        kit.settle();
        assertEquals(List.of("m1", "m3"), out.bodies());
        RecordingOutlet.Delivered first = out.deliveries.get(0);
        long sequence = first.sequence();
        kit.turn(() -> kit.host.settle(lane, 1, first.queue(), sequence, sequence, Outcome.RELEASED));
        assertEquals("m1", out.last().body());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_order_of_priorities_survives_a_start(boolean clean) {
        kit.queue(lane, "q", new Arguments(Map.of("x-max-priority", 255L)));
        for (int i = 0; i < 1000; i++) {
            publish("q", i % 250, "m" + i);
        }
        kit.settle();
        if (clean) {
            kit.host.closeLane(lane);
            kit.host.stop(() -> {});
            kit.settle();
        }
        restart(SimulatedDisk.CrashMode.FORCED_ONLY);
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        List<String> expected = IntStream.range(0, 1000)
                .boxed()
                .sorted((a, b) -> a % 250 != b % 250 ? b % 250 - a % 250 : a - b)
                .map(i -> "m" + i)
                .toList();
        assertEquals(expected, out.bodies());
    }

    @Test
    void an_index_of_priorities_costs_nothing_when_the_queue_is_empty_again() {
        kit.queue(lane, "q", new Arguments(Map.of("x-max-priority", 5L)));
        publish("q", 5, "a");
        publish("q", 5, "b");
        kit.turn(() -> kit.host.purge(lane, "q", new Answer<>()));
        publish("q", 1, "c");
        kit.consume(lane, 1, "q", 0);
        kit.settle();
        assertEquals(List.of("c"), out.bodies());
    }

    @Test
    void the_consumer_of_the_highest_priority_gets_all_while_it_has_room() {
        kit.queue(lane, "q", Arguments.NONE);
        consume(lane, 1, "q", 0L);
        consume(lane, 2, "q", 7L);
        consume(lane, 3, "q", 7L);
        consume(lane, 4, "q", -3L);
        for (int i = 0; i < 10; i++) {
            publish("q", 0, "m" + i);
        }
        assertEquals(List.of(2, 3, 2, 3, 1, 1, 4, 4), consumers());
        RecordingOutlet.Delivered held = out.deliveries.get(1);
        kit.turn(() -> kit.host.settle(lane, 3, held.queue(), 2, 2, Outcome.ACCEPTED));
        assertEquals(List.of(2, 3, 2, 3, 1, 1, 4, 4, 3), consumers());
    }

    @Test
    void a_priority_that_is_no_integer_is_refused() {
        kit.queue(lane, "q", Arguments.NONE);
        Answer<Void> answer = new Answer<>();
        Arguments arguments = new Arguments(Map.of("x-priority", "high"));
        kit.turn(() -> kit.host.consume(lane, new Subscription(1, "t", "q", false, false, 2, arguments), answer));
        assertNotNull(answer.why);
        assertEquals(
                "invalid arg 'x-priority' for queue 'q' in vhost '/': \"expected integer, got longstr\"",
                answer.why.getMessage());
    }

    @Test
    void a_single_active_consumer_gets_everything_until_it_goes() {
        kit.queue(lane, "q", new Arguments(Map.of("x-single-active-consumer", true)));
        RecordingOutlet otherOut = new RecordingOutlet();
        Lane other = kit.lane(otherOut);
        consume(other, 1, "q", 0L);
        consume(lane, 2, "q", 1L);
        consume(lane, 3, "q", 5L);
        consume(lane, 4, "q", 5L);
        for (int i = 0; i < 6; i++) {
            publish("q", 0, "m" + i);
        }
        assertEquals(List.of("m0", "m1"), otherOut.bodies(), "full, but nobody else is active");
        assertEquals(List.of(), out.bodies());
        kit.turn(() -> kit.host.closeLane(other));
        assertEquals(List.of("m0", "m1"), out.bodies(), "what was held comes first");
        assertEquals(List.of(3, 3), consumers(), "the highest priority, then the oldest");
        kit.turn(() -> kit.host.cancel(lane, 3, new Answer<>()));
        assertEquals(List.of(3, 3, 4, 4), consumers(), "a cancelled one keeps what it holds");
    }

    @Test
    void a_single_active_consumer_cannot_be_exclusive() {
        kit.queue(lane, "q", new Arguments(Map.of("x-single-active-consumer", true)));
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.consume(lane, new Subscription(1, "t", "q", false, true, 2, Arguments.NONE), answer));
        assertNotNull(answer.why);
        assertEquals("queue 'q' in vhost '/' in exclusive use", answer.why.getMessage());
    }
}
