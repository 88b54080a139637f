package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import io.millrace.core.log.Log.Checkpoint;
import io.millrace.core.log.LogBench;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * D15: a flush was refused and the system has thrown the pages away, or marked them as written: they can be read until the
 * power goes. The process ends, starts anew, stores more, and then the power goes.
 */
class RefusedFlushTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private final LogBench bench = LogBench.on(disk);

    private void restart() throws IOException {
        disk.kill();
        bench.abandon();
        bench.durable.clear();
        bench.open(1);
        bench.run();
    }

    private void powerCut(CrashMode mode) throws IOException {
        disk.crash(mode, new SplittableRandom(1));
        bench.abandon();
        bench.open(1);
    }

    @ParameterizedTest
    @EnumSource
    void frames_whose_flush_was_refused_are_written_anew_before_anything_is_built_on_them(CrashMode mode)
            throws IOException {
        bench.open(1);
        bench.run();
        bench.store(100);
        disk.refuseForce("wal/");
        bench.append(5_000);
        bench.append(100);
        bench.run();
        assertEquals(1, bench.failures.size());
        restart();
        bench.assertReplayed(1, 3);
        bench.store(100);
        bench.store(100);
        assertEquals(5, bench.log().durable());
        powerCut(mode);
        bench.assertReplayed(1, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void they_are_written_anew_by_each_start_until_something_proves_them(int restarts) throws IOException {
        bench.open(1);
        bench.run();
        disk.refuseForce("wal/");
        bench.store(100);
        for (int i = 0; i <= restarts; i++) {
            restart();
        }
        bench.assertReplayed(1, 1);
        assertEquals(
                1,
                bench.walNames().stream().filter(name -> name.endsWith(".wal")).count());
        powerCut(CrashMode.FORCED_ONLY);
        bench.assertReplayed(1, 1);
    }

    @Test
    void a_mark_whose_flush_was_refused_at_the_close_is_written_over() throws IOException {
        bench.open(1);
        bench.run();
        bench.store(100);
        disk.refuseForce("wal/");
        org.junit.jupiter.api.Assertions.assertThrows(
                io.millrace.core.log.LogException.class, () -> bench.log().close());
        restart();
        bench.store(100);
        bench.store(100);
        powerCut(CrashMode.FORCED_ONLY);
        bench.assertReplayed(1, 3);
    }

    @ParameterizedTest
    @EnumSource
    void a_file_whose_name_was_refused_is_named_anew(CrashMode mode) throws IOException {
        bench.open(1);
        bench.run();
        while (bench.failures.isEmpty()) {
            if (bench.log().last() == 2) {
                disk.refuseForce("/wal");
            }
            bench.store(6_000);
        }
        restart();
        long there = bench.replayed.size();
        bench.store(100);
        bench.store(100);
        powerCut(mode);
        bench.assertReplayed(1, there + 2);
    }

    @Test
    void a_checkpoint_whose_flush_was_refused_is_not_used() throws IOException {
        bench.open(1);
        bench.run();
        bench.store(100);
        disk.refuseForce("checkpoint/");
        bench.log().checkpoint(1, ByteBuffer.allocate(100), () -> {});
        bench.run();
        assertEquals(1, bench.failures.size());
        disk.kill();
        bench.abandon();
        assertNull(bench.openOnly().latestCheckpoint());
    }

    @Test
    void a_checkpoint_whose_name_was_refused_may_vanish_and_the_log_is_there_for_the_one_before() throws IOException {
        bench.open(1);
        bench.run();
        bench.store(100);
        bench.log().checkpoint(1, ByteBuffer.allocate(100), () -> {});
        bench.run();
        bench.store(100);
        disk.refuseForce("/checkpoint");
        bench.log().checkpoint(2, ByteBuffer.allocate(100), () -> {});
        bench.run();
        assertEquals(1, bench.failures.size());
        restart();
        bench.store(100);
        disk.crash(CrashMode.FORCED_ONLY, new SplittableRandom(1));
        bench.abandon();
        Checkpoint found = bench.openOnly().latestCheckpoint();
        assertEquals(1, found == null ? 0 : found.position());
        bench.replay(2);
        bench.assertReplayed(2, 3);
    }
}
