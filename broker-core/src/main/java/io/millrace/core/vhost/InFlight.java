package io.millrace.core.vhost;

import org.jspecify.annotations.Nullable;

/** Who holds which message of a queue: open addressing by sequence, and since when; no object per message. Owner's thread. */
final class InFlight {
    private static final int SMALLEST = 2;

    private long[] sequences = new long[SMALLEST];
    private @Nullable Consumer[] holders = new @Nullable Consumer[SMALLEST];
    private long[] since = new long[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    /** Takes what a holder has. */
    @FunctionalInterface
    interface Visitor {
        /** That holder has had that message since then, milliseconds since the epoch. */
        void held(long sequence, Consumer holder, long since);
    }

    /** @param now when it was handed out, milliseconds since the epoch */
    void put(long sequence, Consumer holder, long now) {
        if (size * 2 >= holders.length) {
            resize(holders.length * 2);
        }
        int slot = slot(sequence);
        while (holders[slot] != null) {
            slot = (slot + 1) & (holders.length - 1);
        }
        sequences[slot] = sequence;
        holders[slot] = holder;
        since[slot] = now;
        size++;
    }

    /** Takes a message from its holder; false if that holder does not have it. */
    boolean remove(long sequence, Consumer holder) {
        int slot = slot(sequence);
        while (holders[slot] != null) {
            if (sequences[slot] == sequence) {
                if (holders[slot] != holder) {
                    return false;
                }
                close(slot);
                size--;
                if (holders.length > 1024 && size * 16 < holders.length) {
                    resize(holders.length / 4);
                }
                return true;
            }
            slot = (slot + 1) & (holders.length - 1);
        }
        return false;
    }

    /** Who holds that message; null if nobody does. */
    @Nullable
    Consumer holder(long sequence) {
        int slot = slot(sequence);
        while (holders[slot] != null && sequences[slot] != sequence) {
            slot = (slot + 1) & (holders.length - 1);
        }
        return holders[slot];
    }

    /** The sequences that the consumers of a lane have, ascending. Looks at all that is held. */
    long[] heldBy(Lane lane) {
        long[] held = new long[16];
        int count = 0;
        for (int i = 0; i < holders.length; i++) {
            Consumer holder = holders[i];
            if (holder != null && holder.lane() == lane) {
                if (count == held.length) {
                    held = java.util.Arrays.copyOf(held, count * 2);
                }
                held[count++] = sequences[i];
            }
        }
        long[] exact = java.util.Arrays.copyOf(held, count);
        java.util.Arrays.sort(exact);
        return exact;
    }

    /** Shows everything that is held, in no order; must not change meanwhile. */
    void forEach(Visitor visitor) {
        for (int i = 0; i < holders.length; i++) {
            Consumer holder = holders[i];
            if (holder != null) {
                visitor.held(sequences[i], holder, since[i]);
            }
        }
    }

    void clear() {
        since = new long[SMALLEST];
        sequences = new long[SMALLEST];
        holders = new @Nullable Consumer[SMALLEST];
        size = 0;
    }

    private int slot(long sequence) {
        return (int) (sequence * 0x9E3779B97F4A7C15L >>> 40) & (holders.length - 1);
    }

    /** Keeps every entry reachable from its slot without tombstones. */
    private void close(int gap) {
        int hole = gap;
        int mask = holders.length - 1;
        for (int i = (hole + 1) & mask; holders[i] != null; i = (i + 1) & mask) {
            int home = slot(sequences[i]);
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                sequences[hole] = sequences[i];
                holders[hole] = holders[i];
                since[hole] = since[i];
                hole = i;
            }
        }
        holders[hole] = null;
    }

    private void resize(int capacity) {
        long[] oldSequences = sequences;
        @Nullable Consumer[] oldHolders = holders;
        long[] oldSince = since;
        since = new long[capacity];
        sequences = new long[capacity];
        holders = new @Nullable Consumer[capacity];
        size = 0;
        for (int i = 0; i < oldHolders.length; i++) {
            Consumer holder = oldHolders[i];
            if (holder != null) {
                put(oldSequences[i], holder, oldSince[i]);
            }
        }
    }
}
