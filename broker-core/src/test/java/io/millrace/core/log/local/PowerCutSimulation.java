package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import io.millrace.core.log.LogBench;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogModel;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Takes the power away at every operation of a workload, and of the recovery behind it. */
class PowerCutSimulation {
    private static final int SEEDS = Integer.getInteger("millrace.seeds", 3);
    private static final LocalLogOptions TINY_FILES = LocalLogOptions.DEFAULTS.withFileBytes(8 << 10, 32 << 10);
    private static final int STEPS = 150;
    private static final int MORE_STEPS = 25;

    @ParameterizedTest
    @EnumSource
    void what_was_told_as_durable_survives_a_power_cut_at_any_operation(CrashMode mode) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            long operations = operations(seed);
            for (long cut = 1; cut <= operations; cut++) {
                run(seed, mode, cut, false);
            }
        }
    }

    @Test
    void the_simulation_finds_a_disk_that_forgets_what_was_forced() {
        int found = 0;
        for (CrashMode mode : CrashMode.values()) {
            for (long cut = 1; cut <= 300; cut += 7) {
                try {
                    run(1, mode, cut, true);
                } catch (AssertionError e) {
                    found++;
                }
            }
        }
        assertTrue(found > 50, "losses found: " + found);
    }

    private static long operations(long seed) {
        try {
            LogBench bench = LogBench.on(new SimulatedDisk()).options(TINY_FILES);
            LogModel model = new LogModel(bench, seed);
            model.open();
            model.work(STEPS);
            return bench.simulated().operations();
        } catch (LogException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(long seed, CrashMode mode, long cut, boolean forgetForces) {
        SplittableRandom random = new SplittableRandom(seed * 31 + cut);
        SimulatedDisk disk = new SimulatedDisk();
        disk.forgetForces(forgetForces);
        LogBench bench = LogBench.on(disk).options(TINY_FILES);
        LogModel model = new LogModel(bench, seed);
        try {
            disk.cutPowerAt(cut);
            if (open(model, disk)) {
                model.work(STEPS);
            }
            for (int life = 0; life < 4; life++) {
                if (random.nextInt(3) == 0) {
                    disk.kill();
                } else {
                    disk.crash(mode, random);
                }
                bench.abandon();
                // Every other time the power goes again while the log is read or begun.
                disk.cutPowerAt(life % 2 == 0 ? 1 + random.nextInt(12) : 20 + random.nextInt(60));
                if (open(model, disk)) {
                    model.work(MORE_STEPS);
                }
            }
            disk.crash(mode, random);
            bench.abandon();
            model.open();
        } catch (LogException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", " + mode + ", power cut at operation " + cut + ": " + e, e);
        }
    }

    /** Opens the log; false if the power went meanwhile, and any other error is one. */
    private static boolean open(LogModel model, SimulatedDisk disk) throws LogException {
        try {
            model.open();
            return true;
        } catch (LogException e) {
            if (disk.powerIsOn()) {
                throw e;
            }
            return false;
        }
    }
}
