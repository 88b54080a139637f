package io.millrace.server.http;

/**
 * Something is wrong that somebody has to look after.
 *
 * @param kind {@code disk} or {@code damaged}
 * @param resource what it is about: the data directory, or a queue
 * @param virtualHost where, empty if it is about the node
 * @param text for people
 */
public record Alarm(String kind, String resource, String virtualHost, String text) {
    /** The disk is nearly full. */
    public static final String DISK = "disk";

    /** Stored messages cannot be read. */
    public static final String DAMAGED = "damaged";
}
