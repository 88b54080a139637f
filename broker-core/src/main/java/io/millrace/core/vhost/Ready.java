package io.millrace.core.vhost;

import io.millrace.core.queue.Priorities;
import io.millrace.core.queue.SequenceSet;
import io.millrace.core.store.Segments.Run;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What may be handed out of a queue, the next one first: the lowest sequence, in a queue with priorities the lowest sequence
 * of the highest level that has any. A level's set exists only while it holds something. Owner's thread.
 *
 * <p>A message's level must be known when it is added, and should be until it is removed; in a queue that counts bytes it must
 * still be in the queue when it is removed, unless everything is.
 */
final class Ready {
    private static final int WORDS = (Priorities.HIGHEST + 1) / Long.SIZE;

    private final SequenceSet all = new SequenceSet();
    private final @Nullable Levels levels;
    private @Nullable ReadyBytes bytes;

    /** @param priorities the levels of the queue's messages, or null if the queue has none */
    Ready(@Nullable Priorities priorities) {
        this.levels = priorities == null ? null : new Levels(priorities);
    }

    /** How many there are. */
    long size() {
        return all.size();
    }

    /** Bytes of their bodies if somebody wants them to be counted, see {@link ReadyBytes}; 0 if not. */
    long bytes() {
        return bytes == null ? 0 : bytes.get();
    }

    /** Whether the bytes are counted. */
    boolean countsBytes() {
        return bytes != null;
    }

    /** Counts the bytes from now on, with that; null to stop counting. */
    void countBytes(@Nullable ReadyBytes counted) {
        bytes = counted;
        if (counted != null) {
            counted.count(all);
        }
    }

    /** The messages of that run are about to be moved from memory into it. */
    void moving(Run run) {
        if (bytes != null) {
            bytes.moving(run, all);
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean contains(long sequence) {
        return all.contains(sequence);
    }

    /** Adds one; returns whether it was not in. */
    boolean add(long sequence) {
        boolean added = all.add(sequence);
        if (levels != null && added) {
            levels.add(sequence);
        }
        if (bytes != null && added) {
            bytes.added(sequence);
        }
        return added;
    }

    /** Adds all from {@code first} to {@code last}. */
    void addRange(long first, long last) {
        if (levels == null && bytes == null) {
            all.addRange(first, last);
        } else {
            for (long s = first; s <= last; s++) {
                add(s);
            }
        }
    }

    /** Takes one out; returns whether it was in. */
    boolean remove(long sequence) {
        boolean removed = all.remove(sequence);
        if (levels != null && removed) {
            levels.remove(sequence);
        }
        if (bytes != null && removed) {
            bytes.removed(sequence);
        }
        return removed;
    }

    /** Takes out all from {@code first} to {@code last}; returns how many were in. */
    long removeRange(long first, long last) {
        if (levels == null && bytes == null) {
            return all.removeRange(first, last);
        }
        long removed = 0;
        for (long s = all.next(first); s >= 0 && s <= last; s = all.next(s + 1)) {
            remove(s);
            removed++;
        }
        return removed;
    }

    /** The next to be handed out, or -1 if there is none. */
    long first() {
        return levels == null ? all.first() : levels.first();
    }

    /** Shows everything from {@code first} to {@code last} in the order of the sequences; must not change meanwhile. */
    void ranges(long first, long last, SequenceSet.RangeVisitor visitor) {
        all.ranges(first, last, visitor);
    }

    /** Takes everything out. */
    void clear() {
        all.clear();
        if (levels != null) {
            levels.clear();
        }
        if (bytes != null) {
            bytes.cleared();
        }
    }

    /** The same messages by their level. */
    private static final class Levels {
        private final Priorities priorities;
        private final @Nullable SequenceSet[] sets;
        private final long[] used = new long[WORDS];
        /** The set that was emptied last, for the level that needs one next. */
        private @Nullable SequenceSet spare;

        Levels(Priorities priorities) {
            this.priorities = priorities;
            this.sets = new @Nullable SequenceSet[priorities.max() + 1];
        }

        void add(long sequence) {
            int level = priorities.of(sequence);
            SequenceSet set = sets[level];
            if (set == null) {
                set = spare == null ? new SequenceSet() : spare;
                spare = null;
                sets[level] = set;
                used[level >>> 6] |= 1L << level;
            }
            set.add(sequence);
        }

        void remove(long sequence) {
            if (!removeFrom(priorities.of(sequence), sequence)) {
                // Its level was forgotten first: it has left the queue.
                for (int level = 0; level < sets.length; level++) {
                    removeFrom(level, sequence);
                }
            }
        }

        private boolean removeFrom(int level, long sequence) {
            SequenceSet set = sets[level];
            if (set == null || !set.remove(sequence)) {
                return false;
            }
            if (set.isEmpty()) {
                sets[level] = null;
                used[level >>> 6] &= ~(1L << level);
                spare = set;
            }
            return true;
        }

        long first() {
            for (int word = WORDS - 1; word >= 0; word--) {
                if (used[word] != 0) {
                    int level = (word << 6) + Long.SIZE - 1 - Long.numberOfLeadingZeros(used[word]);
                    SequenceSet set = sets[level];
                    return set == null ? -1 : set.first();
                }
            }
            return -1;
        }

        void clear() {
            Arrays.fill(sets, null);
            Arrays.fill(used, 0);
            spare = null;
        }
    }
}
