package io.millrace.core.event;

import java.util.Arrays;

/** The places that one message gets: a sequence in each of some queues. Reused. */
public final class Slots {
    private int[] queues = new int[8];
    private long[] sequences = new long[8];
    private int size;

    /** Forgets everything. */
    public void clear() {
        size = 0;
    }

    /** Adds a place. */
    public void add(int queue, long sequence) {
        if (size == queues.length) {
            queues = Arrays.copyOf(queues, size * 2);
            sequences = Arrays.copyOf(sequences, size * 2);
        }
        queues[size] = queue;
        sequences[size++] = sequence;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** The queue of the i-th place. */
    public int queue(int index) {
        return queues[index];
    }

    /** The sequence of the i-th place. */
    public long sequence(int index) {
        return sequences[index];
    }
}
