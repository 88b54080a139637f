package io.millrace.server.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a connection comes from.
 *
 * @param from the client's own address, also if a proxy is between
 * @param to where it wanted to go
 * @param loopback whether the client, and a proxy between, are on this machine
 * @param atMillis when the socket was accepted, as {@link LoopConnections#nowMillis} counts
 */
record Arrival(InetSocketAddress from, InetSocketAddress to, boolean loopback, long atMillis) {
    InetAddress address() {
        return from.getAddress();
    }

    /** Both ends, for people. */
    String description() {
        return text(from) + " -> " + text(to);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
