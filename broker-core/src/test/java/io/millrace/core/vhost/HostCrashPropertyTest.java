package io.millrace.core.vhost;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guards D5, D6, D8, D9 and D10 under power cuts at random moments, with a memory that makes messages move to segments. */
class HostCrashPropertyTest {

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void no_confirmed_message_is_lost_doubled_reordered_or_unmarked(long seed) {
        new HostCrashSimulation(seed).run(1500);
    }

    @Test
    void a_disk_that_forgets_its_flushes_is_caught() {
        int caught = 0;
        for (long seed = 1; seed <= 10; seed++) {
            try {
                new HostCrashSimulation(seed).withoutFlushes().run(1500);
            } catch (AssertionError | RuntimeException e) {
                caught++;
            }
        }
        int seeds = caught;
        assertTrue(caught > 0, () -> "the checker let " + (10 - seeds) + " of 10 lies pass");
    }
}
