package io.millrace.core.vhost;

import io.millrace.core.model.DeathReason;
import io.millrace.core.queue.SequenceSet;

/** The messages of a queue that die and have to be read first: a bit each for every reason. Owner's thread. */
final class Dying {
    private static final DeathReason[] REASONS = DeathReason.values();

    private final SequenceSet[] sets = new SequenceSet[REASONS.length];

    Dying() {
        for (int i = 0; i < sets.length; i++) {
            sets[i] = new SequenceSet();
        }
    }

    void add(long sequence, DeathReason reason) {
        sets[reason.ordinal()].add(sequence);
    }

    void remove(long sequence) {
        for (SequenceSet set : sets) {
            set.remove(sequence);
        }
    }

    long size() {
        long size = 0;
        for (SequenceSet set : sets) {
            size += set.size();
        }
        return size;
    }

    boolean isEmpty() {
        return first() < 0;
    }

    /** The lowest sequence, or -1 if there is none. */
    long first() {
        long first = -1;
        for (SequenceSet set : sets) {
            long candidate = set.first();
            if (candidate >= 0 && (first < 0 || candidate < first)) {
                first = candidate;
            }
        }
        return first;
    }

    /** Why that message, which is in, dies. */
    DeathReason reason(long sequence) {
        for (DeathReason reason : REASONS) {
            if (sets[reason.ordinal()].contains(sequence)) {
                return reason;
            }
        }
        throw new IllegalStateException("message " + sequence + " does not die");
    }
}
