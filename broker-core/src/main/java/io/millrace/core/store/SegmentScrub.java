package io.millrace.core.store;

import static io.millrace.core.store.SegmentLayout.CHECK_BYTES;
import static io.millrace.core.store.SegmentLayout.HEADER_BYTES;

import io.millrace.core.disk.DiskFile;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.store.Segments.Flaw;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.ScrubPoint;
import io.millrace.core.store.Segments.Scrubbed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads a part of a run, its index entries and their records, and says which are not what was written. Blocking. */
final class SegmentScrub {
    private static final int ENTRIES_MAX = 4096;
    private static final int WINDOW_BYTES = 256 << 10;

    private final DiskFile file;
    private final long segment;
    private final long indexAt;
    private final Run run;
    private final RunIndex index;
    private final CRC32C crc = new CRC32C();
    private final List<Flaw> flaws = new ArrayList<>();
    private ByteBuffer window = SegmentLayout.heap(0);
    private long windowAt;
    private long bytes;

    SegmentScrub(DiskFile file, long segment, long indexAt, Run run, RunIndex index) {
        this.file = file;
        this.segment = segment;
        this.indexAt = indexAt;
        this.run = run;
        this.index = index;
    }

    /** Begins at that point; ends once so many bytes were read, behind a whole record. */
    Scrubbed scrub(ScrubPoint from, int bytesMax) throws IOException {
        int count = Math.min(ENTRIES_MAX, run.count() - from.entry());
        RunIndex.Part part = index.read(from.entry(), count);
        bytes = part.bytes;
        long good = from.after();
        boolean gap = from.gap();
        int i = 0;
        // Only behind a whole entry, because the next part begins there.
        for (; i < count && (i % index.unit() != 0 || bytes < bytesMax + part.bytes); i++) {
            if (part.damage(i) != null) {
                gap = true;
                continue;
            }
            long sequence = part.sequences[i];
            if (gap) {
                flaw(Math.max(good + 1, run.first()), sequence - 1, "the index entries before sequence " + sequence);
                gap = false;
            }
            good = sequence;
            record(sequence, part.offsets[i], part.lengths[i]);
        }
        int next = from.entry() + i;
        if (gap && next == run.count()) {
            flaw(Math.max(good + 1, run.first()), run.last(), "the last index entries of the run");
        }
        return new Scrubbed(new ScrubPoint(next, good, gap), bytes, flaws);
    }

    private void record(long sequence, int offset, int length) {
        long begin = Integer.toUnsignedLong(offset) - CHECK_BYTES;
        boolean whole;
        try {
            whole = begin >= HEADER_BYTES
                    && length >= MessageRecord.FIXED_BYTES
                    && begin + CHECK_BYTES + length <= indexAt
                    && isWhole(begin, length);
        } catch (IOException unreadable) {
            flaw(sequence, sequence, "the record cannot be read: " + unreadable.getMessage());
            return;
        }
        if (!whole) {
            flaw(sequence, sequence, "the record at offset " + (begin + CHECK_BYTES));
        }
    }

    private boolean isWhole(long begin, int length) throws IOException {
        int wanted = CHECK_BYTES + length;
        if (begin < windowAt || begin + wanted > windowAt + window.limit()) {
            load(begin, wanted);
        }
        int at = (int) (begin - windowAt);
        int found = SegmentLayout.checksum(crc, window.duplicate(), at + CHECK_BYTES, length);
        return window.getInt(at + CHECK_BYTES) == length
                && (found ^ SegmentLayout.place(segment, begin + CHECK_BYTES)) == window.getInt(at);
    }

    private void load(long begin, int wanted) throws IOException {
        int size = (int) Math.min(Math.max(wanted, WINDOW_BYTES), indexAt - begin);
        if (window.capacity() < size) {
            window = SegmentLayout.heap(size);
        }
        window.clear().limit(0);
        windowAt = begin;
        try {
            read(begin, size);
        } catch (IOException somewhere) {
            // Perhaps only what lies behind the record cannot be read.
            read(begin, wanted);
        }
    }

    private void read(long begin, int size) throws IOException {
        window.clear().limit(size);
        try {
            SegmentFile.readFully(file, window, begin, "records");
        } catch (IOException unreadable) {
            window.clear().limit(0);
            throw unreadable;
        }
        window.position(0).limit(size);
        bytes += size;
    }

    private void flaw(long first, long last, String what) {
        if (first > last) {
            return;
        }
        Flaw before = flaws.isEmpty() ? null : flaws.get(flaws.size() - 1);
        if (before != null && before.last() == first - 1) {
            flaws.set(flaws.size() - 1, new Flaw(before.first(), last, before.text()));
        } else {
            flaws.add(new Flaw(first, last, "segment file " + file.path() + ": " + what + " is not what was written"));
        }
    }
}
