package io.millrace.benchmarks.load;

import java.util.concurrent.atomic.AtomicInteger;

/** Names of queues and exchanges that nobody else has: each run has its own, and nothing but these is ever touched. */
public record Names(String prefix) {
    private static final AtomicInteger RUNS = new AtomicInteger();

    /** Names for one more run of this process. */
    public static Names next() {
        return new Names("millrace-bench-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime())
                + "-" + RUNS.incrementAndGet());
    }

    public String queue(int number) {
        return prefix + ".q" + number;
    }

    public String exchange() {
        return prefix + ".x";
    }
}
