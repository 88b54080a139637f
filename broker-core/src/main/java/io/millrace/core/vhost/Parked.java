package io.millrace.core.vhost;

import org.jspecify.annotations.Nullable;

/**
 * What waits for the log: confirms and replies, in the order of the positions they wait for. A confirm is two numbers, so
 * that a turn of many publishes costs one entry. Owner's thread.
 */
final class Parked {
    private long[] positions = new long[64];
    private long[] confirms = new long[64];
    private @Nullable Lane[] lanes = new @Nullable Lane[64];
    private @Nullable Runnable[] actions = new @Nullable Runnable[64];
    private int head;
    private int size;

    /** Takes what may be released. */
    interface Release {
        /** The lane's publishes up to this number are durable. */
        void confirm(Lane lane, long upTo);

        /** What waited may run. */
        void run(@Nullable Lane lane, Runnable action);
    }

    boolean isEmpty() {
        return size == 0;
    }

    void confirm(long position, Lane lane, long upTo) {
        int slot = slot();
        positions[slot] = position;
        confirms[slot] = upTo;
        lanes[slot] = lane;
        lane.parked(1);
    }

    void action(long position, @Nullable Lane lane, Runnable action) {
        int slot = slot();
        positions[slot] = position;
        lanes[slot] = lane;
        actions[slot] = action;
        if (lane != null) {
            lane.parked(1);
        }
    }

    void release(long durable, Release to) {
        while (size > 0 && positions[head] <= durable) {
            Lane lane = lanes[head];
            Runnable action = actions[head];
            long upTo = confirms[head];
            lanes[head] = null;
            actions[head] = null;
            head = (head + 1) & (positions.length - 1);
            size--;
            if (lane != null) {
                lane.parked(-1);
            }
            if (action != null) {
                to.run(lane, action);
            } else if (lane != null) {
                to.confirm(lane, upTo);
            }
        }
    }

    private int slot() {
        if (size == positions.length) {
            grow();
        }
        return (head + size++) & (positions.length - 1);
    }

    private void grow() {
        int capacity = positions.length * 2;
        long[] p = new long[capacity];
        long[] c = new long[capacity];
        @Nullable Lane[] l = new @Nullable Lane[capacity];
        @Nullable Runnable[] a = new @Nullable Runnable[capacity];
        for (int i = 0; i < size; i++) {
            int from = (head + i) & (positions.length - 1);
            p[i] = positions[from];
            c[i] = confirms[from];
            l[i] = lanes[from];
            a[i] = actions[from];
        }
        positions = p;
        confirms = c;
        lanes = l;
        actions = a;
        head = 0;
    }
}
