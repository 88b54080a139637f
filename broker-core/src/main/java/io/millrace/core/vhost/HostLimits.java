package io.millrace.core.vhost;

/**
 * The bounds of one virtual host.
 *
 * @param memoryBytes memory for message bytes, 4 MiB or more; above it publishers wait
 * @param unflushedBytes bytes that may wait for the disk, 1 MiB or more; above it publishers wait
 * @param readAheadBytes memory for what is read from segments, 1 MiB or more
 * @param consumerTimeoutMillis how long a consumer may hold a message where nothing else is said; 0 = for ever
 * @param transactionBytes most that one transaction may take, 1 KiB to 256 MiB; all together may take twice as much
 */
public record HostLimits(
        long memoryBytes, long unflushedBytes, long readAheadBytes, long consumerTimeoutMillis, long transactionBytes) {
    /** What a transaction may take where nothing else is said. */
    public static final long TRANSACTION_BYTES = 64 << 20;

    /** With the usual bound for transactions. */
    public HostLimits(long memoryBytes, long unflushedBytes, long readAheadBytes, long consumerTimeoutMillis) {
        this(memoryBytes, unflushedBytes, readAheadBytes, consumerTimeoutMillis, TRANSACTION_BYTES);
    }
}
