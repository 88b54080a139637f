package io.millrace.core.vhost;

/**
 * The bounds of one virtual host.
 *
 * @param memoryBytes memory for message bytes, 4 MiB or more; above it publishers wait
 * @param unflushedBytes bytes that may wait for the disk, 1 MiB or more; above it publishers wait
 * @param readAheadBytes memory for what is read from segments, 1 MiB or more
 * @param consumerTimeoutMillis how long a consumer may hold a message where nothing else is said; 0 = for ever
 * @param transactionBytes most that one transaction may take before it is committed, 1 KiB to 256 MiB
 * @param transactionsBytes most that all of them together may take
 */
public record HostLimits(
        long memoryBytes,
        long unflushedBytes,
        long readAheadBytes,
        long consumerTimeoutMillis,
        long transactionBytes,
        long transactionsBytes) {
    /** What a transaction may take where nothing else is said. */
    public static final long TRANSACTION_BYTES = 64 << 20;

    /** With the usual bounds for transactions. */
    public HostLimits(long memoryBytes, long unflushedBytes, long readAheadBytes, long consumerTimeoutMillis) {
        this(
                memoryBytes,
                unflushedBytes,
                readAheadBytes,
                consumerTimeoutMillis,
                TRANSACTION_BYTES,
                2 * TRANSACTION_BYTES);
    }
}
