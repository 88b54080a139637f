package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.HostKit.Answer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client may rely on when it publishes and settles in a transaction. */
class TransactionTest {
    private static final long MEMORY = 16 << 20;

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private final RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private void publish(String exchange, String key, String body, int flags) {
        kit.turn(() -> kit.host.publish(
                lane, 0, Commands.TRANSACTIONAL | flags, HostKit.record(exchange, key, body, true), 0));
    }

    private Answer<Void> commit() {
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.commit(lane, answer));
        return answer;
    }

    private void crash(SimulatedDisk.CrashMode mode, SplittableRandom random) {
        disk.crash(mode, random);
        kit = new HostKit(disk, MEMORY);
        out.deliveries.clear();
        lane = kit.lane(out);
    }

    private long ready(String queue) {
        return kit.host.queues().stream()
                .filter(q -> q.name().equals(queue))
                .findFirst()
                .orElseThrow()
                .ready();
    }

    @Test
    void nobody_sees_what_is_not_committed_and_a_commit_is_answered_when_it_is_durable() {
        kit.queue(lane, "a", Arguments.NONE);
        kit.queue(lane, "b", Arguments.NONE);
        publish("", "a", "1", 0);
        publish("", "b", "2", 0);
        publish("", "a", "3", 0);
        kit.settle();
        assertEquals(0, ready("a") + ready("b"));
        Answer<Void> answer = commit();
        assertFalse(answer.isAnswered(), "D4");
        kit.settle();
        answer.value();
        kit.consume(lane, 1, "a", 0);
        kit.consume(lane, 2, "b", 0);
        kit.settle();
        assertEquals(List.of("1", "3", "2"), out.bodies());
    }

    @Test
    void a_rollback_forgets_publishes_and_leaves_deliveries_with_their_consumer() {
        kit.queue(lane, "a", Arguments.NONE);
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "a", "m", true), 0));
        kit.consume(lane, 1, "a", 1);
        kit.settle();
        RecordingOutlet.Delivered held = out.last();
        kit.turn(() -> kit.host.settleAtCommit(lane, 1, held.queue(), 1, 1, Outcome.ACCEPTED));
        publish("", "a", "never", 0);
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.rollback(lane, answer));
        answer.value();
        assertEquals(1, out.deliveries.size(), "not delivered again");
        kit.turn(() -> kit.host.settleAtCommit(lane, 1, held.queue(), 1, 1, Outcome.ACCEPTED));
        commit();
        kit.settle();
        crash(SimulatedDisk.CrashMode.FORCED_ONLY, new SplittableRandom(1));
        assertEquals(0, ready("a"));
    }

    @Test
    void a_settlement_frees_its_consumer_only_when_it_is_committed() {
        kit.queue(lane, "a", Arguments.NONE);
        for (int i = 0; i < 3; i++) {
            String body = "m" + i;
            kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "a", body, true), 0));
        }
        kit.consume(lane, 1, "a", 2);
        kit.settle();
        int queue = out.last().queue();
        kit.turn(() -> kit.host.settleAtCommit(lane, 1, queue, 1, 2, Outcome.ACCEPTED));
        assertEquals(List.of("m0", "m1"), out.bodies());
        commit();
        assertEquals(List.of("m0", "m1", "m2"), out.bodies());
    }

    @Test
    void a_lane_that_closes_rolls_back_and_releases() {
        kit.queue(lane, "a", Arguments.NONE);
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "a", "m", true), 0));
        kit.consume(lane, 1, "a", 1);
        kit.settle();
        int queue = out.last().queue();
        kit.turn(() -> kit.host.settleAtCommit(lane, 1, queue, 1, 1, Outcome.ACCEPTED));
        publish("", "a", "never", 0);
        kit.turn(() -> kit.host.closeLane(lane));
        assertEquals(1, ready("a"));
        RecordingOutlet next = new RecordingOutlet();
        kit.consume(kit.lane(next), 1, "a", 0);
        kit.settle();
        assertEquals(List.of("m"), next.bodies());
        assertTrue(next.last().redelivered());
    }

    @Test
    void a_mandatory_message_without_a_queue_comes_back_before_the_answer() {
        kit.queue(lane, "a", Arguments.NONE);
        publish("", "a", "1", 0);
        publish("", "nowhere", "2", Commands.MANDATORY);
        assertEquals(List.of(), out.returned);
        Answer<Void> answer = commit();
        assertEquals(List.of("2"), out.returned);
        assertFalse(answer.isAnswered());
        kit.settle();
        answer.value();
    }

    @Test
    void an_exchange_that_is_not_there_is_told_at_the_publish() {
        publish("nope", "a", "1", 0);
        assertEquals(ErrorCode.NOT_FOUND, out.failures.get(0).code());
    }

    @Test
    void a_commit_that_cannot_be_whole_does_nothing() {
        kit.queue(lane, "a", Arguments.NONE);
        kit.exchange(lane, "x", "fanout");
        publish("", "a", "1", 0);
        publish("x", "k", "2", 0);
        kit.turn(() -> kit.host.deleteExchange(lane, "x", false, new Answer<>()));
        Answer<Void> answer = commit();
        kit.settle();
        assertNotNull(answer.why);
        assertEquals(ErrorCode.NOT_FOUND, answer.why.code());
        assertEquals(0, ready("a"));
    }

    private static final Arguments REFUSING = new Arguments(Map.of("x-max-length", 3L, "x-overflow", "reject-publish"));

    @Test
    void a_commit_of_which_a_full_queue_would_refuse_a_part_stores_nothing_anywhere() {
        kit.queue(lane, "a", Arguments.NONE);
        kit.queue(lane, "full", REFUSING);
        for (int i = 0; i < 4; i++) {
            publish("", "a", "a" + i, 0);
            publish("", "full", "f" + i, 0);
        }
        Answer<Void> answer = commit();
        kit.settle();
        assertNotNull(answer.why);
        assertEquals(
                "the transaction is refused: queue 'full' in vhost '/' has no room for all of it",
                answer.why.getMessage());
        assertEquals(0, ready("a") + ready("full"));
        for (int i = 0; i < 3; i++) {
            publish("", "full", "f" + i, 0);
        }
        Answer<Void> smaller = commit();
        kit.settle();
        smaller.value();
        assertEquals(3, ready("full"));
    }

    @Test
    void what_waiting_consumers_take_at_once_does_not_fill_a_queue() {
        kit.queue(lane, "full", REFUSING);
        kit.consume(lane, 1, "full", 2);
        for (int i = 0; i < 5; i++) {
            publish("", "full", "f" + i, 0);
        }
        Answer<Void> answer = commit();
        kit.settle();
        answer.value();
        assertEquals(List.of("f0", "f1"), out.bodies());
        assertEquals(3, ready("full"));
        publish("", "full", "more", 0);
        assertNotNull(commit().why);
    }

    @Test
    void a_queue_that_drops_is_trimmed_behind_the_commit() {
        kit.queue(lane, "short", new Arguments(Map.of("x-max-length", 2L)));
        for (int i = 0; i < 5; i++) {
            publish("", "short", "m" + i, 0);
        }
        Answer<Void> answer = commit();
        kit.settle();
        answer.value();
        kit.consume(lane, 1, "short", 0);
        kit.settle();
        assertEquals(List.of("m3", "m4"), out.bodies());
    }

    @Test
    void a_transaction_beyond_its_bound_fails_its_lane_and_is_forgotten() {
        kit.queue(lane, "a", Arguments.NONE);
        String body = "x".repeat(1 << 20);
        for (int i = 0; i < 70; i++) {
            publish("", "a", body, 0);
        }
        assertEquals(1, out.failures.size());
        assertEquals(ErrorCode.PRECONDITION_FAILED, out.failures.get(0).code());
        assertNull(lane.transaction());
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 150);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void after_a_power_cut_a_transaction_is_there_whole_or_not_at_all(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (String queue : List.of("a", "b", "c")) {
            kit.queue(lane, queue, Arguments.NONE);
        }
        kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "c", "old", true), 0));
        kit.consume(lane, 1, "c", 0);
        kit.settle();
        RecordingOutlet.Delivered held = out.last();
        int size = random.nextInt(4) == 0 ? 60_000 : 500;
        int count = 1 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            publish("", i % 2 == 0 ? "a" : "b", "x".repeat(1 + random.nextInt(size)), 0);
        }
        kit.turn(() -> kit.host.settleAtCommit(lane, 1, held.queue(), 1, 1, Outcome.ACCEPTED));
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> {
            kit.host.publish(lane, 0, 0, HostKit.record("", "c", "before", true), 0);
            kit.host.commit(lane, answer);
            kit.host.publish(lane, 0, 0, HostKit.record("", "c", "after", true), 0);
        });
        disk.cutPowerAt(1 + random.nextInt(4));
        kit.settle();
        boolean answered = answer.isAnswered();
        SimulatedDisk.CrashMode[] modes = SimulatedDisk.CrashMode.values();
        crash(modes[random.nextInt(modes.length)], random);
        long there = ready("a") + ready("b");
        assertTrue(there == 0 || there == count, () -> there + " of " + count + " messages are there");
        assertTrue(there == count || !answered, "D4: an answered commit is lost");
        kit.consume(lane, 9, "c", 0);
        kit.settle();
        assertEquals(there == 0, out.bodies().contains("old"), "its settlement goes with it");
    }
}
