package io.millrace.core.time;

/** Runs a task later. Any thread may call it. */
@FunctionalInterface
public interface Timer {
    /**
     * Runs {@code task} once, on a thread of the timer's choice, {@code nanos} from now; never earlier.
     *
     * @param nanos 0 or more
     */
    void after(long nanos, Runnable task);
}
