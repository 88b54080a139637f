package io.millrace.core.store;

import static io.millrace.core.store.Store.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.disk.SimulatedDisk.CrashMode;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.Written;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentPowerCutTest {
    private static final int SEEDS = 3;

    private final PlanBuilder plan = new PlanBuilder().buffer(2 << 20, false);

    SegmentPowerCutTest() {
        for (int i = 0; i < 12; i++) {
            plan.queue(i % 3, i, plan.record(100_000, i));
        }
    }

    /** Cuts the power at each operation of a write in turn, until one write completes; then the power is cut as well. */
    private int cutEverywhere(CrashMode mode, long seed, boolean forgetForces) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int lost = 0;
        boolean completed = false;
        for (int cut = 1; !completed; cut++) {
            assertTrue(cut < 100, "the write never completes");
            SimulatedDisk disk = new SimulatedDisk();
            disk.forgetForces(forgetForces);
            Store store = new Store(disk);
            Written first = store.write(1, plan.build());
            disk.cutPowerAt(cut);
            Answer<Written> second = store.tryWrite(2, plan.build());
            completed = second.isDone();
            disk.crash(mode, random);
            List<Long> live = completed ? List.of(1L, 2L) : List.of(1L);

            disk.cutPowerAt(1 + random.nextInt(3)); // now and then once more, in the middle of the recovery
            try {
                open(disk).recover(live);
            } catch (IOException again) {
                disk.crash(mode, random);
            }
            disk.cutPowerAt(Long.MAX_VALUE);
            FileSegments segments = open(disk);
            lost += segments.recover(live).size();
            if (forgetForces) {
                continue;
            }
            assertEquals(live.stream().map(SegmentLayout::fileName).toList(), disk.list(Store.DIRECTORY));
            Store recovered = new Store(disk, live.toArray(Long[]::new));
            assertReadable(recovered, first);
            if (completed) {
                assertReadable(recovered, second.result());
            } else {
                assertReadable(recovered, recovered.write(2, plan.build()));
            }
        }
        return lost;
    }

    private static FileSegments open(SimulatedDisk disk) {
        return new FileSegments(disk, Store.DIRECTORY, Runnable::run, Runnable::run);
    }

    private void assertReadable(Store store, Written written) {
        for (Run run : written.runs()) {
            assertSame(plan.expected(run.queue()), store.drain(run, 1 << 20));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_was_completed_survives_any_cut_and_what_was_not_leaves_nothing(CrashMode mode) throws IOException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            assertEquals(0, cutEverywhere(mode, seed, false), "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_disk_that_forgets_forces_loses_segments_and_that_is_found(CrashMode mode) throws IOException {
        int lost = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            lost += cutEverywhere(mode, seed, true);
        }
        assertTrue(lost > 0, "nothing was lost, so this test proves nothing");
    }
}
