package io.millrace.server.node;

import io.millrace.core.time.Clock;

/** The wall clock at the start of the process plus the time that has passed since. */
final class MonotonicClock implements Clock {
    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();

    @Override
    public long millis() {
        return startMillis + (System.nanoTime() - startNanos) / 1_000_000;
    }
}
