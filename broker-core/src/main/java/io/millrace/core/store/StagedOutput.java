package io.millrace.core.store;

import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file from its begin to its end in large pieces, through one direct buffer that is used for every file.
 * One thread at a time.
 */
final class StagedOutput {
    /** Bytes of a piece: large enough for a sequential write, small enough for one to be kept for each virtual host. */
    static final int STAGING_BYTES = 1 << 20;

    /**
     * Bytes after which what was written is forced: the log's flushes share the disk, and would wait behind all that the
     * system has kept back until the end.
     */
    private static final int FORCE_BYTES = 8 << 20;

    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    /** The same bytes with a position of their own, for checksums. */
    private final ByteBuffer view = staging.duplicate();

    private @Nullable DiskFile file;
    private long flushed;
    private long forced;

    /** Begins a new file; what was staged for another one is forgotten. */
    void begin(DiskFile file) {
        this.file = file;
        flushed = 0;
        forced = 0;
        staging.clear();
    }

    /** Where in the file the next byte will stand. */
    long position() {
        return flushed + staging.position();
    }

    /**
     * Makes room.
     *
     * @param bytes at most {@link #STAGING_BYTES}
     * @return the buffer to write them to, at its position
     */
    ByteBuffer room(int bytes) throws IOException {
        if (staging.remaining() < bytes) {
            flush();
        }
        return staging;
    }

    /** The CRC of staged bytes, by their place in the buffer that {@link #room} returns. */
    int checksum(CRC32C crc, int at, int length) {
        return SegmentLayout.checksum(crc, view, at, length);
    }

    /** Adds staged bytes to a CRC, by their place in the buffer that {@link #room} returns. */
    void add(CRC32C crc, int at, int length) {
        SegmentLayout.add(crc, view, at, length);
    }

    /** Copies bytes of any number, in pieces; moves no position of the source. */
    void copy(ByteBuffer source, int at, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!staging.hasRemaining()) {
                flush();
            }
            int piece = Math.min(length - done, staging.remaining());
            int to = staging.position();
            staging.put(to, source, at + done, piece);
            staging.position(to + piece);
            done += piece;
        }
    }

    /** Forgets the file, so that a closed one is not kept. */
    void end() {
        file = null;
    }

    /** Writes what is staged. */
    void flush() throws IOException {
        staging.flip();
        int bytes = staging.remaining();
        DiskFile to = Objects.requireNonNull(file, "begin was not called");
        to.write(staging, flushed);
        flushed += bytes;
        staging.clear();
        if (flushed - forced >= FORCE_BYTES) {
            to.force();
            forced = flushed;
        }
    }
}
