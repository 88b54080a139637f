package io.millrace.core.log.local;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.DiskFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The WAL files of a log, of which the last is written to. The journal's, one task at a time. */
final class WalFiles {
    private static final int GROWTH = 4;

    private final Disk disk;
    private final String directory;
    private final LongSupplier salts;
    private final LocalLogOptions options;
    private final SpareFiles spares;
    private final PageOutput output = new PageOutput();
    private final Deque<WalFile> files = new ArrayDeque<>();
    private @Nullable DiskFile open;
    private long tail;
    private boolean resting;

    WalFiles(Disk disk, String directory, LongSupplier salts, LocalLogOptions options, SpareFiles spares) {
        this.disk = disk;
        this.directory = directory;
        this.salts = salts;
        this.options = options;
        this.spares = spares;
    }

    /**
     * Takes over what recovery found.
     *
     * @param recovered oldest first
     * @param last the last of them, open, if it can be gone on with; else null
     * @param tail where the next group begins in it
     */
    void adopt(List<WalFile> recovered, @Nullable DiskFile last, long tail) {
        files.addAll(recovered);
        open = last;
        this.tail = tail;
    }

    /** Bytes that the open file still takes; 0 if none is open. */
    long room() {
        return open == null ? 0 : files.getLast().capacity() - tail;
    }

    /** Whether the open file is more than half full, so that the next one should be made. */
    boolean halfFull() {
        return open == null || tail > files.getLast().capacity() / 2;
    }

    /** What marks the frames of the open file. */
    long salt() {
        return files.getLast().salt();
    }

    /** The open file's path, or the directory if none is open; for messages. */
    String path() {
        return open == null ? directory : files.getLast().path();
    }

    /** Size of the next file. */
    long nextFileBytes() {
        long grown = files.isEmpty() ? 0 : files.getLast().capacity() * GROWTH;
        return Math.max(options.firstFileBytes(), Math.min(options.walFileBytes(), grown));
    }

    /**
     * Begins a new file. Everything appended so far must be flushed.
     *
     * @param first number of the next frame
     * @param continues number of the last frame
     * @param groupBytes what it must hold at least
     * @throws io.millrace.core.disk.DiskFullException if there is no room; the state is as before
     */
    void roll(long first, long continues, long groupBytes) throws IOException {
        begin(
                spares.take(WalFile.FRAMES_AT + groupBytes, nextFileBytes(), options.firstFileBytes()),
                first,
                continues,
                null);
        resting = false;
    }

    /**
     * Goes on with a file as small as the first, if the open one is larger, and gives up the larger ones that are spare;
     * those that are dropped until another file is begun are not kept either. Does nothing if the disk is full.
     */
    void rest(long first, long continues) throws IOException {
        if (open == null || files.getLast().capacity() <= options.firstFileBytes()) {
            return;
        }
        try {
            begin(spares.takeNew(options.firstFileBytes()), first, continues, null);
            resting = true;
            spares.shrink(options.firstFileBytes());
        } catch (DiskFullException e) {
            // What is there has room for what little comes.
        }
    }

    /**
     * Begins the first new file after a start.
     *
     * @param first number of the first frame in it
     * @param continues number of the last frame before it
     * @param content what stands in it from the beginning; null for nothing
     * @throws io.millrace.core.disk.DiskFullException if there is no room; the state is as before
     */
    void rollAtStart(long first, long continues, @Nullable WalTail content) throws IOException {
        long bytes = content == null ? WalFrame.PAGE_BYTES : content.bytes();
        begin(spares.takeAtStart(WalFile.FRAMES_AT + bytes, options.firstFileBytes()), first, continues, content);
    }

    private void begin(SpareFiles.Taken taken, long first, long continues, @Nullable WalTail content)
            throws IOException {
        String path = directory + "/" + WalFile.name(first);
        long salt = salts.getAsLong();
        try {
            if (content != null) {
                content.copyTo(taken.file(), salt);
            }
            taken.file().write(WalFile.header(first, continues, salt), 0);
            taken.file().force();
            disk.rename(taken.path(), path);
            disk.forceDirectory(directory);
        } catch (IOException e) {
            taken.file().close();
            throw e;
        }
        closeOpen();
        if (!files.isEmpty() && files.getLast().first() == first) {
            // One without a frame, or whose frames stand in the new one: the rename has replaced it.
            files.removeLast();
        }
        files.addLast(new WalFile(path, first, continues, salt, taken.bytes()));
        open = taken.file();
        tail = WalFile.FRAMES_AT + (content == null ? 0 : content.bytes());
    }

    /** Writes a group at the tail and flushes it. */
    void write(ByteBuffer[] buffers, int count, long bytes) throws IOException {
        DiskFile file = open;
        if (file == null) {
            throw new IllegalStateException("no WAL file is open in " + directory);
        }
        output.write(file, buffers, count, bytes, tail);
        file.force();
        tail += bytes;
    }

    /** Gives back the files all of whose frames have a number below {@code position}; never the last. */
    void dropBefore(long position) throws IOException {
        while (files.size() > 1) {
            WalFile oldest = files.removeFirst();
            if (files.getFirst().first() > position) {
                files.addFirst(oldest);
                return;
            }
            boolean ordinary =
                    oldest.capacity() >= options.firstFileBytes() && oldest.capacity() <= options.walFileBytes();
            if (resting || !ordinary || !spares.give(oldest.path(), oldest.capacity(), nextFileBytes())) {
                disk.delete(oldest.path());
            }
        }
    }

    void closeOpen() throws IOException {
        DiskFile file = open;
        open = null;
        if (file != null) {
            file.close();
        }
    }
}
