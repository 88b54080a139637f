package io.millrace.core.store;

import io.millrace.core.disk.Disk;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A segment and its file, open or not.
 *
 * <p>The owner counts who needs the segment, workers open, close and delete the file: so the owner never waits for the
 * disk, and the file stays open until the last read has ended. The monitor is taken by workers only.
 */
final class SegmentHandle {
    private final Disk disk;
    private final String path;
    private final long segment;
    private final long bytes;
    private final AtomicLong bytesOnDisk;
    /** 1 for the segment's being live, and 1 for each read asked for and not ended; at 0 the file is deleted. */
    private final AtomicInteger needs = new AtomicInteger(1);
    /** Whether the owner counts it among the open ones. Written by the owner. */
    private volatile boolean kept;

    private @Nullable SegmentFile file;
    private int readers;

    /**
     * @param bytes its size on disk
     * @param bytesOnDisk what to subtract {@code bytes} from once the file is deleted
     */
    SegmentHandle(Disk disk, String path, long segment, long bytes, AtomicLong bytesOnDisk) {
        this.disk = disk;
        this.path = path;
        this.segment = segment;
        this.bytes = bytes;
        this.bytesOnDisk = bytesOnDisk;
    }

    long segment() {
        return segment;
    }

    /** Says that a read will come. Owner only, while the segment is live. */
    void need() {
        needs.incrementAndGet();
    }

    /** Sets whether the file is to stay open when nobody reads. Owner only. */
    void kept(boolean whether) {
        kept = whether;
    }

    /** Opens the file if it is not open, for one reader more. Worker. */
    synchronized SegmentFile beginRead() throws IOException {
        SegmentFile open = file;
        if (open == null) {
            open = SegmentFile.open(disk, path, segment);
            file = open;
        }
        readers++;
        return open;
    }

    /** One reader less. Worker. */
    synchronized void endRead() {
        readers--;
        closeIfUnused();
    }

    /** Closes the file unless it is read or to be kept. Worker. */
    synchronized void closeIfUnused() {
        SegmentFile open = file;
        if (open == null || readers > 0 || kept) {
            return;
        }
        file = null;
        try {
            open.close();
        } catch (IOException ignored) {
            // It was read only, so there is nothing that a failing close could have lost.
        }
    }

    /** One need less; with the last one the file goes. Worker. */
    void release() {
        if (needs.decrementAndGet() > 0) {
            return;
        }
        kept = false;
        closeIfUnused();
        try {
            disk.delete(path);
            bytesOnDisk.addAndGet(-bytes);
        } catch (IOException ignored) {
            // It stays counted in the bytes on disk; the next recovery finds that nobody refers to it.
        }
    }
}
