package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.Log.Checkpoint;
import io.millrace.core.log.LogBench;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rot and missing files: refused if a flush is proven, cut off if not, salvaged if wanted. */
class DamageTest {

    /** Forty frames in several files, closed properly. */
    private static SimulatedDisk fortyFrames() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        for (int i = 0; i < 40; i++) {
            bench.store(i % 7 * 900);
        }
        bench.log().close();
        return disk;
    }

    private static List<String> walFiles(SimulatedDisk disk) {
        return disk.contents().keySet().stream()
                .filter(path -> path.endsWith(".wal"))
                .toList();
    }

    private static LogException refused(SimulatedDisk disk, long from) {
        LogBench bench = LogBench.on(disk);
        LogException e = assertThrows(LogException.class, () -> bench.open(from));
        assertEquals(Kind.CORRUPT, e.kind());
        return e;
    }

    @Test
    void a_flipped_bit_anywhere_is_refused_or_harmless_and_never_loses_a_frame_in_silence() throws IOException {
        SimulatedDisk disk = fortyFrames();
        int refused = 0;
        int harmless = 0;
        for (String path : walFiles(disk)) {
            long bits = disk.content(path).length * 8L;
            for (long bit = 0; bit < bits; bit += bit < 4096 * 8 && bit > 80 * 8 ? 4099 : 331) {
                SimulatedDisk rotten = disk.copy();
                rotten.flipBit(path, bit);
                LogBench bench = LogBench.on(rotten);
                try {
                    bench.open(1);
                    harmless++;
                    bench.assertReplayed(1, 40);
                } catch (LogException e) {
                    assertEquals(Kind.CORRUPT, e.kind(), e::getMessage);
                    refused++;
                }
            }
        }
        assertTrue(refused > 1_000 && harmless > 100, "refused " + refused + ", harmless " + harmless);
    }

    @Test
    void the_refusal_names_file_place_and_frame_and_changes_nothing() throws IOException {
        SimulatedDisk disk = fortyFrames();
        String path = walFiles(disk).get(0);
        disk.flipBit(path, (2 * 4096 + 70) * 8L);
        Map<String, byte[]> before = disk.contents();
        String text = Objects.requireNonNull(refused(disk, 1).getMessage());
        assertTrue(text.contains(path + ": frame 2 at offset "), text);
        assertTrue(text.contains("salvage"), text);
        Map<String, byte[]> after = disk.contents();
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    }

    @Test
    void the_last_frame_is_proven_by_a_proper_close() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        bench.store(100);
        bench.log().close();
        disk.flipBit(bench.newestWal(), (4096 + 70) * 8L);
        refused(disk, 1);
    }

    @Test
    void the_last_frame_without_proof_is_a_torn_tail() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        bench.store(100);
        bench.store(100);
        disk.flipBit(bench.newestWal(), (2 * 4096 + 70) * 8L);
        bench.abandon();
        bench.open(1);
        bench.assertReplayed(1, 1);
        assertEquals(2, bench.store(50));
    }

    @Test
    void the_last_frame_is_proven_by_a_checkpoint() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        bench.store(100);
        bench.log().checkpoint(1, ByteBuffer.allocate(1), () -> {});
        bench.run();
        disk.flipBit(bench.newestWal(), (4096 + 70) * 8L);
        assertTrue(String.valueOf(refused(disk, 1).getMessage()).contains("checkpoint of position 1"));
    }

    @Test
    void a_write_that_was_lost_though_it_reported_success_is_found_by_the_next_one() throws IOException {
        SimulatedDisk simulated = new SimulatedDisk();
        var disk = new io.millrace.core.disk.FaultyDisk(simulated);
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        bench.store(100);
        disk.failOnce(
                io.millrace.core.disk.FaultyDisk.Operation.WRITE,
                ".spare",
                1,
                io.millrace.core.disk.FaultyDisk.Fault.LOST_WRITE);
        bench.store(100);
        bench.store(100);
        assertEquals(3, bench.log().durable());
        assertTrue(String.valueOf(refused(simulated, 1).getMessage()).contains("frame 2 at offset"));
    }

    @Test
    void a_missing_file_is_refused() throws IOException {
        SimulatedDisk disk = fortyFrames();
        List<String> files = walFiles(disk);
        assertTrue(files.size() >= 3, files::toString);
        SimulatedDisk middle = disk.copy();
        middle.delete(files.get(1));
        refused(middle, 1);
        SimulatedDisk first = disk.copy();
        first.delete(files.get(0));
        refused(first, 1);
    }

    @Test
    void an_empty_directory_is_refused_if_there_is_a_checkpoint() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        bench.store(100);
        bench.log().checkpoint(1, ByteBuffer.allocate(1), () -> {});
        bench.run();
        disk.delete(bench.newestWal());
        refused(disk, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void salvage_keeps_what_is_before_the_damage_and_goes_on_behind_all_that_was(int damagedFile) throws IOException {
        SimulatedDisk disk = fortyFrames();
        String path = walFiles(disk).get(damagedFile);
        disk.flipBit(path, (4096 + 3) * 8L);
        refused(disk, 1);
        LogBench bench = LogBench.on(disk).options(LogBench.SMALL_FILES.withSalvage(true));
        bench.open(1);
        long kept = bench.log().last() < 0 ? 0 : bench.replayed.size();
        bench.assertReplayed(1, kept);
        assertTrue(kept < 40);
        assertEquals(40, bench.log().last(), "no number is given twice");
        assertEquals(41, bench.store(100));
        assertEquals(42, bench.store(3_000));
        assertTrue(disk.contents().keySet().stream().anyMatch(name -> name.endsWith(".cut")));
        bench.log().close();
        bench.abandon();
        // Without salvage, and although there is a gap now.
        bench.options(LogBench.SMALL_FILES);
        bench.open(1);
        List<Long> expected = new ArrayList<>();
        for (long i = 1; i <= kept; i++) {
            expected.add(i);
        }
        expected.add(41L);
        expected.add(42L);
        assertEquals(expected, bench.positions());
    }

    @Test
    void salvage_changes_nothing_of_a_sound_log() throws IOException {
        SimulatedDisk disk = fortyFrames();
        LogBench bench = LogBench.on(disk).options(LogBench.SMALL_FILES.withSalvage(true));
        bench.open(1);
        bench.assertReplayed(1, 40);
        assertEquals(41, bench.store(10));
    }

    @Test
    void a_damaged_checkpoint_gives_way_to_the_one_before() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        LogBench bench = LogBench.on(disk);
        bench.open(1);
        for (int i = 1; i <= 4; i++) {
            long position = bench.store(100);
            bench.log().checkpoint(position, ByteBuffer.allocate(1_000).put(0, (byte) i), () -> {});
            bench.run();
        }
        List<String> names = disk.list("vhost/1/checkpoint");
        assertEquals(2, names.size(), names::toString);
        disk.flipBit("vhost/1/checkpoint/" + names.get(1), 64 * 8);
        bench.abandon();
        Checkpoint older = Objects.requireNonNull(bench.openOnly().latestCheckpoint());
        assertEquals(3, older.position());
        assertEquals(3, older.state().get());
        bench.replay(4);
        bench.assertReplayed(4, 4);
        disk.flipBit("vhost/1/checkpoint/" + names.get(0), 3);
        assertNull(bench.openOnly().latestCheckpoint());
    }

    @Test
    void an_unfinished_checkpoint_is_removed() throws IOException {
        SimulatedDisk disk = fortyFrames();
        disk.create("vhost/1/checkpoint/00000000000000000040.tmp").write(ByteBuffer.allocate(100), 0);
        LogBench bench = LogBench.on(disk);
        assertNull(bench.openOnly().latestCheckpoint());
        assertEquals(List.of(), disk.list("vhost/1/checkpoint"));
    }

    @Test
    void a_file_of_a_newer_version_is_refused() throws IOException {
        SimulatedDisk disk = fortyFrames();
        String path = walFiles(disk).get(0);
        byte[] image = disk.content(path);
        ByteBuffer header = ByteBuffer.wrap(image).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        header.putInt(8, 2);
        header.putInt(
                60,
                WalFrame.crc(header, 0, 60, new java.util.zip.CRC32C())
                        + 0 * header.clear().limit());
        disk.content(path, image);
        LogBench bench = LogBench.on(disk);
        LogException e = assertThrows(LogException.class, () -> bench.open(1));
        assertEquals(Kind.NEWER_FORMAT, e.kind());
        assertArrayEquals(image, disk.content(path));
    }
}
