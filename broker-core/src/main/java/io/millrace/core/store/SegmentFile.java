package io.millrace.core.store;

import static io.millrace.core.store.SegmentLayout.CHECK_BYTES;
import static io.millrace.core.store.SegmentLayout.FOOTER_BYTES;
import static io.millrace.core.store.SegmentLayout.FOOTER_CHECK_AT;
import static io.millrace.core.store.SegmentLayout.HEADER_BYTES;
import static io.millrace.core.store.SegmentLayout.HEADER_CHECK_AT;
import static io.millrace.core.store.SegmentLayout.RUN_BYTES;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.model.MessageRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** An open segment file whose header and footer were found good. Blocking; any number of threads may read. */
final class SegmentFile implements AutoCloseable {
    /**
     * Most bytes of one read: the system's file channels copy through a direct buffer that is as long as the read and is
     * kept by the thread.
     */
    private static final int READ_BYTES_MAX = 1 << 20;

    /** Longest array of every JVM. */
    private static final int WINDOW_BYTES_MAX = Integer.MAX_VALUE - 8;

    private final DiskFile file;
    private final int version;
    private final long segment;
    private final long indexAt;
    private final long directoryAt;
    private final int runs;
    private final long bytes;

    private SegmentFile(DiskFile file, int version, long segment, ByteBuffer footer) {
        this.file = file;
        this.version = version;
        this.segment = segment;
        indexAt = footer.getLong(16);
        directoryAt = footer.getLong(24);
        runs = footer.getInt(40);
        bytes = footer.getLong(32);
    }

    /** The file is of a later format and must stay as it is. */
    static final class NewerFormatException extends IOException {
        private static final long serialVersionUID = 1L;

        private NewerFormatException(String text) {
            super(text);
        }
    }

    /**
     * Opens a segment.
     *
     * @throws DamagedException if its header or its footer is not what was written
     * @throws NewerFormatException if a newer version of the broker wrote it
     * @throws IOException if the system refuses to open or to read it
     */
    static SegmentFile open(Disk disk, String path, long segment) throws IOException {
        return open(disk.open(path), segment);
    }

    /** Takes over an open file; closes it if it throws. */
    static SegmentFile open(DiskFile file, long segment) throws IOException {
        try {
            return read(file, segment);
        } catch (IOException | RuntimeException failure) {
            try {
                file.close();
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private static SegmentFile read(DiskFile file, long segment) throws IOException {
        long size = file.size();
        if (size < HEADER_BYTES + CHECK_BYTES + FOOTER_BYTES) {
            throw new DamagedException("segment file " + file.path() + ": has " + size + " bytes and the smallest has "
                    + (HEADER_BYTES + CHECK_BYTES + FOOTER_BYTES));
        }
        ByteBuffer header = SegmentLayout.heap(HEADER_BYTES);
        readFully(file, header, 0, "header");
        expect(file, "header magic", 0, SegmentLayout.HEADER_MAGIC, header.getLong(0));
        expectCheck(file, "header", 0, header, HEADER_CHECK_AT);
        if (header.getInt(8) > SegmentLayout.VERSION) {
            throw new NewerFormatException("segment file " + file.path() + ": has format version " + header.getInt(8)
                    + " and this broker reads up to " + SegmentLayout.VERSION
                    + "; it was left untouched: start the newer version of the broker");
        }
        int version = header.getInt(8);
        if (version != SegmentLayout.VERSION_OF_ENTRIES) {
            expect(file, "header version", 8, SegmentLayout.VERSION, version);
        }
        expect(file, "header segment number", 16, segment, header.getLong(16));

        long footerAt = size - FOOTER_BYTES;
        ByteBuffer footer = SegmentLayout.heap(FOOTER_BYTES);
        readFully(file, footer, footerAt, "footer");
        expect(file, "footer magic", footerAt, SegmentLayout.FOOTER_MAGIC, footer.getLong(0));
        expectCheck(file, "footer", footerAt, footer, FOOTER_CHECK_AT);
        expect(file, "footer segment number", footerAt + 8, segment, footer.getLong(8));
        expect(file, "footer file length", footerAt + 32, size, footer.getLong(32));
        long directoryEnd = footer.getLong(24) + (long) footer.getInt(40) * RUN_BYTES + CHECK_BYTES;
        expect(file, "footer's end of the directory", footerAt + 24, footerAt, directoryEnd);
        return new SegmentFile(file, version, segment, footer);
    }

    /**
     * Checks the directory of the runs.
     *
     * @throws DamagedException if it is not what was written
     */
    void checkDirectory() throws IOException {
        CRC32C crc = new CRC32C();
        long at = directoryAt;
        long end = directoryAt + (long) runs * RUN_BYTES;
        ByteBuffer part = SegmentLayout.heap((int) Math.min(end - at, 1 << 16));
        while (at < end) {
            part.clear().limit((int) Math.min(end - at, part.capacity()));
            int bytes = part.remaining();
            readFully(file, part, at, "directory");
            SegmentLayout.add(crc, part, 0, bytes);
            at += bytes;
        }
        ByteBuffer check = SegmentLayout.heap(CHECK_BYTES);
        readFully(file, check, end, "check of the directory");
        if (check.getInt(0) != (int) crc.getValue()) {
            throw damaged(file, "directory", directoryAt, check.getInt(0), (int) crc.getValue());
        }
    }

    /** Bytes of the file. */
    long bytes() {
        return bytes;
    }

    /** See {@link Segments#readIndex}. */
    Segments.IndexBlock readIndex(Segments.Run run, long from, long to) throws IOException {
        return new IndexSearch(run, index(run)).read(from, to);
    }

    /** See {@link Segments#scrub}. */
    Segments.Scrubbed scrub(Segments.Run run, Segments.ScrubPoint from, int bytesMax) throws IOException {
        return new SegmentScrub(file, segment, indexAt, run, index(run)).scrub(from, bytesMax);
    }

    private RunIndex index(Segments.Run run) {
        return new RunIndex(file, version, run, indexAt, directoryAt);
    }

    /** See {@link Segments#readRecords}. */
    Segments.Window readRecords(int offset, int length, int readAhead, WindowMemory memory) throws IOException {
        long begin = Integer.toUnsignedLong(offset) - CHECK_BYTES;
        long wanted = (long) CHECK_BYTES + length;
        if (begin < HEADER_BYTES
                || length < MessageRecord.FIXED_BYTES
                || wanted > WINDOW_BYTES_MAX
                || begin + wanted > indexAt) {
            throw new IllegalArgumentException("segment file " + file.path() + ": a record of " + length
                    + " bytes at offset " + Integer.toUnsignedLong(offset) + " was asked for; records lie between "
                    + HEADER_BYTES + " and " + indexAt + " and have " + MessageRecord.FIXED_BYTES
                    + " bytes or more");
        }
        long bytes = Math.min(Math.max(wanted, readAhead), Math.min(indexAt - begin, WINDOW_BYTES_MAX));
        ByteBuffer lent = memory.take((int) bytes);
        ByteBuffer window = lent == null
                ? SegmentLayout.heap((int) bytes)
                : lent.slice(0, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            readFully(file, window, begin, "records");
            window.limit(verified(window, begin, length)).position(0);
        } catch (IOException | RuntimeException failure) {
            if (lent != null) {
                memory.give(lent);
            }
            throw failure;
        }
        return new Segments.Window(segment, begin, window, lent);
    }

    /** Walks the records of a window; returns where the last good one ends. */
    private int verified(ByteBuffer window, long begin, int firstLength) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer view = window.duplicate();
        int bytes = window.capacity();
        int at = 0;
        while (bytes - at >= CHECK_BYTES + MessageRecord.FIXED_BYTES) {
            int recordAt = at + CHECK_BYTES;
            int length = window.getInt(recordAt);
            if (at == 0 && length != firstLength) {
                throw new DamagedException("segment file " + file.path() + ": the record at offset "
                        + (begin + recordAt) + " says that it has " + length + " bytes, its index says "
                        + firstLength + "; " + loss());
            }
            if (length < MessageRecord.FIXED_BYTES || length > bytes - recordAt) {
                break;
            }
            int place = SegmentLayout.place(segment, begin + recordAt);
            int found = SegmentLayout.checksum(crc, view, recordAt, length) ^ place;
            if (found != window.getInt(at)) {
                if (at == 0) {
                    throw damaged(file, "record", begin + recordAt, window.getInt(at), found);
                }
                break;
            }
            at = recordAt + length;
        }
        return at;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    static DamagedException damaged(DiskFile file, String what, long at, int expected, int found) {
        return new DamagedException("segment file " + file.path() + ": the CRC of the " + what + " at offset " + at
                + " is " + hex(found) + ", expected " + hex(expected) + "; " + loss());
    }

    private static String hex(int check) {
        return "0x" + HexFormat.of().toHexDigits(check);
    }

    private static String loss() {
        return "restore the file from a copy, or delete the queue's damaged messages";
    }

    private static void expect(DiskFile file, String what, long at, long expected, long found) throws DamagedException {
        if (expected != found) {
            throw new DamagedException("segment file " + file.path() + ": the " + what + " at offset " + at + " is "
                    + found + ", expected " + expected + "; " + loss());
        }
    }

    private static void expectCheck(DiskFile file, String what, long at, ByteBuffer bytes, int checkAt)
            throws DamagedException {
        int found = SegmentLayout.checksum(new CRC32C(), bytes.duplicate(), 0, checkAt);
        if (bytes.getInt(checkAt) != found) {
            throw damaged(file, what, at, bytes.getInt(checkAt), found);
        }
    }

    /** Reads until the buffer is full, and moves its position there. */
    static void readFully(DiskFile file, ByteBuffer buffer, long at, String what) throws IOException {
        int end = buffer.limit();
        long next = at;
        while (buffer.position() < end) {
            int asked = Math.min(end - buffer.position(), READ_BYTES_MAX);
            buffer.limit(buffer.position() + asked);
            int read = file.read(buffer, next);
            if (read < asked) {
                throw new DamagedException("segment file " + file.path() + ": ends in the " + what + " at offset "
                        + (next + Math.max(read, 0)) + ", expected " + (end - buffer.position()) + " bytes more; "
                        + loss());
            }
            next += asked;
        }
        buffer.limit(end);
    }
}
