package io.millrace.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * What a run gave.
 *
 * @param published        messages
 * @param deliveries       of them all queues together
 * @param seconds          from the first publish to the last delivery and confirm
 * @param brokerSeconds    CPU time of the broker in that time; NaN if its process is not known
 * @param generatorSeconds CPU time of this process in that time
 * @param delivery         latencies in nanoseconds from the time that a message was due; empty without a fixed rate
 * @param confirm          likewise, of the confirms
 */
public record Outcome(
        long published,
        long deliveries,
        double seconds,
        double brokerSeconds,
        double generatorSeconds,
        Histogram delivery,
        Histogram confirm) {
    public double perSecond() {
        return deliveries / seconds;
    }

    public double brokerPerMillion() {
        return brokerSeconds / deliveries * 1e6;
    }

    public double generatorPerMillion() {
        return generatorSeconds / deliveries * 1e6;
    }
}
