package io.millrace.core.vhost;

import io.millrace.core.model.DeathReason;
import io.millrace.core.queue.SequenceSet;
import java.util.EnumMap;
import java.util.Map;

/** The messages of a queue that die and have to be read first: a bit each for every reason. Owner's thread. */
final class Dying {
    private final Map<DeathReason, SequenceSet> sets = new EnumMap<>(DeathReason.class);

    void add(long sequence, DeathReason reason) {
        sets.computeIfAbsent(reason, any -> new SequenceSet()).add(sequence);
    }

    void remove(long sequence) {
        for (SequenceSet set : sets.values()) {
            set.remove(sequence);
        }
    }

    long size() {
        long size = 0;
        for (SequenceSet set : sets.values()) {
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
        for (SequenceSet set : sets.values()) {
            long candidate = set.first();
            if (candidate >= 0 && (first < 0 || candidate < first)) {
                first = candidate;
            }
        }
        return first;
    }

    /** Why that message, which is in, dies. */
    DeathReason reason(long sequence) {
        for (Map.Entry<DeathReason, SequenceSet> set : sets.entrySet()) {
            if (set.getValue().contains(sequence)) {
                return set.getKey();
            }
        }
        throw new IllegalStateException("message " + sequence + " does not die");
    }
}
