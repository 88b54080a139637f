package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.store.Segments.IndexBlock;
import io.millrace.core.store.Segments.Run;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentIndexTest {
    private final InMemoryDisk disk = new InMemoryDisk();
    private final Store store = new Store(disk);

    private Run run(Iterable<Long> sequences) {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 12, false);
        int record = plan.record(10, 1);
        plan.share(record);
        plan.queue(1, 1, record).queue(3, 1, record);
        for (long sequence : sequences) {
            plan.queue(2, sequence, record);
        }
        return store.write(1, plan.build()).runs().get(2);
    }

    private static NavigableSet<Long> dense(long from, int count) {
        NavigableSet<Long> sequences = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            sequences.add(from + i);
        }
        return sequences;
    }

    private static void assertAnswers(NavigableSet<Long> all, long from, long to, IndexBlock block) {
        Long[] expected = from > to
                ? new Long[0]
                : all.subSet(from, true, to, true).stream().limit(4_096).toArray(Long[]::new);
        assertEquals(expected.length, block.count(), "entries from " + from + " to " + to);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], block.sequences()[i]);
            assertEquals(47, block.lengths()[i]);
            assertEquals(36, block.offsets()[i]);
        }
    }

    @Test
    void an_answer_has_at_most_4096_entries_the_lowest_first() {
        NavigableSet<Long> sequences = dense(1_000_000, 10_000);
        Run run = run(sequences);
        IndexBlock block = store.index(run, 0, Long.MAX_VALUE);
        assertEquals(4_096, block.count());
        assertAnswers(sequences, 0, Long.MAX_VALUE, block);
        assertAnswers(sequences, 1_009_000, Long.MAX_VALUE, store.index(run, 1_009_000, Long.MAX_VALUE));
    }

    @Test
    void a_run_of_equal_messages_without_gaps_is_searched_with_one_read() {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 20, false);
        for (int i = 0; i < 10_000; i++) {
            plan.queue(2, 5 + i, plan.record(10, 1));
        }
        Run run = store.write(1, plan.build()).runs().get(0);
        store.index(run, 5, 5); // opens the file
        int before = disk.reads();
        assertEquals(1, store.index(run, 7_777, 7_777).count());
        assertEquals(1, disk.reads() - before);
    }

    @Test
    void ranges_without_messages_have_an_empty_answer() {
        NavigableSet<Long> sequences = dense(100, 50);
        sequences.addAll(dense(1_000, 50));
        Run run = run(sequences);
        assertEquals(0, store.index(run, 0, 99).count());
        assertEquals(0, store.index(run, 150, 999).count());
        assertEquals(0, store.index(run, 1_050, Long.MAX_VALUE).count());
        assertEquals(0, store.index(run, 120, 119).count());
        assertAnswers(sequences, 149, 1_000, store.index(run, 149, 1_000));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_range_of_any_run_is_found(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NavigableSet<Long> sequences = new TreeSet<>();
        int count = 1 + random.nextInt(9_000);
        long next = random.nextLong(1L << 40);
        long first = next;
        int gapMax = 1 << random.nextInt(1, 12);
        while (sequences.size() < count) {
            sequences.add(next);
            next += random.nextInt(20) == 0 ? 1 + random.nextInt(gapMax) : 1;
        }
        Run run = run(sequences);
        for (int i = 0; i < 300; i++) {
            long from = random.nextLong(first - 10, next + 10);
            long to = random.nextBoolean() ? from + random.nextInt(100) : random.nextLong(first - 10, next + 10);
            assertAnswers(sequences, from, to, store.index(run, from, to));
        }
    }

    @Test
    void messages_that_are_equally_long_and_lie_in_order_take_two_bytes_of_index_and_others_at_most_eighteen() {
        PlanBuilder equal = new PlanBuilder().buffer(1 << 20, false);
        PlanBuilder differing = new PlanBuilder().buffer(1 << 20, false);
        PlanBuilder gaps = new PlanBuilder().buffer(1 << 20, false);
        for (int i = 0; i < 1_600; i++) {
            equal.queue(1, i, equal.record(10, 1));
            differing.queue(1, i, differing.record(i % 2, 1));
            gaps.queue(1, 2L * i, gaps.record(10, 1));
        }
        assertEquals(1.5, indexBytes(1, equal));
        assertEquals(5.75, indexBytes(2, differing));
        assertEquals(17.75, indexBytes(3, gaps));
    }

    private double indexBytes(long segment, PlanBuilder plan) {
        long bytes = store.write(segment, plan.build()).bytes();
        long records = plan.expected(1).values().stream()
                .mapToLong(record -> record.length + 4)
                .sum();
        return (bytes - records - 32 - 40 - 4 - 48) / 1_600.0;
    }

    @Test
    void a_run_that_does_not_lie_in_the_index_is_refused() {
        Run run = run(dense(1, 10));
        Run wrong = new Run(1, 2, 1, 10, 10, run.indexAt() + 100_000, 0);
        Exception cause = store.tryIndex(wrong, 1, 10).cause();
        assertTrue(cause instanceof IllegalArgumentException, cause.toString());
    }
}
