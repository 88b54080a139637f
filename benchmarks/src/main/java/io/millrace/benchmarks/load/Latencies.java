package io.millrace.benchmarks.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Latencies of one thread, from the times that messages were due. Those of the run-in do not count. */
final class Latencies {
    private static final long NANOS_MAX = TimeUnit.MINUTES.toNanos(2);

    private final Histogram histogram = new Histogram(1_000, NANOS_MAX, 3);
    private final Pace pace;
    private final long runIn;

    /** @param runIn the first messages of each producer, which do not count */
    Latencies(Pace pace, long runIn) {
        this.pace = pace;
        this.runIn = runIn;
    }

    void record(long number, long nowNanos) {
        if (number >= runIn) {
            histogram.recordValue(Math.max(0, Math.min(nowNanos - pace.dueNanos(number), NANOS_MAX)));
        }
    }

    Histogram histogram() {
        return histogram;
    }
}
