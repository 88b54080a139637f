package io.millrace.core.time;

/** The time of day, never running backwards while the process lives. Any thread may read it. */
@FunctionalInterface
public interface Clock {
    /**
     * Milliseconds since the epoch: the wall clock when the process started plus the time that has passed since, so that
     * a jump of the wall clock neither expires nor delays anything.
     */
    long millis();
}
