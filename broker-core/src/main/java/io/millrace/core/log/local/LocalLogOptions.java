package io.millrace.core.log.local;

/**
 * What can be set for a log in local files.
 *
 * @param walFileBytes size of a WAL file once the log is busy; 8 KiB..1 GiB, rounded up to 4 KiB; default 64 MiB. A frame
 *     that is larger gets a file of its own size
 * @param firstFileBytes size of the first WAL file; each next one is four times as large until {@code walFileBytes} is
 *     reached; 8 KiB..walFileBytes, rounded up to 4 KiB; default 4 MiB
 * @param commitIntervalNanos how long a lazy frame may wait for its flush; 0..1 s; default 5 ms
 * @param fullDiskRetryNanos how long to wait before a full disk is tried again; 1 ms..1 min; default 1 s
 * @param salvage what to do at start when flushed frames are damaged or missing: false = refuse; true = cut the log before
 *     the first of them, give up what follows (damaged files are kept beside the log as {@code *.cut}) and go on with
 *     numbers that were never used, so that positions have a gap there
 */
public record LocalLogOptions(
        int walFileBytes, int firstFileBytes, long commitIntervalNanos, long fullDiskRetryNanos, boolean salvage) {

    /** What a log has if nothing is said. */
    public static final LocalLogOptions DEFAULTS =
            new LocalLogOptions(64 << 20, 4 << 20, 5_000_000L, 1_000_000_000L, false);

    private static final int FILE_BYTES_MIN = 8 << 10;
    private static final int FILE_BYTES_MAX = 1 << 30;

    /** Checks the ranges. */
    public LocalLogOptions {
        check("walFileBytes", walFileBytes, FILE_BYTES_MIN, FILE_BYTES_MAX);
        check("firstFileBytes", firstFileBytes, FILE_BYTES_MIN, walFileBytes);
        check("commitIntervalNanos", commitIntervalNanos, 0, 1_000_000_000L);
        check("fullDiskRetryNanos", fullDiskRetryNanos, 1_000_000L, 60_000_000_000L);
        walFileBytes = (int) WalFrame.pageAlign(walFileBytes);
        firstFileBytes = (int) WalFrame.pageAlign(firstFileBytes);
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + " and must be " + min + " to " + max);
        }
    }

    /** The same with other file sizes. */
    public LocalLogOptions withFileBytes(int first, int full) {
        return new LocalLogOptions(full, first, commitIntervalNanos, fullDiskRetryNanos, salvage);
    }

    /** The same with another commit interval. */
    public LocalLogOptions withCommitIntervalNanos(long nanos) {
        return new LocalLogOptions(walFileBytes, firstFileBytes, nanos, fullDiskRetryNanos, salvage);
    }

    /** The same, salvaging or not. */
    public LocalLogOptions withSalvage(boolean wanted) {
        return new LocalLogOptions(walFileBytes, firstFileBytes, commitIntervalNanos, fullDiskRetryNanos, wanted);
    }
}
