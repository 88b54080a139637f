package io.millrace.core.simulation;

import java.util.HashMap;
import java.util.Map;
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
    /** How long it may hold a message, milliseconds; 0 = for ever, below 0 = as long as its queue says. */
    final long ownTimeout;

    final TreeMap<Long, Copy> held = new TreeMap<>();
    /** Since when it has had what it ever had. */
    final Map<Long, Long> since = new HashMap<>();
    /** The message that was taken from it last, 0 if none was. */
    long lost;
    /** Whether it held a message for too long, and has not settled anything since. */
    boolean stopped;
    /** Whether that is not known. */
    boolean unsure;

    boolean started;
    boolean cancelled;

    Holder(
            Peer peer,
            int number,
            int queue,
            int window,
            boolean settled,
            boolean exclusive,
            long priority,
            long ownTimeout) {
        this.peer = peer;
        this.number = number;
        this.queue = queue;
        this.window = settled ? 0 : window;
        this.settled = settled;
        this.exclusive = exclusive;
        this.priority = priority;
        this.ownTimeout = ownTimeout;
    }

    /** How long it may hold a message of that queue; 0 = for ever. */
    long timeout(ModelQueue queue) {
        return ownTimeout >= 0 ? ownTimeout : queue.consumerTimeout();
    }

    /** It settles something with a commit that may have to wait: until that is seen it may be stopped, or not. */
    void goOn() {
        unsure |= stopped;
        stopped = false;
    }

    @Override
    public String toString() {
        return "consumer " + peer.number + "." + number + " of queue " + queue;
    }
}
