package io.millrace.server.amqp091;

import io.millrace.core.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a channel that wait for their settlement, in the order of their delivery tags: a ring of primitive
 * arrays, 24 bytes a delivery. Tags of deliveries that need no settlement leave gaps; entries settled out of order stay as
 * gaps until they reach the front or the ring is full.
 */
final class Unsettled {
    private static final int CAPACITY_INITIAL = 8;
    /** An empty ring that is larger than this gives its memory back: 1.5 MiB. */
    private static final int CAPACITY_KEPT = 1 << 16;

    /** Delivery tags, growing; the complement of a tag is an entry that is settled. */
    private long[] tags = new long[CAPACITY_INITIAL];

    private long[] sequences = new long[CAPACITY_INITIAL];
    private int[] consumers = new int[CAPACITY_INITIAL];
    private int[] queues = new int[CAPACITY_INITIAL];
    private long head;
    private long tail;
    private int size;
    /** What was settled and may have to wait again; null while nothing is kept. */
    private @Nullable Uncommitted settled;

    private boolean keepsSettled;

    /** Deliveries that wait. */
    int size() {
        return size;
    }

    /** Deliveries that it has memory for. */
    int capacity() {
        return tags.length;
    }

    /** Adds a delivery; its tag is higher than all before. */
    void add(long tag, int consumer, int queue, long sequence) {
        if (tail - head == tags.length) {
            makeRoom();
        }
        int slot = slot(tail++);
        tags[slot] = tag;
        sequences[slot] = sequence;
        consumers[slot] = consumer;
        queues[slot] = queue;
        size++;
    }

    /**
     * Settles one delivery.
     *
     * @return false if that tag does not wait
     */
    boolean settle(long tag, Outcome outcome, Settlements settlements) {
        long index = find(tag);
        if (index < 0 || tags[slot(index)] != tag) {
            return false;
        }
        take(index, outcome, settlements);
        trim();
        return true;
    }

    /**
     * Settles that delivery and all that came before it.
     *
     * @return false if that tag does not wait; nothing is settled then
     */
    boolean settleUpTo(long tag, Outcome outcome, Settlements settlements) {
        long index = find(tag);
        if (index < 0 || tags[slot(index)] != tag) {
            return false;
        }
        settleThrough(index, outcome, settlements);
        return true;
    }

    /** Settles all. */
    void settleAll(Outcome outcome, Settlements settlements) {
        settleThrough(tail - 1, outcome, settlements);
    }

    private void settleThrough(long lastIndex, Outcome outcome, Settlements settlements) {
        for (long index = head; index <= lastIndex; index++) {
            if (tags[slot(index)] >= 0) {
                take(index, outcome, settlements);
            }
        }
        head = lastIndex + 1;
        trim();
    }

    private void take(long index, Outcome outcome, Settlements settlements) {
        int slot = slot(index);
        settlements.add(consumers[slot], queues[slot], sequences[slot], outcome);
        if (keepsSettled) {
            settled().add(tags[slot], consumers[slot], queues[slot], sequences[slot]);
        }
        tags[slot] = ~tags[slot];
        size--;
    }

    /** Whether what is settled from now on is kept until it is forgotten or restored. */
    void keepSettled(boolean keep) {
        keepsSettled = keep;
    }

    /** Deliveries that wait, and those that were settled and are kept. */
    int held() {
        return size + (settled == null ? 0 : settled.size());
    }

    /** Forgets what was kept. */
    void forgetSettled() {
        if (settled != null) {
            settled.clear();
        }
    }

    /** Makes what was kept wait again, in its old order. */
    void restoreSettled() {
        if (settled == null || settled.size() == 0) {
            return;
        }
        Uncommitted all = settled;
        for (long index = head; index < tail; index++) {
            int slot = slot(index);
            if (tags[slot] >= 0) {
                all.add(tags[slot], consumers[slot], queues[slot], sequences[slot]);
            }
        }
        head = 0;
        tail = 0;
        size = 0;
        all.inOrder(this::add);
        all.clear();
    }

    private Uncommitted settled() {
        Uncommitted known = settled;
        if (known == null) {
            known = new Uncommitted();
            settled = known;
        }
        return known;
    }

    private void trim() {
        if (size == 0) {
            head = tail;
            if (tags.length > CAPACITY_KEPT) {
                resize(CAPACITY_INITIAL);
            }
            return;
        }
        while (tags[slot(head)] < 0) {
            head++;
        }
    }

    /** The entry of that tag, waiting or settled; -1 if there is none. */
    private long find(long tag) {
        if (head == tail || tag <= 0) {
            return -1;
        }
        long guess = head + (tag - tagAt(head));
        if (guess >= head && guess < tail && tagAt(guess) == tag) {
            return guess;
        }
        long low = head;
        long high = tail - 1;
        while (low <= high) {
            long middle = (low + high) >>> 1;
            long met = tagAt(middle);
            if (met == tag) {
                return middle;
            }
            if (met < tag) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private long tagAt(long index) {
        long tag = tags[slot(index)];
        return tag < 0 ? ~tag : tag;
    }

    private int slot(long index) {
        return (int) index & (tags.length - 1);
    }

    private void makeRoom() {
        resize(size <= tags.length / 2 ? tags.length : tags.length * 2);
    }

    /** Moves the waiting entries to the front of arrays of that size. */
    private void resize(int capacity) {
        long[] newTags = new long[capacity];
        long[] newSequences = new long[capacity];
        int[] newConsumers = new int[capacity];
        int[] newQueues = new int[capacity];
        int count = 0;
        for (long index = head; index < tail; index++) {
            int slot = slot(index);
            if (tags[slot] >= 0) {
                newTags[count] = tags[slot];
                newSequences[count] = sequences[slot];
                newConsumers[count] = consumers[slot];
                newQueues[count] = queues[slot];
                count++;
            }
        }
        tags = newTags;
        sequences = newSequences;
        consumers = newConsumers;
        queues = newQueues;
        head = 0;
        tail = count;
    }
}
