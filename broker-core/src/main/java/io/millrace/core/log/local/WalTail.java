package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The end of a log that was not closed: it can be read, and nothing proves that the last group is on the disk.
 *
 * <p>What a start reads comes from the system's memory. If the flush of these bytes was refused, the system may have marked
 * them as written all the same, and then another flush reports success and writes nothing. So they are written once more,
 * into a file of their own, before anything is built on them. Not in place: a power cut in the middle could tear pages of a
 * group that had been flushed, and confirmed, after all.
 *
 * @param file where they were read from, open; closed by the owner of this
 * @param salt what marks the frames of that file
 * @param at where that group, or one before it, begins; a multiple of 4,096
 * @param end where the readable frames end
 * @param first number of its first frame
 * @param next number of the frame behind it
 * @param continues number of the last frame before it
 */
record WalTail(DiskFile file, long salt, long at, long end, long first, long next, long continues) {
    private static final int WINDOW_BYTES = 1 << 20;

    /** Bytes that it takes in another file, behind that file's first page. */
    long bytes() {
        return WalFrame.pageAlign(end - at);
    }

    /** Writes the frames into another file, from its second page on, as frames of that file. Forces nothing. */
    void copyTo(DiskFile target, long targetSalt) throws IOException {
        CRC32C crc = new CRC32C();
        WalFrame.Header header = new WalFrame.Header();
        ByteBuffer window = window();
        long headerAt = at;
        for (long from = at; from < end; from += window.capacity()) {
            int bytes = load(window, from);
            while (headerAt < from + bytes) {
                int offset = (int) (headerAt - from);
                window.clear();
                if (WalFrame.read(window, offset, salt, header, crc)) {
                    window.clear();
                    WalFrame.salt(window, offset, targetSalt, crc);
                    headerAt += header.span();
                } else {
                    headerAt = behindPadding(headerAt);
                }
            }
            window.clear().limit(bytes);
            target.write(window, WalFile.FRAMES_AT + from - at);
        }
        fill(target, targetSalt, crc);
    }

    /** Where the next group begins if what stands there is a damaged padding, which recovery has passed over as well. */
    private long behindPadding(long damagedAt) throws IOException {
        long page = WalFrame.pageAlign(damagedAt);
        if (page == damagedAt) {
            throw new IOException(file.path() + ": the frame at offset " + damagedAt
                    + " could be read a moment ago and cannot be read now; check the disk");
        }
        return page;
    }

    /** A group that was cut within a page ends with that page. */
    private void fill(DiskFile target, long targetSalt, CRC32C crc) throws IOException {
        int gap = (int) (bytes() - (end - at));
        if (gap > 0) {
            ByteBuffer padding = ByteBuffer.allocate(gap).order(ByteOrder.LITTLE_ENDIAN);
            WalFrame.sealPadding(padding, 0, gap - WalFrame.HEADER_BYTES, next, first - 1, targetSalt, crc);
            target.write(padding.clear(), WalFile.FRAMES_AT + end - at);
        }
    }

    /** Where there is no room for another file: writes the same bytes to the same place and forces them. */
    void rewrite() throws IOException {
        ByteBuffer window = window();
        for (long from = at; from < end; from += window.capacity()) {
            int bytes = load(window, from);
            window.clear().limit(bytes);
            file.write(window, from);
        }
        file.force();
    }

    private ByteBuffer window() {
        return ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The bytes from there on, as many as the window takes. */
    private int load(ByteBuffer window, long from) throws IOException {
        int bytes = (int) Math.min(window.capacity(), end - from);
        window.clear().limit(bytes);
        if (file.read(window, from) < bytes) {
            throw new IOException(file.path() + ": has no " + bytes + " bytes at offset " + from + " any more");
        }
        window.clear();
        return bytes;
    }
}
