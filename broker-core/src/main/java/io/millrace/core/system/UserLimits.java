package io.millrace.core.system;

/**
 * The bounds that an operator gives to a user; -1 = none.
 *
 * @param connectionsMax connections that may be open at a time, on the wire {@code max-connections}
 * @param channelsMax channels that may be open at a time in all connections, on the wire {@code max-channels}
 */
public record UserLimits(long connectionsMax, long channelsMax) {
    /** No bounds. */
    public static final UserLimits NONE = new UserLimits(-1, -1);

    /** With this bound for connections. */
    public UserLimits connectionsMax(long max) {
        return new UserLimits(max, channelsMax);
    }

    /** With this bound for channels. */
    public UserLimits channelsMax(long max) {
        return new UserLimits(connectionsMax, max);
    }
}
