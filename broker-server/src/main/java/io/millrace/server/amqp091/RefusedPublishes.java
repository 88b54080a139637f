package io.millrace.server.amqp091;

import java.util.Arrays;

/**
 * The publishes of a channel that were refused and that no confirm has passed yet, as ranges: a confirm of several must not
 * reach over one of them. At most {@value #RANGES_MAX} ranges are kept; beyond that the oldest is forgotten, whose refusal
 * the client has had long before.
 */
final class RefusedPublishes {
    static final int RANGES_MAX = 4096;

    private long[] bounds = new long[16];
    private int head;
    private int end;

    /** Adds a number, higher than all before. */
    void add(long number) {
        if (end > head && bounds[end - 1] + 1 == number) {
            bounds[end - 1] = number;
            return;
        }
        if (end - head == 2 * RANGES_MAX) {
            head += 2;
        }
        if (end == bounds.length) {
            int size = end - head;
            bounds = Arrays.copyOfRange(bounds, head, head + Math.max(16, 2 * size));
            head = 0;
            end = size;
        }
        bounds[end++] = number;
        bounds[end++] = number;
    }

    /** The lowest number, or {@link Long#MAX_VALUE} if there is none. */
    long first() {
        return end == head ? Long.MAX_VALUE : bounds[head];
    }

    /** The highest of the neighbours of {@link #first}, all of which it forgets. */
    long takeFirst() {
        long last = bounds[head + 1];
        head += 2;
        if (head == end) {
            head = 0;
            end = 0;
        }
        return last;
    }
}
