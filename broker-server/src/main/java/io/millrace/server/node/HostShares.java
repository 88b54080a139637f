package io.millrace.server.node;

import io.millrace.config.BrokerConfig;
import io.millrace.core.vhost.HostLimits;

/**
 * What each virtual host gets of the broker's memory: equal shares of the whole, handed out anew whenever a virtual host
 * comes or goes. A share never falls below what a virtual host needs to run at all, so that with very many of them their
 * sum may exceed the whole.
 *
 * @param memoryBytes for message bytes
 * @param unflushedBytes that may wait for the disk
 * @param readAheadBytes for what is read from segments
 * @param transactionBytes most that one transaction may take; twice as much is shared
 * @param consumerTimeoutMillis how long a delivery may stay unsettled, the same for all
 */
record HostShares(
        long memoryBytes, long unflushedBytes, long readAheadBytes, long transactionBytes, long consumerTimeoutMillis) {
    private static final long MEMORY_BYTES_MIN = 4L << 20;
    private static final long OTHER_BYTES_MIN = 1L << 20;

    static HostShares of(BrokerConfig config) {
        return new HostShares(
                config.memory().messageBytesMax(),
                config.storage().unflushedBytesMax(),
                config.memory().readAheadBytesMax(),
                config.memory().transactionBytesMax(),
                config.queues().consumerTimeout().toMillis());
    }

    /** The share of one of so many. */
    HostLimits among(int virtualHosts) {
        int count = Math.max(1, virtualHosts);
        long transactions = Math.max(OTHER_BYTES_MIN, 2 * transactionBytes / count);
        return new HostLimits(
                Math.max(MEMORY_BYTES_MIN, memoryBytes / count),
                Math.max(OTHER_BYTES_MIN, unflushedBytes / count),
                Math.max(OTHER_BYTES_MIN, readAheadBytes / count),
                consumerTimeoutMillis,
                Math.min(transactions, transactionBytes),
                transactions);
    }
}
