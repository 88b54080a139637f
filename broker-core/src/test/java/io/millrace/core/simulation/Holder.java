package io.millrace.core.simulation;

import java.util.TreeMap;

/** A consumer, or, with number 0, what a lane holds of a queue without one. */
final class Holder {
    final Peer peer;
    final int number;
    final int queue;
    final int window;
    /** Whether what it gets counts as accepted. */
    final boolean settled;

    final boolean exclusive;
    final long priority;
    final TreeMap<Long, Copy> held = new TreeMap<>();
    boolean started;
    boolean cancelled;

    Holder(Peer peer, int number, int queue, int window, boolean settled, boolean exclusive, long priority) {
        this.peer = peer;
        this.number = number;
        this.queue = queue;
        this.window = settled ? 0 : window;
        this.settled = settled;
        this.exclusive = exclusive;
        this.priority = priority;
    }

    @Override
    public String toString() {
        return "consumer " + peer.number + "." + number + " of queue " + queue;
    }
}
