package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountsTest {

    @Test
    void a_queue_adds_up_if_each_expected_event_was_settled_once() {
        QueueCount count = count(bits(1, 2, 3, 4), bits(4), bits(1, 2, 3), bits(4), 0, 1, 0, 0);
        assertEquals(4, count.routed());
        assertEquals(List.of(), count.problems());
    }

    @Test
    void an_event_that_never_came_is_found() {
        QueueCount count = count(bits(1, 2, 3), bits(), bits(1, 3), bits(), 0, 0, 0, 0);
        assertEquals(
                List.of(
                        "expected 3 messages, but acknowledged 2 + dead-lettered 0 + left 0 = 2",
                        "1 events never came, the first is event 2"),
                count.problems());
    }

    @Test
    void a_message_that_is_left_is_routed_and_still_a_problem() {
        QueueCount count = count(bits(1, 2), bits(), bits(1), bits(), 1, 0, 0, 0);
        assertEquals(2, count.routed());
        assertEquals(List.of("1 events not settled in time, the first is event 2"), count.problems());
    }

    @Test
    void an_event_instead_of_another_is_found_though_the_numbers_agree() {
        QueueCount count = count(bits(1, 2), bits(), bits(1, 9), bits(), 0, 0, 0, 0);
        assertEquals(2, count.problems().size());
        assertTrue(count.problems().get(0).contains("came although no binding matches, the first is event 9"));
    }

    @Test
    void repeats_missing_marks_and_wrong_requeues_are_found() {
        assertFalse(
                count(bits(1), bits(), bits(1), bits(), 0, 0, 1, 0).problems().isEmpty());
        assertFalse(
                count(bits(1), bits(1), bits(), bits(1), 0, 1, 0, 1).problems().isEmpty());
        assertFalse(
                count(bits(1), bits(1), bits(), bits(1), 0, 2, 0, 0).problems().isEmpty());
        assertFalse(
                count(bits(1), bits(1), bits(1), bits(), 0, 1, 0, 0).problems().isEmpty());
    }

    @Test
    void a_run_adds_up_if_its_queues_do_and_all_is_confirmed() {
        QueueCount good = count(bits(1, 2), bits(2), bits(1), bits(2), 0, 1, 0, 0);
        assertEquals(List.of(), new RunCount(2, 2, 0, 0, List.of(good), 1).problems());
        assertEquals(List.of("published 2, but confirmed 1"), new RunCount(2, 1, 0, 0, List.of(good), 1).problems());
        assertEquals(
                List.of("rejected 1, but the dead-letter queue holds 0"),
                new RunCount(2, 2, 0, 0, List.of(good), 0).problems());
        assertFalse(new RunCount(2, 2, 1, 0, List.of(good), 1).problems().isEmpty());
        assertFalse(new RunCount(2, 2, 0, 1, List.of(good), 1).problems().isEmpty());
        QueueCount bad = count(bits(1), bits(), bits(), bits(), 0, 0, 0, 0);
        assertTrue(new RunCount(1, 1, 0, 0, List.of(bad), 0).problems().get(0).startsWith("q: "));
    }

    @Test
    void a_failing_subscriber_fails_on_the_same_events_every_time_and_on_one_at_least() {
        DemoQueue queue = new DemoQueue("q", List.of("a.#"), true);
        queue.alsoFailOn(3);
        for (int number = 1; number <= 60; number++) {
            queue.expect(new DemoEvent(number, number % 2 == 0 ? "b" : "a.x", new byte[0]));
            queue.expect(new DemoEvent(number, number % 20 == 0 ? "a" : "b", new byte[0]));
        }
        assertEquals(33, queue.expected().cardinality());
        assertEquals(bits(3, 20, 40, 60), queue.expectedDead());
        assertFalse(new DemoQueue("q", List.of("#"), false).failsOn(20));
    }

    private static QueueCount count(
            BitSet expected,
            BitSet expectedDead,
            BitSet acked,
            BitSet dead,
            long left,
            long requeued,
            long repeated,
            long unmarked) {
        return new QueueCount("q", expected, expectedDead, acked, dead, left, requeued, repeated, unmarked);
    }

    private static BitSet bits(int... numbers) {
        BitSet bits = new BitSet();
        for (int number : numbers) {
            bits.set(number);
        }
        return bits;
    }
}
