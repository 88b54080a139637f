package io.millrace.server.demo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What came of one queue, and whether it adds up.
 *
 * @param name the queue
 * @param expected events that its bindings should let through
 * @param expectedDead those of them that its subscriber cannot handle
 * @param acked events that were acknowledged
 * @param dead events that were rejected
 * @param left messages that are in the queue still
 * @param requeued deliveries that were given back
 * @param repeated deliveries of events that were settled already
 * @param unmarked deliveries after a requeue that were not marked as redelivered
 */
record QueueCount(
        String name,
        BitSet expected,
        BitSet expectedDead,
        BitSet acked,
        BitSet dead,
        long left,
        long requeued,
        long repeated,
        long unmarked) {

    /** Messages that came into the queue: each is acknowledged, dead-lettered or left. */
    long routed() {
        return acked.cardinality() + dead.cardinality() + left;
    }

    /** Everything that is wrong, for people; empty if all adds up. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (routed() != expected.cardinality()) {
            problems.add("expected " + expected.cardinality() + " messages, but acknowledged " + acked.cardinality()
                    + " + dead-lettered " + dead.cardinality() + " + left " + left + " = " + routed());
        }
        BitSet settled = copy(acked);
        settled.or(dead);
        BitSet foreign = copy(settled);
        foreign.andNot(expected);
        report(problems, foreign, "came although no binding matches");
        BitSet missing = copy(expected);
        missing.andNot(settled);
        report(problems, missing, left > 0 ? "not settled in time" : "never came");
        BitSet wronglyAcked = copy(acked);
        wronglyAcked.and(expectedDead);
        report(problems, wronglyAcked, "acknowledged although the subscriber fails on them");
        if (repeated > 0) {
            problems.add(repeated + " deliveries of events that were settled already");
        }
        if (unmarked > 0) {
            problems.add(unmarked + " deliveries after a requeue that were not marked as redelivered");
        }
        if (missing.isEmpty() && requeued != expectedDead.cardinality()) {
            problems.add("requeued " + requeued + " times, expected " + expectedDead.cardinality());
        }
        return problems;
    }

    private static void report(List<String> problems, BitSet events, String what) {
        if (!events.isEmpty()) {
            problems.add(events.cardinality() + " events " + what + ", the first is event " + events.nextSetBit(0));
        }
    }

    private static BitSet copy(BitSet bits) {
        return (BitSet) bits.clone();
    }
}
