package io.millrace.benchmarks.load;

/**
 * When each message of a fixed rate is due. A latency counts from that time and not from when the message was written: what
 * waits behind a broker that has stopped for a moment is late too.
 */
public record Pace(long startNanos, double perSecond) {
    /** When message {@code number}, from 0 on, is due, on the clock of {@link System#nanoTime}. */
    long dueNanos(long number) {
        return startNanos + (long) (number * (1e9 / perSecond));
    }

    /** How many messages are due by then. */
    long dueBy(long nanos) {
        return nanos < startNanos ? 0 : (long) ((nanos - startNanos) * perSecond / 1e9) + 1;
    }
}
