package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.HostKit.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client may rely on when messages die by a transaction whose records have left memory. */
class ColdCommitTest {
    private static final long MEMORY = 4 << 20;
    private static final String PADDING = "x".repeat(50_000);
    private static final int BACKLOG = 200;
    private static final int HELD = 40;

    private final SimulatedDisk disk = new SimulatedDisk();
    private HostKit kit = new HostKit(disk, MEMORY);
    private RecordingOutlet out = new RecordingOutlet();
    private Lane lane = kit.lane(out);

    private static final Map<String, Object> DEAD =
            Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");

    /** The queue "q", of which the lane holds the first messages; all of their records lie in segments. */
    private int holdCold(Map<String, Object> arguments) {
        kit.queue(lane, "q", new Arguments(arguments));
        kit.queue(lane, "dead", Arguments.NONE);
        kit.queue(lane, "a", Arguments.NONE);
        kit.consume(lane, 1, "q", HELD);
        for (int i = 0; i < BACKLOG; i++) {
            String body = i + " " + PADDING;
            kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "q", body, true), 0));
            kit.settle();
        }
        assertEquals(HELD, out.deliveries.size());
        return out.last().queue();
    }

    private void settleLater(Lane of, int queue, long first, long last, Outcome outcome) {
        kit.turn(() -> kit.host.settleAtCommit(of, 1, queue, first, last, outcome));
    }

    private void publish(Lane of, String queue, String body) {
        kit.turn(() -> kit.host.publish(of, 0, Commands.TRANSACTIONAL, HostKit.record("", queue, body, true), 0));
    }

    private Answer<Void> commit(Lane of) {
        Answer<Void> answer = new Answer<>();
        kit.turn(() -> kit.host.commit(of, answer));
        return answer;
    }

    private void crash(SimulatedDisk.CrashMode mode, SplittableRandom random) {
        disk.crash(mode, random);
        kit = new HostKit(disk, MEMORY);
        out = new RecordingOutlet();
        lane = kit.lane(out);
        kit.settle();
    }

    private long ready(String queue) {
        return kit.host.queues().stream()
                .filter(q -> q.name().equals(queue))
                .findFirst()
                .orElseThrow()
                .ready();
    }

    private List<String> drain(String queue) {
        RecordingOutlet drained = new RecordingOutlet();
        kit.consume(kit.lane(drained), 7, queue, 0);
        kit.settle();
        List<String> numbers = new ArrayList<>();
        drained.bodies().forEach(body -> numbers.add(body.split(" ")[0]));
        return numbers;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void a_commit_that_needs_cold_records_is_carried_out_when_they_are_read_and_the_others_go_on() {
        int queue = holdCold(DEAD);
        publish(lane, "a", "with it");
        settleLater(lane, queue, 1, HELD, Outcome.REJECTED);
        Answer<Void> answer = commit(lane);
        assertEquals(0, ready("a") + ready("dead"), "nothing is done by halves");
        Lane other = kit.lane(new RecordingOutlet());
        publish(other, "a", "of somebody else");
        commit(other);
        assertEquals(1, ready("a"), "others go on");
        assertFalse(answer.isAnswered());
        kit.settle();
        answer.value();
        assertEquals(numbers(0, HELD), drain("dead"));
        assertEquals(2, ready("a"));
        assertNull(lane.later());
    }

    static IntStream steps() {
        return IntStream.range(0, 45);
    }

    static IntStream operations() {
        return IntStream.range(0, 10);
    }

    @ParameterizedTest(name = "{0} steps")
    @MethodSource("steps")
    void after_a_power_cut_at_any_step_publishes_and_deaths_are_there_together_or_not_at_all(int steps) {
        int queue = holdCold(DEAD);
        for (int i = 0; i < 5; i++) {
            publish(lane, "a", "m" + i);
        }
        settleLater(lane, queue, 1, 20, Outcome.REJECTED);
        Answer<Void> answer = commit(lane);
        for (int i = 0; i < steps; i++) {
            if (!kit.io.step() && !kit.owner.step()) {
                kit.timer.advance(1_000_000);
            }
        }
        boolean answered = answer.isAnswered();
        SimulatedDisk.CrashMode[] modes = SimulatedDisk.CrashMode.values();
        crash(modes[steps % modes.length], new SplittableRandom(steps));
        long there = ready("a");
        assertTrue(there == 0 || there == 5, () -> there + " of 5 messages are there");
        assertEquals(there == 0 ? 0 : 20, ready("dead"), "the deaths go with the publishes");
        assertEquals(there == 0 ? BACKLOG : BACKLOG - 20, ready("q"));
        assertTrue(there == 5 || !answered, "D4: an answered commit is lost");
        assertEquals(there == 0 ? numbers(0, BACKLOG) : numbers(20, BACKLOG), drain("q"));
    }

    @ParameterizedTest(name = "{0} operations")
    @MethodSource("operations")
    void after_a_power_cut_at_any_disk_operation_deaths_by_the_delivery_limit_go_with_the_publishes(int operations) {
        int queue = holdCold(
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead", "x-delivery-limit", 0L));
        publish(lane, "a", "m");
        settleLater(lane, queue, 1, 10, Outcome.RELEASED);
        Answer<Void> answer = commit(lane);
        disk.cutPowerAt(1 + operations);
        kit.settle();
        boolean answered = answer.isAnswered();
        SimulatedDisk.CrashMode[] modes = SimulatedDisk.CrashMode.values();
        crash(modes[operations % modes.length], new SplittableRandom(operations));
        long there = ready("a");
        assertEquals(there == 0 ? 0 : 10, ready("dead"), "the deaths go with the publish");
        assertTrue(there == 1 || !answered, "D4: an answered commit is lost");
    }

    @Test
    void a_lane_that_closes_while_records_are_read_has_not_committed() {
        int queue = holdCold(DEAD);
        publish(lane, "a", "never");
        settleLater(lane, queue, 1, HELD, Outcome.REJECTED);
        Answer<Void> answer = commit(lane);
        publish(lane, "a", "behind it");
        Answer<Void> behind = commit(lane);
        kit.turn(() -> kit.host.closeLane(lane));
        kit.settle();
        assertFalse(answer.isAnswered() || behind.isAnswered());
        assertEquals(0, ready("a") + ready("dead"));
        assertEquals(numbers(0, BACKLOG), drain("q"));
    }

    @Test
    void what_comes_behind_a_commit_that_waits_happens_behind_it_and_is_answered_in_order() {
        int queue = holdCold(DEAD);
        publish(lane, "a", "1");
        settleLater(lane, queue, 1, HELD, Outcome.REJECTED);
        List<String> order = new ArrayList<>();
        Answer<Void> first = new Answer<>();
        kit.turn(() -> kit.host.commit(lane, noting("first", order, first)));
        Answer<Long> purged = new Answer<>();
        kit.turn(() -> kit.host.purge(lane, "a", noting("purge", order, purged)));
        publish(lane, "a", "2");
        settleLater(lane, queue, HELD + 1, HELD + 10, Outcome.REJECTED);
        Answer<Void> second = new Answer<>();
        kit.turn(() -> kit.host.commit(lane, noting("second", order, second)));
        publish(lane, "a", "rolled back");
        Answer<Void> third = new Answer<>();
        kit.turn(() -> kit.host.rollback(lane, noting("third", order, third)));
        assertEquals(List.of(), order);
        kit.settle();
        assertEquals(List.of("first", "purge", "second", "third"), order);
        assertEquals(1L, purged.value());
        assertEquals(List.of("2"), drain("a"));
    }

    private static <T> Reply<T> noting(String name, List<String> order, Answer<T> answer) {
        return new Reply<>() {
            @Override
            public void done(T result) {
                order.add(name);
                answer.done(result);
            }

            @Override
            public void refused(BrokerException why) {
                order.add(name + " refused");
                answer.refused(why);
            }
        };
    }

    @Test
    void commits_of_two_lanes_on_one_queue_do_not_disturb_each_other() {
        int queue = holdCold(DEAD);
        RecordingOutlet otherOut = new RecordingOutlet();
        Lane other = kit.lane(otherOut);
        kit.consume(other, 1, "q", HELD);
        kit.settle();
        for (int i = 0; i < 150; i++) {
            kit.turn(() -> kit.host.publish(lane, 0, 0, HostKit.record("", "a", PADDING, true), 0));
            kit.settle();
        }
        settleLater(lane, queue, 1, HELD, Outcome.REJECTED);
        settleLater(other, queue, HELD + 1, 2L * HELD, Outcome.REJECTED);
        Answer<Void> one = commit(lane);
        Answer<Void> two = commit(other);
        assertFalse(one.isAnswered() || two.isAnswered());
        kit.settle();
        one.value();
        two.value();
        List<String> dead = drain("dead");
        assertEquals(2 * HELD, dead.size());
        assertEquals(2 * HELD, dead.stream().distinct().count());
    }

    @Test
    void a_commit_goes_on_when_the_queue_that_it_reads_from_is_deleted() {
        int queue = holdCold(DEAD);
        publish(lane, "a", "m");
        settleLater(lane, queue, 1, HELD, Outcome.REJECTED);
        Answer<Void> answer = commit(lane);
        Lane other = kit.lane(new RecordingOutlet());
        kit.turn(() -> kit.host.deleteQueue(other, "q", false, false, new Answer<>()));
        kit.settle();
        answer.value();
        assertEquals(1, ready("a"));
        assertEquals(0, ready("dead"));
        assertNull(lane.later());
    }

    @Test
    void a_commit_that_needs_a_record_that_is_damaged_is_refused_whole() {
        int queue = holdCold(DEAD);
        publish(lane, "a", "m");
        settleLater(lane, queue, 1, HELD, Outcome.REJECTED);
        for (String path : List.copyOf(disk.contents().keySet())) {
            if (path.contains("segment")) {
                byte[] bytes = disk.content(path);
                for (int i = 0; i < bytes.length; i += 1000) {
                    disk.flipBit(path, i * 8L);
                }
            }
        }
        Answer<Void> answer = commit(lane);
        kit.settle();
        assertNotNull(answer.why);
        assertTrue(answer.why.getMessage().contains("cannot be read from disk"), answer.why.getMessage());
        assertFalse(kit.damages.isEmpty());
        assertEquals(0, ready("a") + ready("dead"));
    }

    @Test
    void a_commit_whose_dead_letters_are_larger_than_its_bound_is_refused_whole() {
        int queue = holdCold(DEAD);
        kit.turn(() -> kit.host.limits(new HostLimits(MEMORY, 64 << 20, 4 << 20, 1_800_000, 1 << 20, 2 << 20)));
        publish(lane, "a", "m");
        settleLater(lane, queue, 1, HELD, Outcome.REJECTED);
        Answer<Void> answer = commit(lane);
        kit.settle();
        assertNotNull(answer.why);
        assertTrue(answer.why.getMessage().contains("with its dead letters"), answer.why.getMessage());
        assertEquals(0, ready("a") + ready("dead"));
        settleLater(lane, queue, 1, 10, Outcome.REJECTED);
        Answer<Void> smaller = commit(lane);
        kit.settle();
        smaller.value();
        assertEquals(10, ready("dead"));
    }

    @Test
    void a_lane_that_sends_too_much_behind_a_commit_that_waits_fails() {
        int queue = holdCold(DEAD);
        kit.turn(() -> kit.host.limits(new HostLimits(MEMORY, 64 << 20, 4 << 20, 1_800_000, 1 << 20, 2 << 20)));
        publish(lane, "a", "m");
        settleLater(lane, queue, 1, 10, Outcome.REJECTED);
        Answer<Void> answer = commit(lane);
        for (int i = 0; i < 30; i++) {
            publish(lane, "a", PADDING);
        }
        assertEquals(1, out.failures.size());
        kit.settle();
        assertNotNull(answer.why);
        assertEquals(0, ready("a") + ready("dead"));
    }
}
