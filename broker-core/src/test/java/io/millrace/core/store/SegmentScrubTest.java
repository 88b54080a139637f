package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.store.Segments.Flaw;
import io.millrace.core.store.Segments.IndexBlock;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.ScrubPoint;
import io.millrace.core.store.Segments.Scrubbed;
import io.millrace.core.store.Segments.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SegmentScrubTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private final PlanBuilder plan = new PlanBuilder().buffer(1 << 20, false);
    private final List<Run> runs;

    SegmentScrubTest() {
        for (int i = 0; i < 40; i++) {
            int record = plan.record(i * 11 % 90, i);
            plan.queue(1, 10 + i + i / 7 * 3, record);
            if (i % 3 == 0) {
                plan.share(record);
                plan.queue(2, 100 + i, record);
            }
        }
        runs = new Store(disk).write(1, plan.build()).runs();
    }

    /** What is flagged in a run, checked in pieces of that many bytes. */
    private static List<Flaw> scrub(FileSegments segments, Run run, int piece) {
        List<Flaw> flaws = new ArrayList<>();
        ScrubPoint point = ScrubPoint.BEGIN;
        while (point.entry() < run.count()) {
            Answer<Scrubbed> answer = new Answer<>();
            segments.scrub(run, point, piece, answer);
            assertTrue(answer.result().next().entry() > point.entry(), "it makes no way");
            point = answer.result().next();
            flaws.addAll(answer.result().flaws());
        }
        return flaws;
    }

    private static TreeSet<Long> flagged(List<Flaw> flaws) {
        TreeSet<Long> flagged = new TreeSet<>();
        for (Flaw flaw : flaws) {
            for (long s = flaw.first(); s <= flaw.last(); s++) {
                flagged.add(s);
            }
        }
        return flagged;
    }

    private boolean readable(FileSegments segments, Run run, long sequence, byte[] expected) {
        Answer<IndexBlock> index = new Answer<>();
        segments.readIndex(run, sequence, sequence, index);
        if (!index.isDone() || index.result().count() == 0) {
            return false;
        }
        Answer<Window> window = new Answer<>();
        segments.readRecords(1, index.result().offsets()[0], index.result().lengths()[0], 0, window);
        if (!window.isDone()) {
            return false;
        }
        byte[] record = new byte[index.result().lengths()[0]];
        window.result().records().get(window.result().offsetOf(index.result().offsets()[0]), record);
        assertArrayEquals(expected, record, "an altered record was handed out");
        return true;
    }

    @Test
    void a_whole_segment_has_no_flaw() {
        FileSegments segments = new Store(disk, 1L).segments;
        for (Run run : runs) {
            assertEquals(List.of(), scrub(segments, run, 64));
            assertEquals(List.of(), scrub(segments, run, 1 << 20));
        }
    }

    @Test
    void whatever_bit_flips_exactly_the_messages_that_cannot_be_read_are_flagged() throws IOException {
        String path = Store.path(1);
        long bits = disk.content(path).length * 8L;
        int damaged = 0;
        for (long bit = 0; bit < bits; bit += 37) {
            SimulatedDisk rotten = disk.copy();
            rotten.flipBit(path, bit);
            FileSegments segments = new FileSegments(rotten, Store.DIRECTORY, Runnable::run, Runnable::run);
            segments.recover(List.of(1L));
            for (Run run : runs) {
                TreeSet<Long> flagged = flagged(scrub(segments, run, (int) (bit % 3000)));
                for (Map.Entry<Long, byte[]> message :
                        plan.expected(run.queue()).entrySet()) {
                    long sequence = message.getKey();
                    boolean readable = readable(segments, run, sequence, message.getValue());
                    long flipped = bit;
                    assertEquals(!readable, flagged.contains(sequence), () -> sequence + " with bit " + flipped);
                    damaged += readable ? 0 : 1;
                }
            }
        }
        assertTrue(damaged > 500, "damaged: " + damaged);
    }
}
