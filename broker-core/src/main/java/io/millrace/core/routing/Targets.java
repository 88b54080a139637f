package io.millrace.core.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The queues that one message goes to, each once, in the order of their discovery; the exchanges that it has to pass on the
 * way; and the work that may still be put into finding them. Reused; owner's thread only.
 */
public final class Targets {
    /** Steps that one message may take: places of a trie entered, bindings compared. A few milliseconds. */
    static final int STEPS_MAX = 1_000_000;

    private static final int LINEAR_MAX = 16;

    private int[] queues = new int[16];
    private int size;
    private long[] seen = new long[0];
    private int[] exchanges = new int[4];
    private int exchangeCount;
    private int offered;
    private int stepsLeft = STEPS_MAX;
    private final List<Remembering> remembering = new ArrayList<>(0);

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
        exchangeCount = 0;
        offered = 0;
        stepsLeft = STEPS_MAX;
        if (!remembering.isEmpty()) {
            remembering.clear();
        }
    }

    /** Names somebody who wants to keep the message. */
    void wanted(Remembering by) {
        remembering.add(by);
    }

    /** Who wants to keep the message; nearly always nobody. */
    List<Remembering> remembering() {
        return remembering;
    }

    /** Adds a destination: a queue unless it is in already, or, if the number is negative, an exchange to pass. */
    public void add(int destination) {
        offered++;
        if (destination < 0) {
            addExchange(destination);
        } else {
            addQueue(destination);
        }
    }

    /**
     * Takes steps off those that are left for this message.
     *
     * @return false if there are none left: whoever routes stops
     */
    public boolean spend(int steps) {
        stepsLeft = Math.max(-1, stepsLeft - steps);
        return stepsLeft >= 0;
    }

    /** Whether routing was given up because it took too many steps: the targets are not complete. */
    public boolean isExhausted() {
        return stepsLeft < 0;
    }

    /** Gives up. */
    void exhaust() {
        stepsLeft = -1;
    }

    /** How often {@link #add} was called, for whatever destination. */
    int offered() {
        return offered;
    }

    /** Takes an exchange that was added; the topology's number of it, or 0 if there is none left. */
    int takeExchange() {
        return exchangeCount == 0 ? 0 : exchanges[--exchangeCount];
    }

    private void addExchange(int destination) {
        if (exchangeCount == exchanges.length) {
            exchanges = Arrays.copyOf(exchanges, exchangeCount * 2);
        }
        exchanges[exchangeCount++] = destination;
    }

    private void addQueue(int queue) {
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
