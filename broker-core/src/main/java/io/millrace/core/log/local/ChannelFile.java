package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** A file of the file system. */
final class ChannelFile implements DiskFile {
    /**
     * Largest piece that a heap buffer is moved in: for it the JDK takes a direct buffer of the piece's size and keeps it
     * with the thread.
     */
    private static final int HEAP_PIECE_BYTES = 1 << 20;

    /** Also the most that a flush of somebody else's has to wait for while a file is filled. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect((1 << 20) + PAGE_BYTES)
            .alignedSlice(PAGE_BYTES)
            .asReadOnlyBuffer();

    private final String path;
    private final FileChannel channel;
    /** The same file, written past the system's cache; null if that is not possible, or not wanted. */
    private final @Nullable FileChannel pages;

    ChannelFile(String path, FileChannel channel, @Nullable FileChannel pages) {
        this.path = path;
        this.channel = channel;
        this.pages = pages;
    }

    /** Recognises a full disk, for which the JDK has no exception of its own. */
    static IOException translate(IOException e, String what, String path) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
            return new DiskFullException("cannot " + what + " " + path + ": " + text, e);
        }
        return e;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(ByteBuffer[] buffers, int count, long at) throws IOException {
        for (int i = 0; i < count; i++) {
            if (!buffers[i].isDirect()) {
                writeOneByOne(buffers, count, at);
                return;
            }
        }
        try {
            channel.position(at);
            int first = 0;
            while (first < count) {
                if (buffers[first].hasRemaining()) {
                    // Takes at most as many buffers as the system's vector holds, hence the loop.
                    channel.write(buffers, first, count - first);
                } else {
                    first++;
                }
            }
        } catch (IOException e) {
            throw translate(e, "write", path);
        }
    }

    private void writeOneByOne(ByteBuffer[] buffers, int count, long at) throws IOException {
        long to = at;
        for (int i = 0; i < count; i++) {
            int bytes = buffers[i].remaining();
            write(buffers[i], to);
            to += bytes;
        }
    }

    @Override
    public void write(ByteBuffer buffer, long at) throws IOException {
        write(channel, buffer, at);
    }

    @Override
    public void writePages(ByteBuffer buffer, long at) throws IOException {
        write(pages == null ? channel : pages, buffer, at);
    }

    private void write(FileChannel to, ByteBuffer buffer, long at) throws IOException {
        int end = buffer.limit();
        long next = at;
        try {
            while (buffer.position() < end) {
                buffer.limit(piece(buffer, end));
                next += to.write(buffer, next);
            }
        } catch (IOException e) {
            throw translate(e, "write", path);
        } finally {
            buffer.limit(end);
        }
    }

    @Override
    public int read(ByteBuffer buffer, long at) throws IOException {
        int end = buffer.limit();
        int bytes = 0;
        try {
            while (buffer.position() < end) {
                buffer.limit(piece(buffer, end));
                int read = channel.read(buffer, at + bytes);
                if (read < 0) {
                    break;
                }
                bytes += read;
            }
        } finally {
            buffer.limit(end);
        }
        return bytes;
    }

    private static int piece(ByteBuffer buffer, int end) {
        return buffer.isDirect() ? end : Math.min(end, buffer.position() + HEAP_PIECE_BYTES);
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void preallocate(long bytes) throws IOException {
        // Written, not only reserved: an allocated extent that was never written still costs a flush of metadata.
        // Piece by piece to the disk: what is flushed meanwhile, a log above all, would wait behind all of it
        // otherwise.
        ByteBuffer zeros = ZEROS.duplicate();
        for (long at = channel.size(); at < bytes; at += zeros.limit()) {
            zeros.position(0).limit((int) Math.min(zeros.capacity(), bytes - at));
            if (pages != null && (at | zeros.limit()) % PAGE_BYTES == 0) {
                write(pages, zeros, at);
            } else {
                write(channel, zeros, at);
                force();
            }
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    @SuppressWarnings("try") // it is only to be closed
    public void close() throws IOException {
        try (FileChannel both = pages) {
            channel.close();
        }
    }
}
