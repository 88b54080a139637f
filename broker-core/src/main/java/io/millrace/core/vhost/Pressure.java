package io.millrace.core.vhost;

/** Says when publishers have to wait: too much in memory that is not yet moved, or too much that is not yet flushed. */
final class Pressure {
    private final Host host;
    private boolean blocked;

    Pressure(Host host) {
        this.host = host;
    }

    /** What has to be reached before publishers go on. */
    static long low(long bound) {
        return bound / 8 * 7;
    }

    /** After a turn: tells of a change. Lets go at seven eighths of a bound, so that it does not flutter. */
    void check() {
        HostLimits limits = host.limits;
        long memory = host.arena.bytes();
        long unflushed = host.setup.log().unflushedBytes();
        boolean high = memory > limits.memoryBytes() || unflushed > limits.unflushedBytes();
        boolean low = memory <= low(limits.memoryBytes()) && unflushed <= low(limits.unflushedBytes());
        if (!blocked && high) {
            blocked = true;
            String why =
                    memory > limits.memoryBytes() ? "memory: messages wait to be moved to disk" : "disk: flush is slow";
            host.setup.listener().pressure(true, why);
        } else if (blocked && low) {
            blocked = false;
            host.setup.listener().pressure(false, "");
        }
    }
}
