package io.millrace.server.amqp091;

import java.util.Arrays;

/** The deliveries of a channel that were settled in its open transaction: a rollback makes them wait again. */
final class Uncommitted {
    private static final int CAPACITY_INITIAL = 64;
    private static final int CAPACITY_KEPT = 1 << 12;

    private long[] tags = new long[CAPACITY_INITIAL];
    private long[] sequences = new long[CAPACITY_INITIAL];
    private int[] consumers = new int[CAPACITY_INITIAL];
    private int[] queues = new int[CAPACITY_INITIAL];
    private int size;

    int size() {
        return size;
    }

    void add(long tag, int consumer, int queue, long sequence) {
        if (size == tags.length) {
            tags = Arrays.copyOf(tags, size * 2);
            sequences = Arrays.copyOf(sequences, size * 2);
            consumers = Arrays.copyOf(consumers, size * 2);
            queues = Arrays.copyOf(queues, size * 2);
        }
        tags[size] = tag;
        sequences[size] = sequence;
        consumers[size] = consumer;
        queues[size++] = queue;
    }

    void clear() {
        size = 0;
        if (tags.length > CAPACITY_KEPT) {
            tags = new long[CAPACITY_INITIAL];
            sequences = new long[CAPACITY_INITIAL];
            consumers = new int[CAPACITY_INITIAL];
            queues = new int[CAPACITY_INITIAL];
        }
    }

    /** Takes deliveries. */
    @FunctionalInterface
    interface Visitor {
        /** As it was added. */
        void delivery(long tag, int consumer, int queue, long sequence);
    }

    /** Shows all by their tags, ascending. */
    void inOrder(Visitor visitor) {
        long[] sorted = Arrays.copyOf(tags, size);
        Arrays.sort(sorted);
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            places[Arrays.binarySearch(sorted, tags[i])] = i;
        }
        for (int place : places) {
            visitor.delivery(tags[place], consumers[place], queues[place], sequences[place]);
        }
    }
}
