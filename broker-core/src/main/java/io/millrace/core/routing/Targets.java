package io.millrace.core.routing;

import java.util.Arrays;

/** The queues that one message goes to, each once, in the order of their discovery. Reused; owner's thread only. */
public final class Targets {
    private static final int LINEAR_MAX = 16;

    private int[] queues = new int[16];
    private int size;
    private long[] seen = new long[0];

    /** Forgets everything. */
    public void clear() {
        if (size >= LINEAR_MAX) { // a duplicate offered to exactly LINEAR_MAX queues has marked them
            for (int i = 0; i < size; i++) {
                int word = queues[i] >>> 6;
                if (word < seen.length) {
                    seen[word] = 0;
                }
            }
        }
        size = 0;
    }

    /** Adds a queue unless it is in already. */
    public void add(int queue) {
        if (size < LINEAR_MAX) {
            for (int i = 0; i < size; i++) {
                if (queues[i] == queue) {
                    return;
                }
            }
            append(queue);
            return;
        }
        if (size == LINEAR_MAX) {
            for (int i = 0; i < size; i++) {
                mark(queues[i]);
            }
        }
        if (mark(queue)) {
            append(queue);
        }
    }

    /** How many queues there are. */
    public int size() {
        return size;
    }

    /** The i-th queue, 0 &lt;= i &lt; size. */
    public int get(int index) {
        return queues[index];
    }

    /** A copy of the queues. */
    public int[] toArray() {
        return Arrays.copyOf(queues, size);
    }

    private void append(int queue) {
        if (size == queues.length) {
            queues = Arrays.copyOf(queues, size * 2);
        }
        queues[size++] = queue;
    }

    private boolean mark(int queue) {
        int word = queue >>> 6;
        if (word >= seen.length) {
            seen = Arrays.copyOf(seen, Math.max(word + 1, seen.length * 2));
        }
        long bit = 1L << queue;
        boolean fresh = (seen[word] & bit) == 0;
        seen[word] |= bit;
        return fresh;
    }
}
