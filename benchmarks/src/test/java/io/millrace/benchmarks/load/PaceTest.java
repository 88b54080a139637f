package io.millrace.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace(1_000_000, 1000);

    @Test
    void messages_are_due_one_interval_after_the_other() {
        assertEquals(1_000_000, pace.dueNanos(0));
        assertEquals(4_000_000, pace.dueNanos(3));
        assertEquals(0, pace.dueBy(999_999));
        assertEquals(1, pace.dueBy(1_000_000));
        assertEquals(4, pace.dueBy(4_500_000));
    }

    @Test
    void pause_of_the_broker_counts_for_every_message_that_waited() {
        Latencies latencies = new Latencies(pace, 0);
        for (int number = 0; number < 100; number++) {
            latencies.record(number, pace.dueNanos(100));
        }

        assertEquals(100, latencies.histogram().getTotalCount());
        assertEquals(1e6, latencies.histogram().getMinValue(), 1e3);
        assertEquals(50e6, latencies.histogram().getValueAtPercentile(50), 2e6);
        assertEquals(100e6, latencies.histogram().getMaxValue(), 1e5);
    }

    @Test
    void run_in_does_not_count() {
        Latencies latencies = new Latencies(pace, 10);
        latencies.record(9, pace.dueNanos(500));
        latencies.record(10, pace.dueNanos(11));

        assertEquals(1, latencies.histogram().getTotalCount());
        assertEquals(1e6, latencies.histogram().getMaxValue(), 1e4);
    }
}
