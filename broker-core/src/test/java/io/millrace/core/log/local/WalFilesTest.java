package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import io.millrace.core.log.Log.Urgency;
import io.millrace.core.log.LogBench;
import io.millrace.core.log.LogBench.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How files come, grow, are used again and go; and what a torn write leaves. */
class WalFilesTest {
    private static final int PAGE_FRAME = 4096 - 64;

    private static long count(LogBench bench, String suffix) throws IOException {
        return bench.walNames().stream().filter(name -> name.endsWith(suffix)).count();
    }

    @ParameterizedTest
    @EnumSource(names = {"FILES", "SIMULATED"})
    void a_frame_larger_than_a_file_gets_a_file_of_its_own(Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            bench.append(1_000);
            bench.append(300_000);
            bench.append(1_000);
            bench.append(5_000_000);
            bench.run();
            assertEquals(4, bench.log().durable());
            bench.reopen(1);
            bench.assertReplayed(1, 4);
            assertEquals(5, bench.store(1_000));
            bench.log().dropBefore(5);
            bench.run();
            assertTrue(bench.walNames().size() <= 1 + SpareFiles.COUNT_MAX, bench.walNames()::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILES", "SIMULATED"})
    void the_log_stays_within_a_few_files_when_frames_are_dropped(Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            for (int i = 0; i < 500; i++) {
                bench.store(3_000);
                bench.log().dropBefore(bench.log().durable() - 3);
            }
            bench.run();
            assertTrue(count(bench, ".wal") <= 2, bench.walNames()::toString);
            assertTrue(count(bench, ".spare") <= SpareFiles.COUNT_MAX, bench.walNames()::toString);
            bench.reopen(498);
            bench.assertReplayed(498, 500);
        }
    }

    @Test
    void files_grow_to_the_full_size() throws IOException {
        try (LogBench bench = LogBench.of(Kind.SIMULATED)) {
            for (int i = 0; i < 100; i++) {
                bench.store(3_000);
            }
            List<Integer> sizes = bench.walNames().stream()
                    .filter(name -> name.endsWith(".wal"))
                    .map(name -> bench.simulated().content("vhost/1/wal/" + name).length)
                    .toList();
            assertEquals(List.of(16 << 10, 16 << 10, 64 << 10), sizes.subList(0, 3));
            assertEquals(64 << 10, sizes.get(sizes.size() - 1));
        }
    }

    @Test
    void stale_frames_of_a_file_used_again_are_not_read() throws IOException {
        try (LogBench bench = LogBench.of(Kind.SIMULATED)) {
            int generations = 0;
            for (int i = 0; i < 400; i++) {
                bench.append(PAGE_FRAME);
                bench.run();
                bench.log().dropBefore(bench.log().durable());
                bench.run();
                String newest = bench.newestWal();
                byte[] content = bench.simulated().content(newest);
                if (content[content.length - 5000] != 0) {
                    generations++;
                    LogBench other = LogBench.on(bench.simulated().copy());
                    other.open(bench.log().durable());
                    assertEquals(List.of(bench.log().durable()), other.positions());
                }
            }
            assertTrue(generations > 100, "looked into files with stale frames: " + generations);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void the_rest_of_a_torn_group_never_comes_back(int newFrames) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        bench.store(PAGE_FRAME);
        for (int i = 0; i < 2; i++) {
            bench.append(PAGE_FRAME);
        }
        bench.run();
        String path = bench.newestWal();
        // Frames 2 and 3 were one write; the page of 2 never reached the disk.
        byte[] image = disk.content(path);
        Arrays.fill(image, 2 * 4096, 3 * 4096, (byte) 0);
        disk.content(path, image);
        disk.crash(CrashMode.FORCED_ONLY, new SplittableRandom(1));
        bench.abandon();
        bench.open(1);
        bench.assertReplayed(1, 1);
        for (int i = 0; i < newFrames; i++) {
            bench.append(PAGE_FRAME);
        }
        bench.run();
        disk.crash(CrashMode.FORCED_ONLY, new SplittableRandom(1));
        bench.abandon();
        bench.open(1);
        bench.assertReplayed(1, 1 + newFrames);
    }

    @Test
    void a_message_that_looks_like_a_frame_is_not_taken_for_one() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        bench.store(100);
        // The best that a client can send: all right but for the salt, which it cannot know.
        ByteBuffer forged = ByteBuffer.allocate(10 * 64).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < forged.capacity(); at += 64) {
            forged.clear().limit(at + 64);
            WalFrame.sealEvents(forged, at, 1, 1_000, 999, 0, 4711, new CRC32C());
        }
        bench.append(forged.array(), Urgency.NOW);
        bench.run();
        byte[] image = disk.content(bench.newestWal());
        image[2 * 4096 + 20] ^= 1;
        disk.content(bench.newestWal(), image);
        bench.abandon();
        bench.open(1);
        bench.assertReplayed(1, 1);
    }

    @Test
    void a_log_of_many_restarts_keeps_few_files() throws IOException {
        assertTrue(filesAfterRestarts(LocalLogOptions.DEFAULTS) <= 2);
        assertTrue(filesAfterRestarts(LogBench.SMALL_FILES) <= 51, "two of three frames that a file takes");
    }

    private static long filesAfterRestarts(LocalLogOptions options) throws IOException {
        LogBench bench = LogBench.on(new SimulatedDisk()).options(options);
        bench.open(1);
        for (int i = 0; i < 100; i++) {
            bench.store(10);
            bench.simulated().kill();
            bench.abandon();
            bench.open(1);
        }
        bench.assertReplayed(1, 100);
        return count(bench, ".wal");
    }

    @ParameterizedTest
    @EnumSource(names = {"FILES", "SIMULATED"})
    void a_log_at_rest_keeps_no_large_file_and_grows_again(Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            for (int i = 0; i < 100; i++) {
                bench.store(3_000);
                bench.log().dropBefore(bench.log().durable() - 3);
            }
            bench.run();
            bench.log().rest();
            bench.run();
            assertEquals(101, bench.store(3_000));
            bench.log().dropBefore(101);
            bench.run();
            assertEquals(1, count(bench, ".wal"), bench.walNames()::toString);
            assertEquals(1, count(bench, ".spare"), bench.walNames()::toString);
            for (String name : bench.walNames()) {
                try (DiskFile file = bench.disk().open("vhost/1/wal/" + name)) {
                    assertEquals(16 << 10, file.size(), name);
                }
            }
            for (int i = 0; i < 100; i++) {
                bench.store(3_000);
            }
            bench.reopen(101);
            bench.assertReplayed(101, 201);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_power_cut_at_any_step_of_going_to_rest_loses_nothing(CrashMode mode) throws IOException {
        long steps = 1;
        for (long step = 1; step <= steps; step++) {
            SimulatedDisk disk = new SimulatedDisk();
            LogBench bench = LogBench.on(disk);
            bench.open(1);
            for (int i = 0; i < 40; i++) {
                bench.store(3_000);
            }
            disk.cutPowerAt(step);
            bench.log().rest();
            bench.run();
            bench.append(3_000);
            bench.run();
            steps = disk.powerIsOn() ? step : step + 1;
            long stored = bench.log().durable();
            disk.crash(mode, new SplittableRandom(step));
            LogBench after = LogBench.on(disk);
            after.open(1);
            assertTrue(after.positions().size() >= stored, "step " + step);
            after.assertReplayed(1, after.positions().size());
        }
        assertTrue(steps > 8, "steps: " + steps);
    }
}
