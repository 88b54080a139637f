package io.millrace.core.log.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.FaultyDisk;
import io.millrace.core.disk.FaultyDisk.Operation;
import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.Log.Urgency;
import io.millrace.core.log.LogBench;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When frames are flushed, and how many by one flush. */
class GroupCommitTest {
    private static final long INTERVAL = LocalLogOptions.DEFAULTS.commitIntervalNanos();

    private FaultyDisk disk = new FaultyDisk(new SimulatedDisk());
    private LogBench bench = LogBench.on(disk).options(LocalLogOptions.DEFAULTS);

    @BeforeEach
    void open() throws IOException {
        disk = new FaultyDisk(new SimulatedDisk());
        bench = LogBench.on(disk).options(LocalLogOptions.DEFAULTS);
        bench.open(1);
        bench.run();
    }

    private long forces() {
        return disk.count(Operation.FORCE);
    }

    @Test
    void many_frames_are_flushed_by_one_write_and_one_force() {
        long forces = forces();
        long writes = disk.count(Operation.WRITE);
        for (int i = 0; i < 1_000; i++) {
            bench.append(100);
        }
        assertEquals(1, bench.executor().waiting(), "one task for all of them");
        bench.run();
        assertEquals(forces + 1, forces());
        assertEquals(writes + 1, disk.count(Operation.WRITE));
        assertEquals(List.of(1_000L), bench.durable);
    }

    @Test
    void frames_appended_while_a_flush_is_told_of_go_with_the_next() {
        bench.append(100);
        bench.run();
        bench.append(100);
        bench.append(100);
        bench.run();
        assertEquals(List.of(1L, 3L), bench.durable);
    }

    @Test
    void a_lazy_frame_waits_for_the_commit_interval() {
        long forces = forces();
        bench.append(LogBench.content(1, 10), Urgency.LAZY);
        bench.timer().advance(INTERVAL - 1);
        bench.append(LogBench.content(2, 10), Urgency.LAZY);
        bench.run();
        assertEquals(forces, forces());
        bench.timer().advance(1);
        bench.run();
        assertEquals(forces + 1, forces());
        assertEquals(List.of(2L), bench.durable);
    }

    @Test
    void a_lazy_frame_goes_with_an_urgent_one() {
        bench.append(LogBench.content(1, 10), Urgency.LAZY);
        bench.append(10);
        bench.append(LogBench.content(3, 10), Urgency.LAZY);
        bench.run();
        assertEquals(List.of(3L), bench.durable);
        long forces = forces();
        bench.timer().advance(10 * INTERVAL);
        bench.run();
        assertEquals(forces, forces(), "nothing is left to flush");
    }

    @Test
    void lazy_frames_behind_an_urgent_one_cause_no_flush_of_their_own() {
        bench.append(10);
        bench.run();
        long forces = forces();
        for (int i = 0; i < 100; i++) {
            bench.append(LogBench.content(i, 10), Urgency.LAZY);
            bench.run();
        }
        assertEquals(forces, forces());
        bench.timer().advance(INTERVAL);
        bench.run();
        assertEquals(forces + 1, forces());
    }

    @Test
    void lazy_frames_are_flushed_again_and_again_once_for_each_interval() {
        long forces = forces();
        for (int i = 0; i < 10; i++) {
            bench.append(LogBench.content(i, 10), Urgency.LAZY);
            bench.append(LogBench.content(i, 20), Urgency.LAZY);
            bench.timer().advance(INTERVAL);
            bench.run();
        }
        assertEquals(forces + 10, forces());
        assertEquals(20, bench.log().durable());
        assertTrue(bench.timer().waiting() <= 1);
    }

    @Test
    void hurry_makes_lazy_frames_urgent() {
        bench.append(LogBench.content(1, 10), Urgency.LAZY);
        bench.log().hurry();
        bench.run();
        assertEquals(List.of(1L), bench.durable);
        bench.log().hurry();
        assertEquals(0, bench.executor().waiting(), "there is nothing to hurry");
    }

    @Test
    void each_group_ends_at_a_page_so_that_the_next_touches_none_of_it() throws IOException {
        for (int i = 0; i < 50; i++) {
            bench.store(1 + 37 * i);
        }
        bench.log().close();
        bench.open(1);
        bench.assertReplayed(1, 50);
    }

    @Test
    void a_large_backlog_leaves_the_executor_to_others_between_groups() {
        long[] turns = new long[1];
        for (int i = 0; i < 200; i++) {
            bench.append(10);
            bench.executor().step();
            bench.executor().execute(() -> turns[0]++);
            bench.run();
        }
        assertEquals(200, turns[0]);
        assertEquals(200, bench.log().durable());
    }
}
