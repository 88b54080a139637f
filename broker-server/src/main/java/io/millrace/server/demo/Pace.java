package io.millrace.server.demo;

/** When the next event may go, so that the events are spread evenly. */
final class Pace {
    private final double nanosEach;
    private final long begun;

    /**
     * @param eventsPerSecond 0 for no pace at all
     * @param now nanoseconds of a clock that only goes forward
     */
    Pace(double eventsPerSecond, long now) {
        this.nanosEach = eventsPerSecond > 0 ? 1e9 / eventsPerSecond : 0;
        this.begun = now;
    }

    /** Nanoseconds from now until {@code sent} events may have gone and one more may follow; 0 or less if it may now. */
    long nanosUntilNext(long sent, long now) {
        return (long) (sent * nanosEach) - (now - begun);
    }
}
