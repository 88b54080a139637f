package io.millrace.core.store;

import static io.millrace.core.store.SegmentLayout.CHECK_BYTES;
import static io.millrace.core.store.SegmentLayout.ENTRY_BYTES;
import static io.millrace.core.store.SegmentLayout.ENTRY_CHECK_AT;
import static io.millrace.core.store.SegmentLayout.FOOTER_BYTES;
import static io.millrace.core.store.SegmentLayout.FOOTER_CHECK_AT;
import static io.millrace.core.store.SegmentLayout.GROUP;
import static io.millrace.core.store.SegmentLayout.HEADER_BYTES;
import static io.millrace.core.store.SegmentLayout.HEADER_CHECK_AT;
import static io.millrace.core.store.SegmentLayout.RUN_BYTES;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.store.SegmentPlan.PlannedRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes segment files: all records run by run, then the index, then the directory of the runs. One thread at a time.
 *
 * <p>Besides the plan it holds 8 bytes for each message of the plan, and 32 for each record that several runs share.
 */
final class SegmentWriter {
    private final Disk disk;
    private final String directory;
    private final long fileBytesMax;
    private final CRC32C crc = new CRC32C();
    private @Nullable StagedOutput staged;

    /**
     * @param directory where the files stand; must exist when the first one is written
     * @param fileBytesMax longest file, at most {@link SegmentLayout#FILE_BYTES_MAX}
     */
    SegmentWriter(Disk disk, String directory, long fileBytesMax) {
        this.disk = disk;
        this.directory = directory;
        this.fileBytesMax = fileBytesMax;
    }

    /**
     * Writes a segment and makes its content and then its name durable. If that fails, no file of that name remains, as
     * far as the disk allows.
     *
     * @param plan positions and limits of its buffers may be moved
     * @throws IllegalArgumentException if the plan is not one, or does not fit into one file
     */
    Segments.Written write(long segment, SegmentPlan plan) throws IOException {
        check(segment, plan);
        String path = directory + '/' + SegmentLayout.fileName(segment);
        disk.delete(path); // what a failed attempt could not remove; nobody refers to it
        DiskFile file = disk.create(path);
        try {
            Segments.Written written;
            try (file) {
                written = content(file, segment, plan);
                file.force();
            }
            disk.forceDirectory(directory);
            return written;
        } catch (IOException | RuntimeException failure) {
            discard(path, failure);
            throw failure;
        }
    }

    private void discard(String path, Exception failure) {
        try {
            disk.delete(path);
        } catch (IOException second) {
            failure.addSuppressed(second); // recovery deletes it
        }
    }

    private Segments.Written content(DiskFile file, long segment, SegmentPlan plan) throws IOException {
        StagedOutput out = staged;
        if (out == null) {
            out = new StagedOutput();
            staged = out;
        }
        out.begin(file);
        try {
            return new Pass(out, segment, plan).write();
        } finally {
            out.end();
        }
    }

    private void check(long segment, SegmentPlan plan) {
        if (plan.runs().isEmpty()) {
            throw new IllegalArgumentException("the plan of segment " + segment + " has no runs; 1 or more are needed");
        }
        for (ByteBuffer buffer : plan.buffers()) {
            if (buffer.order() != ByteOrder.LITTLE_ENDIAN) {
                throw new IllegalArgumentException(
                        "the plan of segment " + segment + " has a big-endian buffer; records are little-endian");
            }
        }
        for (PlannedRun run : plan.runs()) {
            check(segment, run);
        }
        if (HEADER_BYTES + tail(plan) > fileBytesMax) {
            throw tooLong(segment, "its index alone has " + tail(plan) + " bytes");
        }
    }

    private static void check(long segment, PlannedRun run) {
        int count = run.count();
        String who = "the plan of segment " + segment + ", queue " + run.queue() + ", ";
        if (count < 1
                || count > run.sequences().length
                || count > run.buffers().length
                || count > run.offsets().length) {
            throw new IllegalArgumentException(who + "has a run of " + count + " messages; expected 1 to the "
                    + run.sequences().length + " of its arrays");
        }
        for (int i = 1; i < count; i++) {
            if (run.sequences()[i] <= run.sequences()[i - 1]) {
                throw new IllegalArgumentException(who + "has sequence " + run.sequences()[i] + " behind "
                        + run.sequences()[i - 1] + "; they must ascend");
            }
        }
    }

    /** Bytes of what follows the records, at most. */
    private static long tail(SegmentPlan plan) {
        long bytes = CHECK_BYTES + FOOTER_BYTES;
        for (PlannedRun run : plan.runs()) {
            int groups = SegmentLayout.groups(run.count(), GROUP);
            bytes += RUN_BYTES
                    + (long) groups * (ENTRY_BYTES + CHECK_BYTES)
                    + (long) run.count() * SegmentLayout.SCATTERED_BYTES;
        }
        return bytes;
    }

    private IllegalArgumentException tooLong(long segment, String why) {
        return new IllegalArgumentException("segment " + segment + " would be longer than the " + fileBytesMax
                + " bytes that a segment file may have: " + why + "; plan fewer messages into one segment");
    }

    /** The making of one file. */
    private final class Pass {
        private final StagedOutput out;
        private final long segment;
        private final SegmentPlan plan;
        private final ByteBuffer[] buffers;
        private final long recordsEndMax;
        private final SharedRecords shared = new SharedRecords();
        private final int[][] offsets;
        private final int[][] lengths;
        private final long[] runBytes;
        private final long[] bodyBytes;

        Pass(StagedOutput out, long segment, SegmentPlan plan) {
            this.out = out;
            this.segment = segment;
            this.plan = plan;
            buffers = plan.buffers().toArray(new ByteBuffer[0]);
            recordsEndMax = fileBytesMax - tail(plan);
            int runs = plan.runs().size();
            offsets = new int[runs][];
            lengths = new int[runs][];
            runBytes = new long[runs];
            bodyBytes = new long[runs];
        }

        Segments.Written write() throws IOException {
            header();
            for (int i = 0; i < offsets.length; i++) {
                records(i, plan.runs().get(i));
            }
            long indexAt = out.position();
            List<Segments.Run> runs = new ArrayList<>(offsets.length);
            for (int i = 0; i < offsets.length; i++) {
                PlannedRun run = plan.runs().get(i);
                long[] sequences = run.sequences();
                int[] details = details(i, run);
                runs.add(new Segments.Run(
                        segment,
                        run.queue(),
                        sequences[0],
                        sequences[run.count() - 1],
                        run.count(),
                        out.position(),
                        bodyBytes[i]));
                index(i, run, details);
            }
            long directoryAt = out.position();
            directory(runs);
            footer(indexAt, directoryAt);
            out.flush();
            return new Segments.Written(segment, List.copyOf(runs), out.position());
        }

        private void header() throws IOException {
            ByteBuffer to = out.room(HEADER_BYTES);
            int at = to.position();
            to.putLong(SegmentLayout.HEADER_MAGIC)
                    .putInt(SegmentLayout.VERSION)
                    .putInt(0)
                    .putLong(segment)
                    .putInt(0)
                    .putInt(out.checksum(crc, at, HEADER_CHECK_AT));
        }

        private void records(int index, PlannedRun run) throws IOException {
            int count = run.count();
            int[] recordOffsets = new int[count];
            int[] recordLengths = new int[count];
            long bytes = 0;
            long bodies = 0;
            for (int i = 0; i < count; i++) {
                int named = run.buffers()[i];
                int buffer = named & ~SegmentPlan.SHARED;
                int at = run.offsets()[i];
                ByteBuffer source = source(run, i, buffer, at);
                int length = source.getInt(at);
                long stored;
                if (named == buffer) {
                    stored = record(run, i, source, at, length);
                } else {
                    long key = SharedRecords.key(buffer, at);
                    stored = shared.get(key);
                    if (stored == 0) {
                        stored = record(run, i, source, at, length);
                        shared.put(key, stored);
                    }
                }
                recordOffsets[i] = (int) stored;
                recordLengths[i] = length;
                bytes += length;
                bodies += MessageRecord.bodyLength(source, at);
            }
            offsets[index] = recordOffsets;
            lengths[index] = recordLengths;
            runBytes[index] = bytes;
            bodyBytes[index] = bodies;
        }

        private ByteBuffer source(PlannedRun run, int i, int buffer, int at) {
            if (buffer < buffers.length) {
                ByteBuffer source = buffers[buffer];
                int room = source.capacity() - at;
                if (at >= 0 && room >= MessageRecord.FIXED_BYTES) {
                    int length = source.getInt(at);
                    if (length >= MessageRecord.FIXED_BYTES && length <= room) {
                        return source;
                    }
                }
            }
            throw new IllegalArgumentException("the plan of segment " + segment + ", queue " + run.queue()
                    + ", sequence " + run.sequences()[i] + ", names buffer " + buffer + " of " + buffers.length
                    + ", offset " + at + ", where no whole record lies");
        }

        /** Stores a record; returns its offset. */
        private long record(PlannedRun run, int i, ByteBuffer source, int at, int length) throws IOException {
            long recordAt = out.position() + CHECK_BYTES;
            if (recordAt + length > recordsEndMax) {
                throw tooLong(
                        segment,
                        "queue " + run.queue() + ", sequence " + run.sequences()[i] + ", has a record of " + length
                                + " bytes and " + Math.max(0, recordsEndMax - recordAt) + " are left");
            }
            int check = SegmentLayout.place(segment, recordAt);
            if (length <= StagedOutput.STAGING_BYTES - CHECK_BYTES) {
                ByteBuffer to = out.room(CHECK_BYTES + length);
                int start = to.position() + CHECK_BYTES;
                to.put(start, source, at, length);
                check ^= out.checksum(crc, start, length);
                to.putInt(check).position(start + length);
            } else {
                check ^= SegmentLayout.checksum(crc, source, at, length);
                out.room(CHECK_BYTES).putInt(check);
                out.copy(source.clear(), at, length);
            }
            return recordAt;
        }

        /** What an entry says of the lengths of its messages' records: the bytes of each, or that there is a detail. */
        private int kind(int index, PlannedRun run, int begin, int end) {
            int[] recordOffsets = offsets[index];
            int[] recordLengths = lengths[index];
            int kind = recordLengths[begin];
            for (int i = begin + 1; i < end; i++) {
                if (run.sequences()[i] != run.sequences()[i - 1] + 1
                        || recordOffsets[i] != recordOffsets[i - 1] + recordLengths[i - 1] + CHECK_BYTES) {
                    return SegmentLayout.SCATTERED;
                }
                if (recordLengths[i] != kind) {
                    kind = SegmentLayout.LENGTHS;
                }
            }
            return kind;
        }

        /** Writes the details of a run; returns for each entry where its own stands, 0 for none. */
        private int[] details(int index, PlannedRun run) throws IOException {
            int count = run.count();
            int[] at = new int[SegmentLayout.groups(count, GROUP)];
            for (int begin = 0; begin < count; begin += GROUP) {
                int end = Math.min(count, begin + GROUP);
                int kind = kind(index, run, begin, end);
                if (kind <= 0) {
                    ByteBuffer to = out.room(SegmentLayout.detailBytes(kind, end - begin));
                    long position = out.position();
                    at[begin / GROUP] = (int) position;
                    int start = to.position();
                    for (int i = begin; i < end; i++) {
                        if (kind == SegmentLayout.SCATTERED) {
                            to.putLong(run.sequences()[i]).putInt(offsets[index][i]);
                        }
                        to.putInt(lengths[index][i]);
                    }
                    int check = out.checksum(crc, start, to.position() - start);
                    to.putInt(check ^ SegmentLayout.place(segment, position));
                }
            }
            return at;
        }

        private void index(int index, PlannedRun run, int[] details) throws IOException {
            for (int i = 0; i < details.length; i++) {
                int begin = i * GROUP;
                ByteBuffer to = out.room(ENTRY_BYTES);
                int at = to.position();
                int place = SegmentLayout.place(segment, out.position());
                to.putLong(run.sequences()[begin])
                        .putInt(offsets[index][begin])
                        .putInt(kind(index, run, begin, Math.min(run.count(), begin + GROUP)))
                        .putInt(details[i])
                        .putInt(out.checksum(crc, at, ENTRY_CHECK_AT) ^ place);
            }
        }

        private void directory(List<Segments.Run> runs) throws IOException {
            CRC32C whole = new CRC32C();
            for (int i = 0; i < runs.size(); i++) {
                Segments.Run run = runs.get(i);
                ByteBuffer to = out.room(RUN_BYTES);
                int at = to.position();
                to.putInt(run.queue())
                        .putInt(run.count())
                        .putLong(run.first())
                        .putLong(run.last())
                        .putLong(run.indexAt())
                        .putLong(runBytes[i]);
                out.add(whole, at, RUN_BYTES);
            }
            out.room(CHECK_BYTES).putInt((int) whole.getValue());
        }

        private void footer(long indexAt, long directoryAt) throws IOException {
            ByteBuffer to = out.room(FOOTER_BYTES);
            int at = to.position();
            long length = out.position() + FOOTER_BYTES;
            to.putLong(SegmentLayout.FOOTER_MAGIC)
                    .putLong(segment)
                    .putLong(indexAt)
                    .putLong(directoryAt)
                    .putLong(length)
                    .putInt(offsets.length)
                    .putInt(out.checksum(crc, at, FOOTER_CHECK_AT));
        }
    }
}
