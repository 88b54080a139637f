package io.millrace.core.store;

import static io.millrace.core.store.Store.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.Written;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentPowerCutTest {
    private final PlanBuilder plan = new PlanBuilder().buffer(5 << 20, false);

    SegmentPowerCutTest() {
        for (int i = 0; i < 30; i++) {
            plan.queue(i % 3, i, plan.record(100_000, i));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void what_was_completed_survives_any_cut_and_what_was_not_leaves_nothing(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        boolean completed = false;
        for (int cut = 0; !completed; cut++) {
            InMemoryDisk disk = new InMemoryDisk();
            Store store = new Store(disk);
            store.write(1, plan.build());
            disk.cutBefore(disk.changes() + cut);
            Answer<Written> second = store.tryWrite(2, plan.build());
            completed = second.isDone();

            InMemoryDisk after = disk.afterPowerCut(random);
            List<Long> live = completed ? List.of(1L, 2L) : List.of(1L);
            Store recovered = new Store(after, live.toArray(new Long[0]));
            assertEquals(live.stream().map(SegmentLayout::fileName).toList(), after.list(Store.DIRECTORY));
            if (completed) {
                for (Run run : second.result().runs()) {
                    assertSame(plan.expected(run.queue()), recovered.drain(run, 1 << 18));
                }
            }
            // The number of a write that did not complete can be used again.
            Written third = recovered.write(3 - (completed ? 0 : 1), plan.build());
            assertSame(plan.expected(1), recovered.drain(third.runs().get(1), 0));
            assertTrue(cut < 100, "the write never completes");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_cut_write_that_was_referred_to_would_be_found_damaged_or_whole(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int damaged = 0;
        for (int cut = 1; cut < 6; cut++) {
            InMemoryDisk disk = new InMemoryDisk();
            Store store = new Store(disk);
            disk.cutBefore(cut);
            assertTrue(store.tryWrite(1, plan.build()).cause() instanceof IOException);
            InMemoryDisk after = disk.afterPowerCut(random);
            FileSegments recovered = new FileSegments(after, Store.DIRECTORY, Runnable::run, Runnable::run);
            damaged += recovered.recover(List.of(1L)).size();
        }
        assertTrue(damaged >= 4, "damaged: " + damaged);
    }
}
