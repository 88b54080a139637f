package io.millrace.core.system;

/**
 * The bounds that an operator gives to a virtual host; -1 = none.
 *
 * @param connectionsMax connections that may be open at a time, on the wire {@code max-connections}
 * @param queuesMax queues that may be there, on the wire {@code max-queues}
 */
public record VirtualHostLimits(long connectionsMax, long queuesMax) {
    /** No bounds. */
    public static final VirtualHostLimits NONE = new VirtualHostLimits(-1, -1);

    /** With this bound for connections. */
    public VirtualHostLimits connectionsMax(long max) {
        return new VirtualHostLimits(max, queuesMax);
    }

    /** With this bound for queues. */
    public VirtualHostLimits queuesMax(long max) {
        return new VirtualHostLimits(connectionsMax, max);
    }
}
