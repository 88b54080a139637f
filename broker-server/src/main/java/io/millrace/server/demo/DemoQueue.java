package io.millrace.server.demo;

import java.util.BitSet;
import java.util.List;

/**
 * A queue of the demonstration: what it is bound to, and what should come through it. The expectation is made by the
 * publishing thread and read when it is done.
 */
final class DemoQueue {
    /** A subscriber that fails does so on every event whose number divides by this. */
    static final int FAILS_ON = 20;

    private final String name;
    private final List<String> patterns;
    private final boolean failing;
    private final BitSet expected = new BitSet();
    private final BitSet expectedDead = new BitSet();
    private int alsoFailing;

    /**
     * @param name the queue's name
     * @param patterns what it is bound to the topic exchange with
     * @param failing whether its subscriber cannot handle some events
     */
    DemoQueue(String name, List<String> patterns, boolean failing) {
        this.name = name;
        this.patterns = List.copyOf(patterns);
        this.failing = failing;
    }

    String name() {
        return name;
    }

    List<String> patterns() {
        return patterns;
    }

    boolean failing() {
        return failing;
    }

    /** Lets one more event fail, so that there is a dead letter however few events there are. */
    void alsoFailOn(int number) {
        alsoFailing = number;
    }

    /** Whether the subscriber of this queue cannot handle the event of that number, however often it comes. */
    boolean failsOn(int number) {
        return failing && (number % FAILS_ON == 0 || number == alsoFailing);
    }

    /** Notes an event that is about to be published: whether it should come, by a matcher of the demonstration's own. */
    void expect(DemoEvent event) {
        if (TopicPattern.anyMatches(patterns, event.key())) {
            expected.set(event.number());
            if (failsOn(event.number())) {
                expectedDead.set(event.number());
            }
        }
    }

    /** The numbers of the events that should come through. */
    BitSet expected() {
        return expected;
    }

    /** The numbers of those that should end as dead letters. */
    BitSet expectedDead() {
        return expectedDead;
    }
}
