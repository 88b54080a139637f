package io.millrace.core.log.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Puts the frames of one group together for one gathering write that ends at a page's end. The journal's. */
final class GroupBuffers {
    private static final int SHARED_ZERO_BYTES = WalFrame.ALIGNMENT;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(SHARED_ZERO_BYTES).asReadOnlyBuffer();
    private static final byte[] NOTHING = new byte[WalFrame.PAGE_BYTES + WalFrame.ALIGNMENT];

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer filler = ByteBuffer.allocateDirect(NOTHING.length).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer[] buffers = new ByteBuffer[16];
    private int count;
    private long bytes;
    private int gap;

    /** What is to be written, {@link #count} of them. */
    ByteBuffer[] buffers() {
        return buffers;
    }

    int count() {
        return count;
    }

    /** Bytes of the whole group; a multiple of 4,096 once it is finished. */
    long bytes() {
        return bytes;
    }

    void begin() {
        // Holds on to no frame of the last group.
        Arrays.fill(buffers, 0, count, ZEROS);
        count = 0;
        bytes = 0;
        gap = 0;
    }

    void add(PendingFrame frame, long durableUpTo, long salt) {
        if (gap > 0) {
            put(ZEROS.duplicate().limit(gap));
        }
        WalFrame.sealEvents(
                frame.frame, frame.at, frame.eventCount, frame.position, durableUpTo, frame.millis, salt, crc);
        put(frame.frame);
        gap = (int) (frame.span() - frame.bytes);
        bytes += frame.span();
    }

    /** Fills up to the page's end; an empty group becomes a page that only carries the flushed mark. */
    void finish(long nextNumber, long durableUpTo, long salt) {
        long end = count == 0 ? WalFrame.PAGE_BYTES : WalFrame.pageAlign(bytes);
        int padding = (int) (end - bytes);
        filler.clear();
        filler.put(NOTHING);
        if (padding > 0) {
            WalFrame.sealPadding(filler, gap, padding - WalFrame.HEADER_BYTES, nextNumber, durableUpTo, salt, crc);
        }
        filler.clear().limit(gap + padding);
        if (filler.hasRemaining()) {
            put(filler);
        }
        bytes = end;
    }

    private void put(ByteBuffer buffer) {
        if (count == buffers.length) {
            buffers = Arrays.copyOf(buffers, count * 2);
        }
        buffers[count++] = buffer;
    }
}
