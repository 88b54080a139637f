package io.millrace.core.store;

import static io.millrace.core.store.Store.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.local.FileDisk;
import io.millrace.core.store.SegmentPlan.PlannedRun;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentRoundTripTest {
    private final InMemoryDisk disk = new InMemoryDisk();
    private final Store store = new Store(disk);

    @Test
    void every_queue_gets_its_own_messages_back() {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 12, false).buffer(1 << 12, true);
        plan.queue(5, 10, plan.record(100, 1)).queue(5, 12, plan.record(0, 2));
        plan.queue(3, 7, plan.record(33, 3));

        Written written = store.write(1, plan.build());

        assertEquals(List.of(5, 3), written.runs().stream().map(Run::queue).toList());
        Run run = written.runs().get(0);
        assertEquals(List.of(10L, 12L, 2L), List.of(run.first(), run.last(), (long) run.count()));
        assertEquals(disk.bytes(Store.path(1)).length, written.bytes());
        assertEquals(written.bytes(), store.segments.bytes());
        for (Run each : written.runs()) {
            assertSame(plan.expected(each.queue()), store.drain(each, 0));
        }
    }

    @Test
    void a_shared_record_is_stored_once_and_read_by_all() {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 20, false);
        for (int message = 0; message < 10; message++) {
            int record = plan.record(50_000, message);
            plan.share(record);
            for (int queue = 1; queue <= 20; queue++) {
                plan.queue(queue, 1_000L * queue + message, record);
            }
        }

        Written written = store.write(1, plan.build());

        assertTrue(written.bytes() > 500_000 && written.bytes() < 520_000, "bytes: " + written.bytes());
        for (Run run : written.runs()) {
            assertSame(plan.expected(run.queue()), store.drain(run, 120_000));
        }
    }

    @Test
    void a_real_file_system_holds_segments_as_well(@TempDir Path root) throws IOException {
        PlanBuilder plan = new PlanBuilder().buffer(4 << 20, false).buffer(1 << 12, true);
        plan.queue(1, 2, plan.record(5, 2)).queue(2, 2, plan.record(6, 3));
        PlanBuilder large = new PlanBuilder().buffer(4 << 20, false);
        large.queue(1, 1, large.record(3 << 20, 1)).queue(1, 3, large.record(10, 2));
        Store before = new Store(new FileDisk(root));
        before.write(1, plan.build());
        Run run = before.write(2, large.build()).runs().get(0);
        before.segments.close();

        Store after = new Store(new FileDisk(root), 2L);

        assertSame(large.expected(1), after.drain(run, 1 << 16));
        try (Stream<Path> files = Files.list(root.resolve(Store.DIRECTORY))) {
            assertEquals(
                    List.of(SegmentLayout.fileName(2)),
                    files.map(Path::getFileName).map(Path::toString).toList());
        }
        after.segments.delete(2);
        assertEquals(0, after.segments.bytes());
        after.segments.close();
    }

    @Test
    void the_buffers_of_a_plan_keep_their_positions() {
        PlanBuilder builder = new PlanBuilder().buffer(3 << 20, false);
        builder.queue(1, 1, builder.record(10, 1)).queue(1, 2, builder.record(2 << 20, 1));
        SegmentPlan plan = builder.build();
        ByteBuffer buffer = plan.buffers().get(0);
        ByteBuffer before = buffer.duplicate();

        store.write(1, plan);

        assertEquals(before.position(), buffer.position());
        assertEquals(before.limit(), buffer.limit());
    }

    @Test
    void records_larger_than_the_staging_buffer_survive_and_leave_the_others_whole() {
        PlanBuilder plan = new PlanBuilder().buffer(16 << 20, true);
        int bytes = StagedOutput.STAGING_BYTES;
        int[] bodies = {10, bytes - 48, bytes - 43, bytes - 42, bytes - 41, bytes - 40, 3, 5 * bytes + 17, 0};
        for (int i = 0; i < bodies.length; i++) {
            plan.queue(1, i, plan.record(bodies[i], i));
        }

        Run run = store.write(1, plan.build()).runs().get(0);

        assertSame(plan.expected(1), store.drain(run, 0));
        assertSame(plan.expected(1), store.drain(run, 64 << 20));
    }

    @Test
    void a_failed_write_leaves_no_file_and_can_be_repeated() throws Exception {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 12, false);
        plan.queue(1, 1, plan.record(10, 1));
        disk.cutBefore(1);
        Answer<Written> failed = store.tryWrite(1, plan.build());
        assertTrue(
                failed.cause().toString().contains("cut off before change"),
                failed.cause().toString());
        assertEquals(0, store.segments.bytes());

        disk.cutBefore(Integer.MAX_VALUE); // the file is still there: its deletion was cut off, too
        Run run = store.write(1, plan.build()).runs().get(0);

        assertSame(plan.expected(1), store.drain(run, 0));
        assertEquals(1, disk.open());
    }

    @Test
    void a_plan_that_does_not_fit_is_refused_with_the_place_and_leaves_no_file() {
        Store small = new Store(disk, 4, 1_000);
        PlanBuilder plan = new PlanBuilder().buffer(1 << 16, false);
        plan.queue(7, 1, plan.record(500, 1)).queue(7, 2, plan.record(500, 2));

        Exception refusal = small.tryWrite(9, plan.build()).cause();

        assertTrue(refusal instanceof IllegalArgumentException, refusal.toString());
        String text = String.valueOf(refusal.getMessage());
        assertTrue(text.contains("segment 9") && text.contains("queue 7, sequence 2"), text);
        assertTrue(text.contains("longer than the 1000 bytes"), text);
        assertEquals(List.of(), disk.list(Store.DIRECTORY));
    }

    @Test
    void a_plan_whose_index_alone_does_not_fit_is_refused_before_anything_is_written() {
        Store small = new Store(disk, 4, 1_000);
        PlanBuilder plan = new PlanBuilder().buffer(1 << 16, false);
        int record = plan.record(1, 1);
        plan.share(record);
        for (int i = 0; i < 100; i++) {
            plan.queue(7, i, record);
        }
        int before = disk.changes();

        assertTrue(small.tryWrite(9, plan.build()).cause() instanceof IllegalArgumentException);

        assertEquals(before, disk.changes());
    }

    @Test
    void a_plan_that_is_none_is_refused() {
        PlanBuilder good = new PlanBuilder().buffer(1 << 12, false);
        good.queue(1, 1, good.record(10, 1));
        List<ByteBuffer> buffers = good.build().buffers();
        int limit = buffers.get(0).limit();
        List<PlannedRun> bad = List.of(
                new PlannedRun(1, 0, new long[1], new int[1], new int[1]),
                new PlannedRun(1, 2, new long[1], new int[2], new int[2]),
                new PlannedRun(1, 2, new long[] {5, 5}, new int[2], new int[] {7, 7}),
                new PlannedRun(1, 1, new long[1], new int[] {1}, new int[] {7}),
                new PlannedRun(1, 1, new long[1], new int[1], new int[] {-1}),
                new PlannedRun(1, 1, new long[1], new int[1], new int[] {8}),
                new PlannedRun(1, 1, new long[1], new int[1], new int[] {limit - 4}));
        for (PlannedRun run : bad) {
            Exception cause =
                    store.tryWrite(1, new SegmentPlan(buffers, List.of(run))).cause();
            assertTrue(cause instanceof IllegalArgumentException, cause.toString());
        }
        Exception empty = store.tryWrite(1, new SegmentPlan(buffers, List.of())).cause();
        assertTrue(empty instanceof IllegalArgumentException, empty.toString());
        assertEquals(List.of(), disk.list(Store.DIRECTORY));
        assertThrows(IllegalStateException.class, () -> store.tryWrite(0, good.build()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void any_plan_comes_back_as_it_was(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Store some = new Store(new InMemoryDisk(), 1 + random.nextInt(3), SegmentLayout.FILE_BYTES_MAX);
        int segments = 1 + random.nextInt(4);
        PlanBuilder[] plans = new PlanBuilder[segments];
        Written[] written = new Written[segments];
        for (int i = 0; i < segments; i++) {
            plans[i] = randomPlan(random);
            written[i] = some.write(10 + i, plans[i].build());
        }
        for (int turn = 0; turn < 20; turn++) {
            int i = random.nextInt(segments);
            Run run = written[i].runs().get(random.nextInt(written[i].runs().size()));
            int readAhead = random.nextBoolean() ? 0 : random.nextInt(1 << random.nextInt(4, 20));
            assertSame(plans[i].expected(run.queue()), some.drain(run, readAhead));
        }
    }

    private static PlanBuilder randomPlan(SplittableRandom random) {
        PlanBuilder plan = new PlanBuilder();
        int queues = 1 + random.nextInt(30);
        long[] next = new long[queues];
        for (int queue = 0; queue < queues; queue++) {
            next[queue] = random.nextLong(1L << random.nextInt(1, 50));
        }
        int sharedIn100 = random.nextInt(100);
        int buffers = 1 + random.nextInt(5);
        for (int buffer = 0; buffer < buffers; buffer++) {
            plan.buffer(1 << 20, random.nextBoolean());
            int records = 1 + random.nextInt(400);
            for (int i = 0; i < records; i++) {
                int record = plan.record(random.nextInt(1 << random.nextInt(1, 11)), random.nextInt());
                int targets = 1;
                if (random.nextInt(100) < sharedIn100) {
                    plan.share(record);
                    targets = 1 + random.nextInt(queues);
                }
                for (int target = 0; target < targets; target++) {
                    int queue = random.nextInt(queues);
                    plan.queue(queue, next[queue], record);
                    next[queue] += 1 + (random.nextBoolean() ? 0 : random.nextInt(50));
                }
            }
        }
        return plan;
    }
}
