package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.FaultyDisk;
import io.millrace.core.disk.FaultyDisk.Fault;
import io.millrace.core.disk.FaultyDisk.Operation;
import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.LogBench;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Disks that refuse, and disks that are full. */
class FaultTest {
    private static final long RETRY = LocalLogOptions.DEFAULTS.fullDiskRetryNanos();

    private SimulatedDisk simulated = new SimulatedDisk();
    private FaultyDisk disk = new FaultyDisk(simulated);
    private LogBench bench = LogBench.on(disk);

    @BeforeEach
    void open() throws IOException {
        simulated = new SimulatedDisk();
        disk = new FaultyDisk(simulated);
        bench = LogBench.on(disk);
        bench.open(1);
        bench.run();
    }

    @ParameterizedTest
    @CsvSource({"FORCE, EIO", "WRITE, EIO", "WRITE, SHORT_WRITE", "FORCE, ENOSPC", "WRITE, ENOSPC"})
    void an_error_on_write_or_flush_fails_the_log_once_and_for_good(Operation operation, Fault fault)
            throws IOException {
        bench.store(100);
        disk.failOnce(operation, "", 1, fault);
        bench.append(100);
        bench.append(100);
        bench.run();
        assertEquals(1, bench.failures.size());
        LogException failure = bench.failures.get(0);
        assertEquals(Kind.IO, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains(".wal"), failure::toString);
        long forces = disk.count(Operation.FORCE);
        long writes = disk.count(Operation.WRITE);
        bench.append(100);
        bench.log().hurry();
        bench.log().dropBefore(2);
        bench.timer().advance(10 * RETRY);
        bench.run();
        bench.log().close();
        assertEquals(forces, disk.count(Operation.FORCE), "no second flush");
        assertEquals(writes, disk.count(Operation.WRITE));
        assertEquals(1, bench.failures.size());
        assertEquals(1, bench.log().durable());
        assertEquals(java.util.List.of(1L), bench.durable);
    }

    @Test
    void an_error_when_a_new_file_is_begun_fails_the_log() {
        disk.failAlways(Operation.RENAME, ".wal", Fault.EIO);
        for (int i = 0; i < 10; i++) {
            bench.store(3_000);
        }
        assertEquals(1, bench.failures.size());
        assertTrue(bench.log().durable() < 10);
    }

    @Test
    void an_error_when_a_checkpoint_is_stored_fails_the_log_and_is_not_done() {
        disk.failOnce(Operation.FORCE, "checkpoint", 1, Fault.EIO);
        bench.store(100);
        boolean[] done = new boolean[1];
        bench.log().checkpoint(1, ByteBuffer.allocate(10), () -> done[0] = true);
        bench.run();
        assertFalse(done[0]);
        assertEquals(1, bench.failures.size());
        assertTrue(String.valueOf(bench.failures.get(0).getMessage()).contains("checkpoint of position 1"));
    }

    @Test
    void a_checkpoint_waits_for_room() {
        disk.failOnce(Operation.WRITE, "checkpoint", 1, Fault.ENOSPC);
        bench.store(100);
        boolean[] done = new boolean[1];
        bench.log().checkpoint(1, ByteBuffer.allocate(10), () -> done[0] = true);
        bench.run();
        assertFalse(done[0]);
        bench.timer().advance(RETRY);
        bench.run();
        assertTrue(done[0]);
        assertEquals(0, bench.failures.size());
    }

    @Test
    void a_checkpoint_is_not_stored_before_its_frames_even_if_those_wait_for_room() throws IOException {
        simulated.usableBytes(0);
        while (bench.log().durable() == bench.log().last()) {
            bench.store(3_000);
        }
        simulated.usableBytes(1 << 20);
        long[] doneAt = new long[1];
        bench.log()
                .checkpoint(
                        bench.log().last(),
                        ByteBuffer.allocate(10),
                        () -> doneAt[0] = bench.log().durable());
        bench.run();
        assertEquals(java.util.List.of(), simulated.list("vhost/1/checkpoint"));
        bench.timer().advance(RETRY);
        bench.run();
        assertEquals(bench.log().last(), doneAt[0]);
    }

    @Test
    void two_checkpoints_at_a_time_are_refused() {
        bench.append(10);
        bench.log().checkpoint(1, ByteBuffer.allocate(10), () -> {});
        assertThrows(IllegalStateException.class, () -> bench.log().checkpoint(1, ByteBuffer.allocate(10), () -> {}));
    }

    @Test
    void with_a_full_disk_frames_go_to_the_reserve_then_wait_then_go_on() throws IOException {
        disk.failAlways(Operation.PREALLOCATE, "", Fault.ENOSPC);
        long before = 0;
        int stored = 0;
        while (bench.log().durable() == stored) {
            bench.store(3_000);
            stored++;
            before = bench.log().durable();
        }
        assertEquals(6, before, "three frames in the first file and three in the reserve");
        assertEquals(0, bench.failures.size());
        for (int i = 0; i < 5; i++) {
            bench.store(100);
            bench.timer().advance(RETRY);
            bench.run();
        }
        assertEquals(before, bench.log().durable(), "nothing is durable without room");
        assertTrue(bench.log().unflushedBytes() > 3_500);
        disk.heal();
        bench.timer().advance(RETRY);
        bench.run();
        assertEquals(stored + 5, bench.log().durable());
        assertEquals(0, bench.log().unflushedBytes());
        assertEquals(0, bench.failures.size());
        bench.reopen(1);
        bench.assertReplayed(1, stored + 5);
    }

    @Test
    void with_a_full_disk_dropped_files_make_room() {
        simulated.usableBytes(100_000);
        for (int i = 0; i < 2_000; i++) {
            bench.store(3_000);
            bench.log().dropBefore(bench.log().durable());
            bench.run();
            if (bench.log().durable() < bench.log().last()) {
                bench.timer().advance(RETRY);
                bench.run();
            }
        }
        assertEquals(2_000, bench.log().durable());
        assertEquals(0, bench.failures.size());
    }

    @Test
    void waiting_frames_are_tried_once_for_each_interval_not_for_each_append() {
        simulated.usableBytes(0);
        while (bench.log().durable() == bench.log().last()) {
            bench.store(3_000);
        }
        simulated.usableBytes(1 << 30);
        long stuck = bench.log().durable();
        bench.store(10);
        bench.log().hurry();
        bench.run();
        assertEquals(stuck, bench.log().durable());
        bench.timer().advance(RETRY);
        bench.run();
        assertEquals(bench.log().last(), bench.log().durable());
    }

    @Test
    void closing_with_a_full_disk_says_what_is_lost() {
        simulated.usableBytes(0);
        while (bench.log().durable() == bench.log().last()) {
            bench.store(3_000);
        }
        LogException e = assertThrows(LogException.class, () -> bench.log().close());
        assertTrue(String.valueOf(e.getMessage()).contains("the disk is full"), e::toString);
        assertEquals(1, bench.failures.size());
    }

    @Test
    void a_log_starts_with_a_full_disk() throws IOException {
        bench.store(5_000);
        bench.log().close();
        bench.run();
        simulated.usableBytes(0);
        bench.abandon();
        bench.open(1);
        bench.run();
        assertEquals(2, bench.store(5_000));
        assertEquals(2, bench.log().durable());
    }

    @Test
    void a_bit_that_flips_while_it_is_read_is_refused_and_the_next_start_is_well() throws IOException {
        bench.store(5_000);
        bench.store(5_000);
        bench.log().close();
        bench.abandon();
        disk.failOnce(Operation.READ, ".wal", 2, Fault.FLIPPED_BIT);
        LogException e = assertThrows(LogException.class, () -> bench.open(1));
        assertEquals(Kind.CORRUPT, e.kind());
        bench.abandon();
        bench.open(1);
        bench.assertReplayed(1, 2);
    }
}
