package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.store.Segments.Kept;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.ScrubPoint;
import io.millrace.core.store.Segments.Scrubbed;
import io.millrace.core.store.Segments.Written;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A segment with an index entry for each message, as brokers wrote it before version 2; the file is kept as one wrote it. */
class SegmentVersionTest {
    private static final Run FIRST = new Run(7, 1, 10, 57, 40, 2272, 570);
    private static final Run SECOND = new Run(7, 2, 500, 536, 10, 3232, 180);

    private final InMemoryDisk disk = new InMemoryDisk();
    private final PlanBuilder plan = new PlanBuilder().buffer(1 << 16, false);

    SegmentVersionTest() throws IOException {
        try (InputStream kept = SegmentVersionTest.class.getResourceAsStream("/segment/version-1.seg")) {
            disk.createDirectory(Store.DIRECTORY);
            disk.put(Store.path(7), kept.readAllBytes());
        }
        for (int i = 0; i < 40; i++) {
            int record = plan.record(i * 7 % 30, i);
            plan.queue(1, 10 + i + i / 9 * 2, record);
            if (i % 4 == 0) {
                plan.queue(2, 500 + i, record);
            }
        }
    }

    @Test
    void a_segment_of_version_1_is_drained_and_scrubbed() {
        Store store = new Store(disk, 7L);
        for (Run run : List.of(FIRST, SECOND)) {
            Store.assertSame(plan.expected(run.queue()), store.drain(run, 1 << 12));
            Answer<Scrubbed> scrubbed = new Answer<>();
            store.segments.scrub(run, ScrubPoint.BEGIN, 1 << 20, scrubbed);
            assertEquals(run.count(), scrubbed.result().next().entry());
            assertEquals(List.of(), scrubbed.result().flaws());
        }
    }

    @Test
    void a_damaged_entry_of_version_1_costs_its_message_only() {
        disk.flip(Store.path(7), FIRST.indexAt() + 20 * 24 + 9, 3);
        Store store = new Store(disk, 7L);
        long damaged = plan.expected(1).keySet().stream().skip(20).findFirst().orElseThrow();
        for (long sequence : plan.expected(1).keySet()) {
            boolean read = store.tryIndex(FIRST, sequence, sequence).isDone();
            assertEquals(sequence != damaged, read, "sequence " + sequence);
        }
    }

    @Test
    void what_is_copied_of_a_segment_of_version_1_is_the_same_in_the_present_one() {
        Store store = new Store(disk, 7L);
        List<Kept> kept = List.of(new Kept(FIRST, sequences(FIRST)), new Kept(SECOND, sequences(SECOND)));
        Answer<Written> copied = new Answer<>();
        store.segments.copy(8, kept, copied);
        assertEquals(SegmentLayout.VERSION, disk.bytes(Store.path(8))[8]);
        assertTrue(copied.result().bytes() < disk.bytes(Store.path(7)).length);
        for (Run run : copied.result().runs()) {
            Map<Long, byte[]> expected = plan.expected(run.queue());
            Store.assertSame(expected, store.drain(run, 1 << 12));
        }
    }

    private long[] sequences(Run run) {
        return plan.expected(run.queue()).keySet().stream()
                .mapToLong(Long::longValue)
                .toArray();
    }
}
