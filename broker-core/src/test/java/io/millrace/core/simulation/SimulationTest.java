package io.millrace.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guards every promise of a virtual host at once, see docs/RELIABILITY.md. */
class SimulationTest {
    private static final int STEPS = Integer.getInteger("steps", 2000);
    private static final int SEEDS_A_TEST = 10;
    private static final int PROGRESS = 100;
    private static final Figures ALL = new Figures();

    /** The first seed of each test. */
    static LongStream firsts() {
        Long one = Long.getLong("seed");
        if (one != null) {
            return LongStream.of(one);
        }
        long seeds = Long.getLong("seeds", 250);
        long from = Long.getLong("from", 1);
        return LongStream.iterate(from, first -> first < from + seeds, first -> first + SEEDS_A_TEST);
    }

    @ParameterizedTest(name = "seeds from {0}")
    @MethodSource("firsts")
    void a_virtual_host_keeps_its_promises(long first) {
        long last = Long.getLong("seed") != null ? first : first + SEEDS_A_TEST - 1;
        for (long seed = first; seed <= last; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run(STEPS);
            ALL.add(simulation.figures());
        }
        if (last % PROGRESS == 0) {
            System.out.println("simulation, up to seed " + last + ": " + ALL);
        }
    }

    @Test
    void the_same_seed_is_the_same_life() {
        Simulation once = new Simulation(7);
        once.run(STEPS);
        Simulation again = new Simulation(7);
        again.run(STEPS);
        assertEquals(once.hash(), again.hash());
    }
}
