package io.millrace.server.transport;

import java.util.concurrent.TimeUnit;

/** Permits so many log lines a second and counts the others. Any thread. */
final class Throttle {
    private final int linesPerSecond;
    private long second;
    private int lines;
    private long suppressed;

    Throttle(int linesPerSecond) {
        this.linesPerSecond = linesPerSecond;
    }

    /** Whether another line may be written now. */
    synchronized boolean permits() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            lines = 0;
        }
        if (lines < linesPerSecond) {
            lines++;
            return true;
        }
        suppressed++;
        return false;
    }

    /** How many lines were not written since the last that was. */
    synchronized long takeSuppressed() {
        long count = suppressed;
        suppressed = 0;
        return count;
    }
}
