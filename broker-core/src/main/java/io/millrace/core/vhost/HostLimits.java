package io.millrace.core.vhost;

/**
 * The bounds of one virtual host.
 *
 * @param memoryBytes memory for message bytes, 4 MiB or more; above it publishers wait
 * @param unflushedBytes bytes that may wait for the disk, 1 MiB or more; above it publishers wait
 * @param readAheadBytes memory for what is read from segments, 1 MiB or more
 * @param consumerTimeoutMillis how long a consumer may hold a message where nothing else is said; 0 = for ever
 */
public record HostLimits(long memoryBytes, long unflushedBytes, long readAheadBytes, long consumerTimeoutMillis) {}
