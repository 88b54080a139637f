package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Copies the buffers of a group into memory that begins at a page, and writes it page by page. That copy takes the place of
 * the system's own: whole pages go to the disk past its cache, see {@link DiskFile#writePages}. The journal's.
 */
final class PageOutput {
    /** Larger groups take several writes. */
    private static final int BYTES_MAX = 512 << 10;

    private static final int BYTES_FIRST = 16 << 10;

    private ByteBuffer pages = allocate(BYTES_FIRST);

    /**
     * Writes all that remains in the buffers, beginning at {@code at}.
     *
     * @param bytes what that is in all; a multiple of 4,096, as is {@code at}
     */
    void write(DiskFile file, ByteBuffer[] buffers, int count, long bytes, long at) throws IOException {
        if (pages.capacity() < bytes && pages.capacity() < BYTES_MAX) {
            pages = allocate((int) Math.min(BYTES_MAX, Long.highestOneBit(bytes - 1) * 2));
        }
        pages.clear();
        long to = at;
        for (int i = 0; i < count; i++) {
            ByteBuffer buffer = buffers[i];
            int end = buffer.limit();
            while (buffer.position() < end) {
                buffer.limit(Math.min(end, buffer.position() + pages.remaining()));
                pages.put(buffer);
                if (!pages.hasRemaining()) {
                    to += flush(file, to);
                }
            }
        }
        if (pages.position() > 0) {
            flush(file, to);
        }
    }

    private int flush(DiskFile file, long at) throws IOException {
        int bytes = pages.flip().remaining();
        file.writePages(pages, at);
        pages.clear();
        return bytes;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes + DiskFile.PAGE_BYTES)
                .alignedSlice(DiskFile.PAGE_BYTES)
                .slice(0, bytes);
    }
}
