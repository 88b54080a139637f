package io.millrace.core.store;

import static io.millrace.core.store.SegmentLayout.ENTRY_BYTES;
import static io.millrace.core.store.SegmentLayout.ENTRY_CHECK_AT;

import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The index of a run, read a part at a time. Blocking; one thread. */
final class RunIndex {
    private final DiskFile file;
    private final Segments.Run run;
    private final int unit;
    private final CRC32C crc = new CRC32C();

    /**
     * @param version of the file
     * @param indexAt where the index of the file begins
     * @param indexEnd where it ends
     */
    RunIndex(DiskFile file, int version, Segments.Run run, long indexAt, long indexEnd) {
        this.file = file;
        this.run = run;
        unit = version == SegmentLayout.VERSION_OF_ENTRIES ? 1 : SegmentLayout.GROUP;
        long end = run.indexAt() + (long) SegmentLayout.groups(run.count(), unit) * ENTRY_BYTES;
        if (run.count() < 1 || run.indexAt() < indexAt || end > indexEnd) {
            throw new IllegalArgumentException("segment file " + file.path() + ": " + run
                    + " does not lie in its index, which is from " + indexAt + " to " + indexEnd);
        }
    }

    /** Messages that one entry tells of: they are read, and damaged, together. */
    int unit() {
        return unit;
    }

    /** Where messages lie; those of damaged entries are named by {@link #damage} and their other elements mean nothing. */
    static final class Part {
        final int count;
        final long[] sequences;
        final int[] offsets;
        final int[] lengths;
        /** Bytes that were read. */
        long bytes;

        private @Nullable DamagedException @Nullable [] damages;

        private Part(int count) {
            this.count = count;
            sequences = new long[count];
            offsets = new int[count];
            lengths = new int[count];
        }

        /** What is wrong with the entry of that message, or null if it is what was written. */
        @Nullable
        DamagedException damage(int i) {
            return damages == null ? null : damages[i];
        }

        private void damaged(int from, int to, DamagedException damage) {
            @Nullable DamagedException[] all = damages;
            if (all == null) {
                all = new DamagedException[count];
                damages = all;
            }
            Arrays.fill(all, from, to, damage);
        }
    }

    /**
     * Reads where messages lie.
     *
     * @param from how many of the run are before them, a multiple of {@link #unit}
     * @param count how many, which ends with a unit or with the run
     */
    Part read(int from, int count) throws IOException {
        Part part = new Part(count);
        int first = from / unit;
        int entries = SegmentLayout.groups(count, unit);
        ByteBuffer heads = filled(at(first), entries * ENTRY_BYTES);
        part.bytes = heads.capacity();
        ByteBuffer view = heads.duplicate();
        long detailsAt = Long.MAX_VALUE;
        long detailsEnd = 0;
        for (int i = 0; i < entries; i++) {
            int begin = i * unit;
            int end = Math.min(count, begin + unit);
            DamagedException damage = damage(heads, view, i, first + i);
            if (damage != null) {
                part.damaged(begin, end, damage);
            } else if (unit == 1) {
                part.sequences[i] = heads.getLong(i * ENTRY_BYTES);
                part.offsets[i] = heads.getInt(i * ENTRY_BYTES + 8);
                part.lengths[i] = heads.getInt(i * ENTRY_BYTES + 12);
            } else {
                int kind = heads.getInt(i * ENTRY_BYTES + 12);
                consecutive(part, begin, end, heads.getLong(i * ENTRY_BYTES), heads.getInt(i * ENTRY_BYTES + 8), kind);
                if (kind <= 0) {
                    long detailAt = Integer.toUnsignedLong(heads.getInt(i * ENTRY_BYTES + 16));
                    detailsAt = Math.min(detailsAt, detailAt);
                    detailsEnd = Math.max(detailsEnd, detailAt + SegmentLayout.detailBytes(kind, end - begin));
                }
            }
        }
        if (detailsEnd > 0) {
            details(part, heads, first, detailsAt, filled(detailsAt, (int) (detailsEnd - detailsAt)));
        }
        return part;
    }

    private static void consecutive(Part part, int begin, int end, long sequence, int offset, int length) {
        for (int i = begin; i < end; i++) {
            part.sequences[i] = sequence + (i - begin);
            part.offsets[i] = offset + (i - begin) * (length + SegmentLayout.CHECK_BYTES);
            part.lengths[i] = length;
        }
    }

    /** Fills in the groups of which the entry does not say everything. */
    private void details(Part part, ByteBuffer heads, int first, long detailsAt, ByteBuffer details) {
        part.bytes += details.capacity();
        ByteBuffer view = details.duplicate();
        for (int begin = 0; begin < part.count; begin += unit) {
            int head = begin / unit * ENTRY_BYTES;
            int kind = heads.getInt(head + 12);
            if (part.damage(begin) != null || kind > 0) {
                continue;
            }
            int end = Math.min(part.count, begin + unit);
            long place = Integer.toUnsignedLong(heads.getInt(head + 16));
            int at = (int) (place - detailsAt);
            int bytes = SegmentLayout.detailBytes(kind, end - begin) - SegmentLayout.CHECK_BYTES;
            int found = SegmentLayout.checksum(crc, view, at, bytes) ^ SegmentLayout.place(run.segment(), place);
            if (found != details.getInt(at + bytes)) {
                String what = "detail of index entry " + (first + begin / unit) + " of queue " + run.queue();
                part.damaged(begin, end, SegmentFile.damaged(file, what, place, details.getInt(at + bytes), found));
            } else if (kind == SegmentLayout.LENGTHS) {
                int offset = heads.getInt(head + 8);
                for (int i = begin; i < end; i++) {
                    part.offsets[i] = offset;
                    part.lengths[i] = details.getInt(at + (i - begin) * 4);
                    offset += part.lengths[i] + SegmentLayout.CHECK_BYTES;
                }
            } else {
                for (int i = begin; i < end; i++) {
                    int entry = at + (i - begin) * SegmentLayout.SCATTERED_BYTES;
                    part.sequences[i] = details.getLong(entry);
                    part.offsets[i] = details.getInt(entry + 8);
                    part.lengths[i] = details.getInt(entry + 12);
                }
            }
        }
    }

    private ByteBuffer filled(long at, int bytes) throws IOException {
        ByteBuffer buffer = SegmentLayout.heap(bytes);
        SegmentFile.readFully(file, buffer, at, "index of queue " + run.queue());
        return buffer.clear();
    }

    private @Nullable DamagedException damage(ByteBuffer entries, ByteBuffer view, int entry, int index) {
        int at = entry * ENTRY_BYTES;
        int place = SegmentLayout.place(run.segment(), at(index));
        int found = SegmentLayout.checksum(crc, view, at, ENTRY_CHECK_AT) ^ place;
        int stored = entries.getInt(at + ENTRY_CHECK_AT);
        if (found != stored) {
            return SegmentFile.damaged(
                    file, "index entry " + index + " of queue " + run.queue(), at(index), stored, found);
        }
        long sequence = entries.getLong(at);
        if (sequence < run.first() || sequence > run.last()) {
            return new DamagedException("segment file " + file.path() + ": index entry " + index + " of queue "
                    + run.queue() + " at offset " + at(index) + " has sequence " + sequence + ", expected "
                    + run.first() + " to " + run.last());
        }
        return null;
    }

    private long at(int entry) {
        return run.indexAt() + (long) entry * ENTRY_BYTES;
    }
}
