package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void events_are_spread_evenly_whatever_the_clock_begins_with() {
        long begun = Long.MAX_VALUE - 500_000_000;
        Pace pace = new Pace(4, begun);
        assertEquals(0, pace.nanosUntilNext(0, begun));
        assertEquals(250_000_000, pace.nanosUntilNext(1, begun));
        assertEquals(0, pace.nanosUntilNext(4, begun + 1_000_000_000));
        assertTrue(pace.nanosUntilNext(2, begun + 1_000_000_000) < 0);
    }

    @Test
    void no_pace_never_waits() {
        assertTrue(new Pace(0, 7).nanosUntilNext(1_000_000, 7) <= 0);
    }
}
