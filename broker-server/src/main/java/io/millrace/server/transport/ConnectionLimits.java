package io.millrace.server.transport;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections there may be, and how many of one address that have not logged in yet. Any thread. */
public final class ConnectionLimits {
    private final int connectionsMax;
    private final int strangersMax;
    private final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentMap<InetAddress, Integer> strangers = new ConcurrentHashMap<>();

    /**
     * @param connectionsMax most connections in all
     * @param strangersMax most connections of one address that are not logged in
     */
    public ConnectionLimits(int connectionsMax, int strangersMax) {
        this.connectionsMax = connectionsMax;
        this.strangersMax = strangersMax;
    }

    /** Takes a place for a new connection; false if there is none. Ends with {@link #leave}. */
    boolean enter() {
        if (connections.incrementAndGet() > connectionsMax) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts a connection that has entered as one of its address; false if that has too many. */
    boolean arrive(InetAddress from) {
        if (strangers.merge(from, 1, Integer::sum) > strangersMax) {
            knownNow(from);
            return false;
        }
        return true;
    }

    /** A connection from that address has logged in, or goes without. Once for each that arrived. */
    void knownNow(InetAddress from) {
        strangers.computeIfPresent(from, (address, count) -> count > 1 ? count - 1 : null);
    }

    /** A connection is gone. Once for each that entered. */
    void leave() {
        connections.decrementAndGet();
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.get();
    }
}
