package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFile;
import io.millrace.core.log.Log;
import io.millrace.core.log.Log.FrameReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one WAL file after the other through one window, which grows only for a frame larger than it. */
final class WalReader {
    private static final int WINDOW_BYTES = 4 << 20;

    private final CRC32C crc = new CRC32C();
    private final WalFrame.Header header = new WalFrame.Header();
    private ByteBuffer window = allocate(0);
    private long windowAt;
    private int windowBytes;

    /**
     * Where the readable frames of a file end.
     *
     * @param at offset of the first that is not readable
     * @param next the number it should have
     * @param flaw what is wrong there, for messages
     * @param marked the largest flushed mark that was read, -1 if no header was
     * @param groupAt where the group begins that bears that mark: what was not proven to be flushed begins here
     */
    record End(long at, long next, String flaw, long marked, long groupAt) {}

    /**
     * Whole frame headers found behind the readable frames.
     *
     * @param found whether there is any
     * @param highest largest number given to events among them, or that of the frame before the first
     * @param durableUpTo largest flushed mark among them
     * @param provenAt offset of the one with that mark
     */
    record Rest(boolean found, long highest, long durableUpTo, long provenAt) {}

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Forgets the file read before. */
    private void begin(WalFile wal) {
        int wanted = (int) Math.min(WINDOW_BYTES, wal.capacity());
        if (window.capacity() < wanted) {
            window = allocate(wanted);
        }
        windowAt = 0;
        windowBytes = 0;
    }

    /**
     * Reads frames in order until one is not readable.
     *
     * @param from frames with a smaller number are passed over, their bodies unread
     * @param last the number after which reading ends, whatever follows
     */
    End read(DiskFile file, WalFile wal, long from, long last, FrameReader reader) throws IOException {
        begin(wal);
        long at = WalFile.FRAMES_AT;
        long next = wal.first();
        long marked = -1;
        long groupAt = at;
        while (next <= last) {
            String flaw = headerFlaw(file, wal, at, next);
            if (flaw != null) {
                long page = WalFrame.pageAlign(at);
                // A damaged padding frame loses nothing: if the next group is there, this one was flushed and ended
                // here.
                if (page > at && headerFlaw(file, wal, page, next) == null) {
                    at = page;
                } else {
                    return new End(at, next, flaw, marked, groupAt);
                }
            }
            if (header.durableUpTo > marked) {
                marked = header.durableUpTo;
                groupAt = at;
            }
            if (header.kind == WalFrame.EVENTS) {
                if (next >= from && !deliver(file, at, next, reader)) {
                    return new End(at, next, "the checksum of its body is wrong", marked, groupAt);
                }
                next++;
            }
            at += header.span();
        }
        return new End(at, next, "the next file begins", marked, groupAt);
    }

    private @Nullable String headerFlaw(DiskFile file, WalFile wal, long at, long next) throws IOException {
        if (at + WalFrame.HEADER_BYTES > wal.capacity()) {
            return "the file ends";
        }
        int offset = load(file, at, WalFrame.HEADER_BYTES);
        if (offset < 0 || !WalFrame.read(window, offset, wal.salt(), header, crc)) {
            return "there is no whole frame header";
        }
        if (header.version > WalFrame.VERSION) {
            throw WalFile.newer(wal.path(), header.version, WalFrame.VERSION);
        }
        if (header.number != next) {
            return "its header says frame " + header.number;
        }
        if (header.bodyLength < 0
                || header.bodyLength > Log.FRAME_BYTES_MAX
                || at + header.span() > wal.capacity()
                || (header.kind != WalFrame.EVENTS && header.kind != WalFrame.PADDING)) {
            return "its header says kind " + header.kind + " and length " + header.bodyLength;
        }
        return null;
    }

    private boolean deliver(DiskFile file, long at, long number, FrameReader reader) throws IOException {
        int length = header.bodyLength;
        int offset = load(file, at, WalFrame.HEADER_BYTES + length);
        if (offset < 0) {
            return false;
        }
        int body = offset + WalFrame.HEADER_BYTES;
        if (WalFrame.crc(window, body, body + length, crc) != header.bodyCrc) {
            return false;
        }
        window.limit(body + length).position(body);
        reader.frame(number, header.millis, window.slice().order(ByteOrder.LITTLE_ENDIAN), header.eventCount);
        return true;
    }

    /** Looks at each place from {@code at} on where a frame could begin. */
    Rest search(DiskFile file, WalFile wal, long at) throws IOException {
        begin(wal);
        boolean found = false;
        long highest = wal.first() - 1;
        long durableUpTo = -1;
        long provenAt = at;
        for (long step = at; step + WalFrame.HEADER_BYTES <= wal.capacity(); step += WalFrame.ALIGNMENT) {
            int offset = load(file, step, WalFrame.HEADER_BYTES);
            if (offset < 0) {
                break;
            }
            int empty = withoutMagic(offset);
            if (empty > 0) {
                step += empty - WalFrame.ALIGNMENT;
            } else if (WalFrame.read(window, offset, wal.salt(), header, crc)) {
                found = true;
                highest = Math.max(highest, header.kind == WalFrame.EVENTS ? header.number : header.number - 1);
                if (header.durableUpTo > durableUpTo) {
                    durableUpTo = header.durableUpTo;
                    provenAt = step;
                }
            }
        }
        return new Rest(found, highest, durableUpTo, provenAt);
    }

    /** Bytes from there on, in the window, at whose places no frame can begin; nearly all of a file that was never written. */
    private int withoutMagic(int offset) {
        int at = offset;
        while (at + WalFrame.HEADER_BYTES <= windowBytes && !WalFrame.mayBegin(window, at)) {
            at += WalFrame.ALIGNMENT;
        }
        return at - offset;
    }

    /** Makes the window hold those bytes; the offset of the first in it, or -1 if the file is too short. */
    private int load(DiskFile file, long at, int bytes) throws IOException {
        if (at < windowAt || at + bytes > windowAt + windowBytes) {
            if (window.capacity() < bytes) {
                window = allocate(bytes);
            }
            window.clear();
            windowAt = at;
            windowBytes = file.read(window, at);
        }
        window.clear();
        return windowBytes - (at - windowAt) < bytes ? -1 : (int) (at - windowAt);
    }
}
