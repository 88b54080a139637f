package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** File segments on one thread, with the questions that tests ask. */
final class Store {
    static final String DIRECTORY = "vhost/1/segment";

    final FileSegments segments;

    Store(Disk disk, Long... live) {
        this(disk, FileSegments.OPEN_FILES_MAX, SegmentLayout.FILE_BYTES_MAX, live);
    }

    Store(Disk disk, int openFilesMax, long fileBytesMax, Long... live) {
        segments = new FileSegments(disk, DIRECTORY, Runnable::run, Runnable::run, openFilesMax, fileBytesMax);
        try {
            assertEquals(List.of(), segments.recover(List.of(live)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static String path(long segment) {
        return DIRECTORY + '/' + SegmentLayout.fileName(segment);
    }

    Answer<Segments.Written> tryWrite(long segment, SegmentPlan plan) {
        Answer<Segments.Written> answer = new Answer<>();
        segments.write(segment, plan, answer);
        assertEquals(1, answer.calls());
        return answer;
    }

    Segments.Written write(long segment, SegmentPlan plan) {
        return tryWrite(segment, plan).result();
    }

    Answer<Segments.IndexBlock> tryIndex(Segments.Run run, long from, long to) {
        Answer<Segments.IndexBlock> answer = new Answer<>();
        segments.readIndex(run, from, to, answer);
        assertEquals(1, answer.calls());
        return answer;
    }

    Segments.IndexBlock index(Segments.Run run, long from, long to) {
        return tryIndex(run, from, to).result();
    }

    Answer<Segments.Window> tryRecords(long segment, int offset, int length, int readAhead) {
        Answer<Segments.Window> answer = new Answer<>();
        segments.readRecords(segment, offset, length, readAhead, answer);
        assertEquals(1, answer.calls());
        return answer;
    }

    Segments.Window records(long segment, int offset, int length, int readAhead) {
        return tryRecords(segment, offset, length, readAhead).result();
    }

    /** A whole run, read in the way of a queue that is drained: an index block, then windows. */
    Map<Long, byte[]> drain(Segments.Run run, int readAhead) {
        Map<Long, byte[]> drained = new TreeMap<>();
        long next = run.first();
        while (next <= run.last()) {
            Segments.IndexBlock block = index(run, next, run.last());
            assertTrue(block.count() > 0, "no entry from " + next + " of " + run);
            Segments.Window window = null;
            for (int i = 0; i < block.count(); i++) {
                int offset = block.offsets()[i];
                int at = window == null ? -1 : window.offsetOf(offset);
                if (window == null || at < 0) {
                    window = records(run.segment(), offset, block.lengths()[i], readAhead);
                    at = window.offsetOf(offset);
                }
                byte[] record = new byte[block.lengths()[i]];
                window.records().get(at, record);
                drained.put(block.sequences()[i], record);
            }
            next = block.sequences()[block.count() - 1] + 1;
        }
        return drained;
    }

    static void assertSame(Map<Long, byte[]> expected, Map<Long, byte[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((sequence, record) -> assertArrayEquals(record, found.get(sequence), "sequence " + sequence));
    }
}
