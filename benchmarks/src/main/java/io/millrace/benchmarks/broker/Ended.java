package io.millrace.benchmarks.broker;

import java.util.concurrent.TimeUnit;

/** Ends a process that was started here. */
final class Ended {
    private static final int SECONDS_MAX = 40;

    private Ended() {}

    /** Asks it to end; makes it if it does not. */
    static void politely(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
