package io.millrace.core.event;

import java.util.Arrays;

/** The places that one message gets: a sequence in each of some queues, and when it is due there. Reused. */
public final class Slots {
    private int[] queues = new int[8];
    private long[] sequences = new long[8];
    private long[] dues = new long[8];
    private boolean withDues;
    private int size;

    /** Forgets everything. */
    public void clear() {
        size = 0;
        withDues = false;
    }

    /** Adds a place in which the message has no time. */
    public void add(int queue, long sequence) {
        add(queue, sequence, 0);
    }

    /**
     * Adds a place.
     *
     * @param due when the message's time in that queue is over, milliseconds since the epoch; 0 = never
     */
    public void add(int queue, long sequence, long due) {
        if (size == queues.length) {
            queues = Arrays.copyOf(queues, size * 2);
            sequences = Arrays.copyOf(sequences, size * 2);
            dues = Arrays.copyOf(dues, size * 2);
        }
        queues[size] = queue;
        dues[size] = due;
        withDues |= due != 0;
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

    /** When the message's time in the i-th place is over, milliseconds since the epoch; 0 = never. */
    public long due(int index) {
        return dues[index];
    }

    /** Whether the message has a time in any of the places. */
    public boolean hasDues() {
        return withDues;
    }
}
