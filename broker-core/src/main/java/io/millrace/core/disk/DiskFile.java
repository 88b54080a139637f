package io.millrace.core.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Blocking; one thread at a time for writes, any number for reads. */
public interface DiskFile extends AutoCloseable {
    /** What {@link #writePages} writes multiples of. */
    int PAGE_BYTES = 4096;

    /** The path it was opened by, for messages. */
    String path();

    /** Writes all that remains in the buffers, in their order, beginning at {@code at}; a short write is completed. */
    void write(ByteBuffer[] buffers, int count, long at) throws IOException;

    /** Writes all that remains in the buffer, beginning at {@code at}. */
    void write(ByteBuffer buffer, long at) throws IOException;

    /**
     * Writes all that remains in the buffer, beginning at {@code at}.
     *
     * @param pages direct memory that begins at a multiple of {@value #PAGE_BYTES}, as do {@code at} and what remains
     */
    default void writePages(ByteBuffer pages, long at) throws IOException {
        write(pages, at);
    }

    /**
     * Reads from {@code at} until the buffer is full or the file ends.
     *
     * @return bytes read; fewer than asked only at the end of the file
     */
    int read(ByteBuffer buffer, long at) throws IOException;

    /** Makes content durable (not times and the like); returning normally is the proof. */
    void force() throws IOException;

    /** Makes sure that {@code bytes} are allocated and filled with zeros where nothing was written yet. */
    void preallocate(long bytes) throws IOException;

    /** Bytes in the file. */
    long size() throws IOException;

    @Override
    void close() throws IOException;
}
