package io.millrace.core.store;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Segments as files of one directory, laid out as {@link SegmentLayout} says.
 *
 * <p>A file becomes valid by being referred to: its content is made durable, then its name, then the completion runs and
 * the owner may log a reference. Whatever no one refers to is deleted by {@link #recover}, which has to be called before
 * anything else. A failed write leaves no file and may be tried again, with the same number or another.
 *
 * <p>After {@link #close} no completion runs. Reads and writes that are under way then still end on their workers; the
 * directory may be opened anew once they have.
 */
public final class FileSegments implements Segments {
    /** Most files that are kept open while nobody reads them. */
    public static final int OPEN_FILES_MAX = 64;

    private final Disk disk;
    private final String directory;
    private final Executor io;
    private final Executor owner;
    private final int openFilesMax;
    private final SegmentWriter writer;
    private final WindowMemory windows = new WindowMemory();
    private final AtomicLong bytesOnDisk = new AtomicLong();

    private final Map<Long, SegmentHandle> live = new HashMap<>();
    /** The live ones whose files may be open, the one that was needed last at the end. */
    private final Map<Long, SegmentHandle> open = new LinkedHashMap<>(16, 0.75f, true);

    private boolean recovered;
    private boolean writing;
    private int readsUnderWay;
    private boolean closed;

    /**
     * @param disk where the files are
     * @param directory their directory; nothing else may be kept in it under a segment's name
     * @param io runs what blocks, on any number of threads, none of which is ever interrupted
     * @param owner runs completions, one at a time
     */
    public FileSegments(Disk disk, String directory, Executor io, Executor owner) {
        this(disk, directory, io, owner, OPEN_FILES_MAX, SegmentLayout.FILE_BYTES_MAX);
    }

    FileSegments(Disk disk, String directory, Executor io, Executor owner, int openFilesMax, long fileBytesMax) {
        this.disk = disk;
        this.directory = directory;
        this.io = io;
        this.owner = owner;
        this.openFilesMax = openFilesMax;
        writer = new SegmentWriter(disk, directory, fileBytesMax);
    }

    /** What a worker does with an open segment. */
    @FunctionalInterface
    private interface Reading<T> {
        T read(SegmentFile file) throws IOException;
    }

    @Override
    public void write(long segment, SegmentPlan plan, Completion<Written> completion) {
        checkWrite(segment);
        SegmentPlan own = ownPositions(plan);
        write(segment, () -> own, completion);
    }

    @Override
    public void copy(long segment, List<Kept> kept, Completion<Written> completion) {
        checkWrite(segment);
        SegmentHandle handle = needed(kept.get(0).run().segment());
        write(
                segment,
                () -> {
                    try {
                        return plan(handle, kept);
                    } finally {
                        handle.release();
                    }
                },
                completion);
    }

    /** What cannot be read, for whatever reason, is not copied; only writes that are refused are errors of their own. */
    private static SegmentPlan plan(SegmentHandle handle, List<Kept> kept) throws DamagedException {
        try {
            SegmentFile file = handle.beginRead();
            try {
                return new SegmentCopy(file).plan(kept);
            } finally {
                handle.endRead();
            }
        } catch (DamagedException e) {
            throw e;
        } catch (IOException e) {
            DamagedException unreadable = new DamagedException("a segment cannot be read for its copy: " + e);
            unreadable.initCause(e);
            throw unreadable;
        }
    }

    private void checkWrite(long segment) {
        checkOpen();
        if (segment < 1 || live.containsKey(segment)) {
            throw new IllegalStateException("segment " + segment + " in " + directory
                    + " cannot be written: numbers are 1 or more and are used once");
        }
        if (writing) {
            throw new IllegalStateException("segment " + segment + " in " + directory
                    + " cannot be written while another one is; wait for its completion");
        }
    }

    /** Makes a plan on a worker. */
    @FunctionalInterface
    private interface Planning {
        SegmentPlan plan() throws IOException;
    }

    private void write(long segment, Planning planning, Completion<Written> completion) {
        writing = true;
        execute(() -> {
            Written written = null;
            Exception failure = null;
            try {
                written = writer.write(segment, planning.plan());
                bytesOnDisk.addAndGet(written.bytes());
            } catch (Throwable thrown) {
                failure = exception(thrown);
            }
            endWrite(written, failure, completion);
        });
    }

    /** The same plan with buffers whose positions and limits nobody else moves: deliveries go on from the same memory. */
    private static SegmentPlan ownPositions(SegmentPlan plan) {
        List<ByteBuffer> buffers = new ArrayList<>(plan.buffers().size());
        for (ByteBuffer buffer : plan.buffers()) {
            buffers.add(buffer.duplicate().order(buffer.order()).clear());
        }
        return new SegmentPlan(buffers, plan.runs());
    }

    private void endWrite(@Nullable Written written, @Nullable Exception failure, Completion<Written> completion) {
        owner.execute(() -> {
            writing = false;
            if (closed) {
                return;
            }
            if (written != null) {
                addLive(written.segment(), written.bytes());
                completion.done(written);
            } else if (failure != null) {
                completion.failed(failure);
            }
        });
    }

    @Override
    public void readIndex(Run run, long from, long to, Completion<IndexBlock> completion) {
        read(run.segment(), file -> file.readIndex(run, from, to), completion);
    }

    @Override
    public void readRecords(long segment, int offset, int length, int readAhead, Completion<Window> completion) {
        read(segment, file -> file.readRecords(offset, length, readAhead, windows), completion);
    }

    @Override
    public void release(Window window) {
        ByteBuffer lent = window.lent();
        if (lent != null) {
            // Later, because who asked for it may still be looking at a record in it.
            owner.execute(() -> windows.give(lent));
        }
    }

    @Override
    public void scrub(Run run, ScrubPoint from, int bytesMax, Completion<Scrubbed> completion) {
        if (closed || !live.containsKey(run.segment())) {
            return;
        }
        read(run.segment(), file -> file.scrub(run, from, bytesMax), new Completion<>() {
            @Override
            public void done(Scrubbed scrubbed) {
                completion.done(scrubbed);
            }

            @Override
            public void failed(Exception cause) {
                if (cause instanceof DamagedException) {
                    Flaw all = new Flaw(run.first(), run.last(), String.valueOf(cause.getMessage()));
                    completion.done(new Scrubbed(new ScrubPoint(run.count(), run.last(), false), 0, List.of(all)));
                } else {
                    completion.failed(cause);
                }
            }
        });
    }

    @Override
    public boolean isBusy() {
        return writing || readsUnderWay > 0;
    }

    private <T> void read(long segment, Reading<T> reading, Completion<T> completion) {
        checkOpen();
        SegmentHandle handle = needed(segment);
        readsUnderWay++;
        execute(() -> {
            T result = null;
            Exception failure = null;
            try {
                SegmentFile file = handle.beginRead();
                try {
                    result = reading.read(file);
                } finally {
                    handle.endRead();
                }
            } catch (Throwable thrown) {
                failure = exception(thrown);
            } finally {
                handle.release();
            }
            endRead(result, failure, completion);
        });
    }

    private <T> void endRead(@Nullable T result, @Nullable Exception failure, Completion<T> completion) {
        owner.execute(() -> {
            readsUnderWay--;
            if (closed) {
                return;
            }
            if (result != null) {
                completion.done(result);
            } else if (failure != null) {
                completion.failed(failure);
            }
        });
    }

    /** The handle of a segment, counted as needed and as open; others may have to be closed for it. */
    private SegmentHandle needed(long segment) {
        SegmentHandle handle = live.get(segment);
        if (handle == null) {
            throw new IllegalStateException("segment " + segment + " in " + directory
                    + " cannot be read: it was deleted, or neither written nor named as live to recover()");
        }
        handle.need();
        handle.kept(true);
        open.put(segment, handle);
        if (open.size() > openFilesMax) {
            Iterator<SegmentHandle> eldest = open.values().iterator();
            SegmentHandle evicted = eldest.next();
            eldest.remove();
            evicted.kept(false);
            execute(evicted::closeIfUnused);
        }
        return handle;
    }

    @Override
    public void delete(long segment) {
        checkOpen();
        SegmentHandle handle = live.remove(segment);
        if (handle != null) {
            open.remove(segment);
            handle.kept(false);
            execute(handle::release);
        }
    }

    @Override
    public List<Long> recover(Iterable<Long> referred) throws IOException {
        if (recovered) {
            throw new IllegalStateException("the segments in " + directory + " were recovered before");
        }
        disk.createDirectory(directory);
        Set<Long> there = new HashSet<>();
        for (String name : disk.list(directory)) {
            long segment = SegmentLayout.number(name);
            if (segment >= 0) {
                there.add(segment);
            }
        }
        List<Long> damaged = new ArrayList<>();
        for (Long segment : referred) {
            if (live.containsKey(segment)) {
                continue;
            }
            long bytes = there.remove(segment) ? check(segment) : -1;
            if (bytes < 0) {
                damaged.add(segment);
            }
            addLive(segment, Math.max(bytes, 0));
            bytesOnDisk.addAndGet(Math.max(bytes, 0));
        }
        for (Long orphan : there) {
            disk.delete(path(orphan)); // one that a crash brings back is an orphan again
        }
        recovered = true;
        return damaged;
    }

    /** The bytes of a segment that is closed properly, or -1 if it is damaged. */
    private long check(long segment) throws IOException {
        DiskFile opened = disk.open(path(segment)); // no file can be opened: that is not one segment's damage
        try (SegmentFile file = SegmentFile.open(opened, segment)) {
            file.checkDirectory();
            return file.bytes();
        } catch (SegmentFile.NewerFormatException newer) {
            throw newer;
        } catch (IOException unreadable) {
            return -1; // the first read of it says why, in full
        }
    }

    @Override
    public long bytes() {
        return bytesOnDisk.get();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (SegmentHandle handle : open.values()) {
            handle.kept(false);
            execute(handle::closeIfUnused);
        }
        open.clear();
        live.clear();
    }

    private void addLive(long segment, long bytes) {
        live.put(segment, new SegmentHandle(disk, path(segment), segment, bytes, bytesOnDisk));
    }

    private String path(long segment) {
        return directory + '/' + SegmentLayout.fileName(segment);
    }

    /** Hands a task to a worker; one that is refused, because the workers are stopping, is carried out here. */
    private void execute(Runnable task) {
        try {
            io.execute(task);
        } catch (RejectedExecutionException stopping) {
            task.run();
        }
    }

    private void checkOpen() {
        if (closed || !recovered) {
            throw new IllegalStateException("the segments in " + directory
                    + (closed ? " are closed" : " were not recovered yet; call recover() first"));
        }
    }

    private static Exception exception(Throwable thrown) {
        if (thrown instanceof Exception exception) {
            return exception;
        }
        return new IOException("a segment could not be read or written: " + thrown, thrown);
    }
}
