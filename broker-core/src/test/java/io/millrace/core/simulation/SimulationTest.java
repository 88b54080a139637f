package io.millrace.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guards every promise of a virtual host at once, see docs/RELIABILITY.md. A life is one thread's; several are lived at a time.
 */
class SimulationTest {
    private static final int STEPS = Integer.getInteger("steps", 2000);
    private static final int SEEDS_A_TEST = 10;
    /** So many steps are enough to meet everything that there is. */
    private static final long REACHING_STEPS = 500_000;

    private static final int PROGRESS = 100;
    private static final int AT_ONCE_MAX = 8;
    private static final Figures ALL = new Figures();
    private static final ExecutorService LIVES = Executors.newFixedThreadPool(
            Math.min(AT_ONCE_MAX, Runtime.getRuntime().availableProcessors()), work -> {
                Thread thread = new Thread(work, "simulation");
                thread.setDaemon(true);
                return thread;
            });

    @AfterAll
    static void end() {
        LIVES.shutdownNow();
        System.out.println("simulation: " + ALL);
        if (Long.getLong("seed") == null && ALL.steps >= REACHING_STEPS) {
            assertEquals(List.of(), ALL.unreached(), "what no seed has met is not proven by any");
        }
    }

    /** The first seed of each test. */
    static LongStream firsts() {
        Long one = Long.getLong("seed");
        if (one != null) {
            return LongStream.of(one);
        }
        long seeds = Long.getLong("seeds", 500);
        long from = Long.getLong("from", 1);
        return LongStream.iterate(from, first -> first < from + seeds, first -> first + SEEDS_A_TEST);
    }

    @ParameterizedTest(name = "seeds from {0}")
    @MethodSource("firsts")
    @Timeout(600)
    void a_virtual_host_keeps_its_promises(long first) throws Exception {
        long last = Long.getLong("seed") != null ? first : first + SEEDS_A_TEST - 1;
        List<Future<Simulation>> lives = new ArrayList<>();
        for (long seed = first; seed <= last; seed++) {
            Simulation simulation = new Simulation(seed);
            lives.add(LIVES.submit(() -> simulation.run(STEPS), simulation));
        }
        AssertionError failure = new AssertionError("promises were broken by some of the seeds from " + first);
        for (Future<Simulation> life : lives) {
            try {
                ALL.add(life.get().figures());
            } catch (ExecutionException e) {
                failure.addSuppressed(e.getCause());
            }
        }
        if (failure.getSuppressed().length == 1 && failure.getSuppressed()[0] instanceof AssertionError one) {
            throw one;
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
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
