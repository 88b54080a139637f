package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.Outcome;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Guards that a consumer that settles nothing keeps messages from nobody for ever, and gets no more of them. */
class HoldTimesTest {
    private final HostKit kit = new HostKit(new SimulatedDisk(), 16 << 20);
    private final RecordingOutlet slow = new RecordingOutlet();
    private final RecordingOutlet quick = new RecordingOutlet();
    private final Lane slowLane = kit.lane(slow);
    private final Lane quickLane = kit.lane(quick);

    private void queue(Object... arguments) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            map.put((String) arguments[i], arguments[i + 1]);
        }
        kit.queue(slowLane, "q", new Arguments(map));
    }

    private void consume(Lane lane, Object... arguments) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            map.put((String) arguments[i], arguments[i + 1]);
        }
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        kit.turn(() ->
                kit.host.consume(lane, new Subscription(1, "tag", "q", false, false, 2, new Arguments(map)), answer));
        kit.settle();
        answer.value();
    }

    private void publish(String... bodies) {
        for (String body : bodies) {
            kit.turn(() -> kit.host.publish(slowLane, 0, 0, HostKit.record("", "q", body, true), 0));
        }
        kit.settle();
    }

    private void accept(Lane lane, RecordingOutlet.Delivered d) {
        kit.turn(() -> kit.host.settle(lane, d.consumer(), d.queue(), d.sequence(), d.sequence(), Outcome.ACCEPTED));
        kit.settle();
    }

    @Test
    void a_delivery_held_for_too_long_returns_and_counts_as_an_attempt() {
        queue("x-consumer-timeout", 10_000L);
        consume(slowLane);
        publish("m");
        consume(quickLane);
        kit.pass(9_000);
        assertEquals(List.of(), quick.bodies());
        kit.pass(2_500);
        assertEquals(List.of("m"), quick.bodies());
        assertTrue(quick.last().redelivered());
        assertEquals(1, quick.last().count());
        assertEquals(1, kit.host.counters().takenBack());
        assertEquals(List.of("tag 1"), kit.stopped);
    }

    @Test
    void the_consumer_gets_nothing_more_until_a_late_settlement_which_is_passed_over() {
        queue("x-consumer-timeout", 10_000L);
        consume(slowLane);
        publish("a", "b");
        kit.pass(20_000);
        publish("c");
        assertEquals(List.of("a", "b"), slow.bodies());
        RecordingOutlet.Delivered late = slow.deliveries.get(0);
        accept(slowLane, late);
        assertEquals(List.of("a", "b", "a", "b"), slow.bodies(), "the late settlement settled nothing");
        accept(slowLane, slow.deliveries.get(2));
        assertEquals(List.of("a", "b", "a", "b", "c"), slow.bodies());
    }

    @Test
    void somebody_elses_message_is_not_settled_by_a_late_settlement() {
        queue("x-consumer-timeout", 10_000L);
        consume(slowLane);
        publish("m");
        consume(quickLane);
        kit.pass(20_000);
        accept(slowLane, slow.last());
        kit.turn(() -> kit.host.closeLane(quickLane));
        kit.settle();
        assertEquals(List.of("m", "m"), slow.bodies(), "it was still there");
    }

    @Test
    void what_a_consumer_asks_for_counts_before_what_its_queue_says() {
        queue("x-consumer-timeout", 10_000L);
        consume(slowLane, "x-consumer-timeout", 0L);
        publish("m");
        kit.pass(100_000);
        assertEquals(0, kit.host.counters().takenBack());
        consume(quickLane, "x-consumer-timeout", 5_000L);
        publish("n", "o", "p");
        kit.pass(8_000);
        assertEquals(2, kit.host.counters().takenBack());
        kit.turn(() -> kit.host.closeLane(slowLane));
    }

    @Test
    void without_a_word_the_brokers_time_counts() {
        queue();
        consume(slowLane);
        publish("m");
        kit.pass(29 * 60_000);
        assertEquals(0, kit.host.counters().takenBack());
        kit.pass(2 * 60_000);
        assertEquals(1, kit.host.counters().takenBack());
    }

    @Test
    void what_was_got_without_a_subscription_returns_as_well() {
        queue("x-consumer-timeout", 10_000L);
        publish("m");
        kit.turn(() -> kit.host.get(slowLane, "q", false, new HostKit.Answer<>()));
        kit.settle();
        assertEquals(List.of("m"), slow.bodies());
        kit.pass(20_000);
        kit.turn(() -> kit.host.get(slowLane, "q", false, new HostKit.Answer<>()));
        kit.settle();
        assertEquals(List.of("m", "m"), slow.bodies());
    }

    @Test
    void a_consumer_that_settles_in_time_is_left_alone() {
        queue("x-consumer-timeout", 10_000L);
        consume(slowLane);
        for (int i = 0; i < 20; i++) {
            publish("m" + i);
            kit.pass(4_000);
            accept(slowLane, slow.last());
        }
        assertEquals(0, kit.host.counters().takenBack());
        assertEquals(20, slow.deliveries.size());
    }

    @Test
    void a_single_active_consumer_that_is_stopped_makes_room_for_the_next() {
        queue("x-consumer-timeout", 10_000L, "x-single-active-consumer", true);
        consume(slowLane);
        consume(quickLane);
        publish("m");
        assertEquals(List.of("m"), slow.bodies());
        kit.pass(20_000);
        assertEquals(List.of("m"), quick.bodies());
    }

    @Test
    void who_comes_while_the_single_active_consumer_is_stopped_takes_its_place() {
        queue("x-consumer-timeout", 10_000L, "x-single-active-consumer", true);
        consume(slowLane);
        publish("m");
        kit.pass(20_000);
        consume(quickLane);
        assertEquals(List.of("m"), quick.bodies());
    }

    @Test
    void of_two_that_are_stopped_the_one_that_settles_first_is_the_single_active_consumer() {
        queue("x-consumer-timeout", 10_000L, "x-single-active-consumer", true);
        consume(slowLane);
        consume(quickLane);
        publish("m");
        kit.pass(20_000);
        kit.pass(20_000);
        assertEquals(List.of("m"), quick.bodies());
        accept(slowLane, slow.last());
        assertEquals(List.of("m", "m"), slow.bodies());
    }

    @Test
    void a_time_that_a_policy_sets_counts_for_what_is_held_already() {
        kit.host.limits(new HostLimits(16 << 20, 64 << 20, 4 << 20, 0));
        queue();
        consume(slowLane);
        publish("m");
        Arguments settings = new Arguments(Map.of("consumer-timeout", 10_000L));
        kit.turn(() -> kit.host.policies(Policies.NONE.with(false, new Policy("p", "", ApplyTo.QUEUES, 0, settings))));
        kit.pass(20_000);
        assertEquals(1, kit.host.counters().takenBack());
    }

    @Test
    void many_messages_return_in_their_old_order() {
        queue("x-consumer-timeout", 10_000L);
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        kit.turn(() ->
                kit.host.consume(slowLane, new Subscription(1, "tag", "q", false, false, 0, Arguments.NONE), answer));
        int count = 2 * HoldTimes.TAKEN_BACK_MAX + 10;
        kit.turn(() -> {
            for (int i = 0; i < count; i++) {
                kit.host.publish(slowLane, 0, 0, HostKit.record("", "q", "m" + i, true), 0);
            }
        });
        kit.pass(20_000);
        assertEquals(count, slow.deliveries.size());
        assertEquals(count, kit.host.counters().takenBack());
        kit.turn(() -> kit.host.consume(
                quickLane, new Subscription(1, "tag", "q", false, false, 0, Arguments.NONE), new HostKit.Answer<>()));
        kit.settle();
        assertEquals(slow.bodies(), quick.bodies());
    }

    @Test
    void a_consumer_that_asks_for_nonsense_is_refused() {
        queue();
        HostKit.Answer<Void> answer = new HostKit.Answer<>();
        Arguments wrong = new Arguments(Map.of("x-consumer-timeout", "soon"));
        kit.turn(() -> kit.host.consume(slowLane, new Subscription(1, "tag", "q", false, false, 0, wrong), answer));
        assertNotNull(answer.why);
        assertEquals(ErrorCode.PRECONDITION_FAILED, answer.why.code());
    }
}
