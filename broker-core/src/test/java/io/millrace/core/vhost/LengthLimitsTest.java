package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.event.Cause;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How much may be ready in a queue, and what happens to the rest. */
class LengthLimitsTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, 16 << 20);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);
    private long number;

    private void queue(String name, Object... arguments) {
        Map<String, @Nullable Object> map = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            map.put((String) arguments[i], arguments[i + 1]);
        }
        kit.queue(lane, name, new Arguments(map));
    }

    /** Publishes to the queue of that name, all in one turn. */
    private void publish(String queue, String... bodies) {
        kit.turn(() -> {
            for (String body : bodies) {
                kit.host.publish(lane, ++number, 0, HostKit.record("", queue, body, true), 0);
            }
        });
    }

    /** What is in a queue, taken out of it. */
    private List<String> drain(String queue) {
        RecordingOutlet reader = new RecordingOutlet();
        Lane other = kit.lane(reader);
        kit.turn(() -> kit.host.consume(
                other, new Subscription(1, "t", queue, true, false, 0, Arguments.NONE), new HostKit.Answer<>()));
        kit.settle();
        kit.turn(() -> kit.host.closeLane(other));
        kit.settle();
        return reader.bodies();
    }

    private long ready(String queue) {
        return kit.host.queues().stream()
                .filter(status -> status.name().equals(queue))
                .findFirst()
                .orElseThrow()
                .ready();
    }

    private Map<String, Long> losses(String queue) {
        return kit.host.reports().queues(0, 100).items().stream()
                .filter(report -> report.spec().name().equals(queue))
                .findFirst()
                .orElseThrow()
                .losses();
    }

    private void crash() {
        disk.crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        kit = new HostKit(disk, 16 << 20);
        out = new RecordingOutlet();
        lane = kit.lane(out);
        number = 0;
    }

    @Test
    void head_is_dropped_when_a_queue_is_too_long() {
        queue("q", "x-max-length", 2L);
        publish("q", "a", "b", "c", "d");
        kit.settle();
        assertEquals(4, out.confirmed, "a dropped message does not keep its publisher waiting");
        assertEquals(2, kit.host.counters().settled(Cause.MAXLEN));
        assertEquals(Map.of("dropped_maxlen", 2L), losses("q"));
        assertEquals(List.of("c", "d"), drain("q"));
    }

    @Test
    void what_was_dropped_does_not_come_back_with_a_restart() {
        queue("q", "x-max-length", 2L);
        publish("q", "a", "b", "c", "d");
        kit.settle();
        crash();
        assertEquals(List.of("c", "d"), drain("q"));
    }

    @Test
    void limit_holds_for_a_get_of_the_same_turn() {
        queue("q", "x-max-length", 1L);
        kit.turn(() -> {
            kit.host.publish(lane, 0, 0, HostKit.record("", "q", "a", true), 0);
            kit.host.publish(lane, 0, 0, HostKit.record("", "q", "b", true), 0);
            kit.host.get(lane, "q", true, new HostKit.Answer<>());
        });
        kit.settle();
        assertEquals(List.of("b"), out.bodies());
    }

    @Test
    void what_consumers_hold_does_not_count() {
        queue("q", "x-max-length", 1L);
        kit.consume(lane, 1, "q", 0);
        publish("q", "a", "b", "c", "d");
        kit.settle();
        assertEquals(List.of("a", "b", "c", "d"), out.bodies());
    }

    @Test
    void queue_of_length_nothing_hands_over_to_who_waits_and_drops_the_rest() {
        queue("q", "x-max-length", 0L);
        publish("q", "nobody waits");
        kit.consume(lane, 1, "q", 1);
        publish("q", "a", "b");
        kit.settle();
        assertEquals(List.of("a"), out.bodies());
        assertEquals(2, kit.host.counters().settled(Cause.MAXLEN));
    }

    @Test
    void bytes_of_bodies_are_limited() {
        queue("q", "x-max-length-bytes", 10L);
        publish("q", "12345", "67890", "x", "yz");
        kit.settle();
        assertEquals(List.of("67890", "x", "yz"), drain("q"));
        publish("q", "12345678901");
        kit.settle();
        assertEquals(0, ready("q"), "one that is too large for the queue does not stay");
    }

    @Test
    void bytes_are_counted_anew_after_a_restart() {
        queue("q", "x-max-length-bytes", 10L);
        publish("q", "12345", "67890");
        kit.settle();
        crash();
        publish("q", "x");
        kit.settle();
        assertEquals(List.of("67890", "x"), drain("q"));
    }

    @Test
    void message_that_is_given_back_to_a_full_queue_dies_at_the_head() {
        queue("q", "x-max-length", 1L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        queue("dead");
        kit.consume(lane, 1, "q", 1);
        publish("q", "a", "b");
        kit.settle();
        assertEquals(List.of("a"), out.bodies());
        RecordingOutlet.Delivered a = out.last();
        kit.turn(() -> {
            kit.host.cancel(lane, 1, new HostKit.Answer<>());
            kit.host.settle(lane, 1, a.queue(), a.sequence(), a.sequence(), Outcome.RELEASED);
        });
        kit.settle();
        assertEquals(List.of("a"), drain("dead"));
        assertEquals(List.of("b"), drain("q"));
    }

    @Test
    void dropped_head_becomes_a_dead_letter_with_its_reason() {
        queue("q", "x-max-length", 1L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        queue("dead");
        publish("q", "a", "b");
        kit.settle();
        kit.consume(lane, 1, "dead", 0);
        kit.settle();
        assertEquals(List.of("a"), out.bodies());
        Deaths deaths = Deaths.decode(present(out.lastRecord), 0);
        assertEquals("maxlen", deaths.entries().get(0).reason().text());
        assertEquals("q", deaths.entries().get(0).queue());
    }

    private static <T> T present(@Nullable T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void full_queue_refuses_and_the_others_do_not_get_the_message_either() {
        kit.exchange(lane, "x", "fanout");
        queue("full", "x-max-length", 1L, "x-overflow", "reject-publish");
        queue("other");
        kit.bind(lane, "x", "full", "");
        kit.bind(lane, "x", "other", "");
        for (String body : List.of("a", "b")) {
            kit.turn(() -> kit.host.publish(lane, ++number, 0, HostKit.record("x", "", body, true), 0));
        }
        kit.settle();
        assertEquals(List.of(2L), out.refused);
        assertEquals(1, out.confirmed);
        assertEquals(List.of("a"), drain("other"), "D2: stored nowhere");
        assertEquals(1, kit.host.counters().refused());
        assertEquals(Map.of("refused", 1L), losses("full"));
        assertEquals(Map.of(), losses("other"));
    }

    @Test
    void refusal_without_confirms_is_counted_under_its_own_name() {
        queue("q", "x-max-length", 0L, "x-overflow", "reject-publish");
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "q", "a", true), 0));
        assertEquals(List.of(), out.refused);
        assertEquals(1, kit.host.counters().refusedInSilence());
        assertEquals(0, ready("q"));
    }

    @Test
    void full_queue_takes_again_when_there_is_room() {
        queue("q", "x-max-length", 1L, "x-overflow", "reject-publish");
        publish("q", "a", "b");
        assertEquals(List.of("a"), drain("q"));
        publish("q", "c");
        kit.settle();
        assertEquals(List.of(2L), out.refused);
        assertEquals(List.of("c"), drain("q"));
    }

    @Test
    void queue_that_refuses_hands_over_first_to_who_waits() {
        queue("q", "x-max-length", 1L, "x-overflow", "reject-publish");
        kit.consume(lane, 1, "q", 2);
        publish("q", "a", "b", "c", "d");
        kit.settle();
        assertEquals(List.of("a", "b"), out.bodies());
        assertEquals(List.of(4L), out.refused);
    }

    @Test
    void bytes_that_would_be_too_many_are_refused() {
        queue("q", "x-max-length-bytes", 5L, "x-overflow", "reject-publish");
        publish("q", "123", "456", "78");
        kit.settle();
        assertEquals(List.of(2L), out.refused);
        assertEquals(List.of("123", "78"), drain("q"));
    }

    @Test
    void transaction_with_a_message_for_a_full_queue_is_refused_whole() {
        queue("full", "x-max-length", 1L, "x-overflow", "reject-publish");
        queue("other");
        for (String to : List.of("other", "full", "full")) {
            kit.turn(() -> kit.host.publish(lane, 0, Commands.TRANSACTIONAL, HostKit.record("", to, "m", true), 0));
        }
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        kit.turn(() -> kit.host.commit(lane, answer));
        kit.settle();
        assertNotNull(answer.why);
        assertEquals(0, ready("other") + ready("full"));
    }

    @Test
    void transaction_that_makes_a_queue_too_long_drops_its_head() {
        queue("q", "x-max-length", 1L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        queue("dead");
        for (String body : List.of("a", "b", "c")) {
            kit.turn(() -> kit.host.publish(lane, 0, Commands.TRANSACTIONAL, HostKit.record("", "q", body, true), 0));
        }
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        kit.turn(() -> kit.host.commit(lane, answer));
        kit.settle();
        answer.value();
        assertEquals(List.of("c"), drain("q"));
        assertEquals(List.of("a", "b"), drain("dead"));
    }

    @Test
    void refused_message_can_become_a_dead_letter() {
        queue(
                "q",
                "x-max-length",
                1L,
                "x-overflow",
                "reject-publish-dlx",
                "x-dead-letter-exchange",
                "",
                "x-dead-letter-routing-key",
                "dead");
        queue("dead");
        publish("q", "a", "b");
        kit.settle();
        assertEquals(List.of(2L), out.refused);
        assertEquals(List.of("a"), drain("q"));
        assertEquals(List.of("b"), drain("dead"));
    }

    @Test
    void dead_letter_enters_a_full_queue_that_refuses() {
        queue("q", "x-max-length", 0L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        queue("dead", "x-max-length", 1L, "x-overflow", "reject-publish");
        publish("q", "a", "b", "c");
        kit.settle();
        assertEquals(List.of("a", "b", "c"), drain("dead"), "nobody could be told");
    }

    @Test
    void policy_that_lowers_a_limit_acts_on_what_is_there() {
        queue("q");
        publish("q", IntStream.range(0, 20).mapToObj(i -> "m" + i).toArray(String[]::new));
        kit.settle();
        kit.policy("", "max-length", 3L);
        kit.settle();
        assertEquals(List.of("m17", "m18", "m19"), drain("q"));
    }

    @Test
    void policy_that_brings_a_byte_limit_counts_what_is_there() {
        queue("q");
        publish("q", "12345", "67890", "123");
        kit.settle();
        kit.policy("", "max-length-bytes", 8L);
        kit.settle();
        assertEquals(List.of("67890", "123"), drain("q"));
    }

    @Test
    void deaths_of_one_turn_are_bounded_and_the_rest_follows() {
        queue("q");
        int many = LengthLimits.DEATHS_PER_TURN * 2 + 100;
        publish("q", IntStream.range(0, many).mapToObj(i -> "m").toArray(String[]::new));
        kit.settle();
        kit.policy("", "max-length", 10L);
        assertEquals(many - LengthLimits.DEATHS_PER_TURN, ready("q"));
        kit.settle();
        assertEquals(10, ready("q"));
    }

    @Test
    void cold_messages_above_the_limit_are_read_and_become_dead_letters() {
        queue("q", "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        queue("dead");
        String large = "x".repeat(50_000);
        for (int i = 0; i < 400; i++) {
            publish("q", i + " " + large);
            kit.settle();
        }
        kit.policy("^q$", "max-length", 5L);
        kit.settle();
        assertEquals(5, ready("q"));
        assertEquals(395, ready("dead"));
        List<String> dead = drain("dead");
        assertEquals(395, dead.size());
        assertTrue(dead.get(0).startsWith("0 "), "in the order of their deaths");
        assertTrue(dead.get(394).startsWith("394 "));
    }

    @Test
    void cold_messages_count_as_the_average_of_their_run() {
        queue("q", "x-max-length-bytes", 10_000_000L);
        String large = "x".repeat(50_000);
        for (int i = 0; i < 500; i++) {
            publish("q", large);
            kit.settle();
        }
        assertEquals(200, ready("q"));
        crash();
        assertEquals(200, ready("q"));
        publish("q", large, large);
        kit.settle();
        assertEquals(200, ready("q"), "counted anew without reading the bodies");
    }

    @Test
    void circle_of_queues_that_hold_nothing_ends_by_itself() {
        queue("a", "x-max-length", 0L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "b");
        queue("b", "x-max-length", 0L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "a");
        publish("a", "m");
        kit.settle();
        assertEquals(1, kit.host.counters().cyclesDropped());
        assertEquals(Map.of("dead_lettered", 1L, "cycles_kept_out", 1L), losses("a"));
        assertEquals(Map.of("dropped_maxlen", 1L), losses("b"), "it leaves that queue and is nowhere then");
        assertEquals(0, ready("a") + ready("b"));
    }

    @Test
    void chain_of_a_thousand_queues_that_hold_nothing_needs_no_stack() {
        for (int i = 0; i < 1000; i++) {
            queue(
                    "q" + i,
                    "x-max-length",
                    0L,
                    "x-dead-letter-exchange",
                    "",
                    "x-dead-letter-routing-key",
                    "q" + (i + 1));
        }
        queue("q1000");
        publish("q0", "m");
        kit.settle();
        assertEquals(List.of("m"), drain("q1000"));
    }

    @Test
    void message_dies_when_it_is_given_back_more_often_than_allowed() {
        queue("q", "x-delivery-limit", 2L, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
        queue("dead");
        kit.consume(lane, 1, "q", 0);
        publish("q", "poison");
        kit.settle();
        for (int i = 0; i < 3; i++) {
            assertEquals(i + 1, out.deliveries.size());
            RecordingOutlet.Delivered last = out.last();
            assertEquals(i, last.count());
            kit.turn(() -> kit.host.settle(lane, 1, last.queue(), last.sequence(), last.sequence(), Outcome.RELEASED));
            kit.settle();
        }
        assertEquals(3, out.deliveries.size());
        assertEquals(List.of("poison"), drain("dead"));
    }

    @Test
    void lost_connections_count_against_the_limit_and_a_restart_keeps_the_count() {
        queue("q", "x-queue-type", "quorum", "x-delivery-limit", 1L);
        publish("q", "poison");
        kit.settle();
        Lane first = kit.lane(new RecordingOutlet());
        kit.consume(first, 1, "q", 0);
        kit.settle();
        kit.turn(() -> kit.host.closeLane(first));
        kit.settle();
        crash();
        assertEquals(1, ready("q"));
        Lane second = kit.lane(new RecordingOutlet());
        kit.consume(second, 1, "q", 0);
        kit.settle();
        kit.turn(() -> kit.host.closeLane(second));
        kit.settle();
        assertEquals(0, ready("q"));
        assertEquals(1, kit.host.counters().settled(Cause.DELIVERY_LIMIT));
    }

    @Test
    void quorum_queue_has_a_delivery_limit_of_twenty_and_a_classic_one_has_none() {
        queue("quorum", "x-queue-type", "quorum");
        queue("classic");
        queue("unlimited", "x-queue-type", "quorum", "x-delivery-limit", -1L);
        int consumer = 0;
        for (String queue : List.of("quorum", "classic", "unlimited")) {
            int id = ++consumer;
            kit.consume(lane, id, queue, 0);
            publish(queue, "m");
            kit.settle();
            for (int i = 0; i < 30; i++) {
                RecordingOutlet.Delivered last = out.last();
                kit.turn(() ->
                        kit.host.settle(lane, id, last.queue(), last.sequence(), last.sequence(), Outcome.RELEASED));
                kit.settle();
            }
        }
        assertEquals(21 + 31 + 31, out.deliveries.size());
    }
}
