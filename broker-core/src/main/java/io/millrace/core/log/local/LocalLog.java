package io.millrace.core.log.local;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.disk.DiskFullException;
import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import io.millrace.core.log.LogListener;
import io.millrace.core.time.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A log in files of one directory.
 *
 * <pre>
 * wal/         &lt;first position&gt;.wal   see {@link WalFile} and {@link WalFrame}
 *              &lt;n&gt;.spare              allocated, waiting to become a WAL file
 * checkpoint/  &lt;position&gt;.ckp         see {@link CheckpointFiles}
 * </pre>
 *
 * <p>Threads: opening, {@link #replay} and {@link #close} block their caller; writing is done by one task at a time on the
 * executor, whose threads must never be interrupted (see the package). Several logs may share an executor.
 *
 * <p>Errors: a failed write or flush is final; nothing is written or told after it, because after a failed flush nobody
 * knows which pages the system has thrown away. A full disk is not an error: frames wait until there is room again.
 */
public final class LocalLog implements Log {
    private static final LogListener NOBODY = new LogListener() {
        @Override
        public void durable(long position) {}

        @Override
        public void failed(LogException cause) {}
    };

    private final Disk disk;
    private final String walDirectory;
    private final Executor executor;
    private final Timer timer;
    private final LocalLogOptions options;
    private final SpareFiles spares;
    private final WalFiles files;
    private final CheckpointFiles checkpoints;

    private LogListener listener = NOBODY;
    private volatile @Nullable Journal journal;
    private volatile @Nullable Checkpointer checkpointer;
    private long last;
    private volatile boolean closed;

    private LocalLog(
            Disk disk, String directory, Executor executor, Timer timer, LongSupplier salts, LocalLogOptions options) {
        this.disk = disk;
        this.walDirectory = directory + "/wal";
        this.executor = executor;
        this.timer = timer;
        this.options = options;
        this.spares = new SpareFiles(disk, walDirectory);
        this.files = new WalFiles(disk, walDirectory, salts, options, spares);
        this.checkpoints = new CheckpointFiles(disk, directory + "/checkpoint");
    }

    /**
     * Opens the log in that directory, making it if it is not there. Blocking.
     *
     * @param directory relative to the disk, used by nobody else
     * @param executor runs the journal's task and the making of files and checkpoints; these block
     * @param salts random numbers that clients cannot guess; asked once for each file
     */
    public static LocalLog open(
            Disk disk, String directory, Executor executor, Timer timer, LongSupplier salts, LocalLogOptions options)
            throws LogException {
        LocalLog log = new LocalLog(disk, directory, executor, timer, salts, options);
        try {
            disk.createDirectory(log.walDirectory);
            disk.createDirectory(directory + "/checkpoint");
            log.checkpoints.adopt();
            log.spares.adopt(options.firstFileBytes());
        } catch (IOException e) {
            throw unreadable("open", directory, e);
        }
        return log;
    }

    private static LogException unreadable(String what, String where, IOException e) {
        if (e instanceof LogException known) {
            return known;
        }
        return new LogException(
                Kind.IO, "cannot " + what + " " + where + ": " + e + "; check the disk, owner and mode", e);
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() throws LogException {
        try {
            return checkpoints.newest();
        } catch (IOException e) {
            throw unreadable("read the checkpoints beside", walDirectory, e);
        }
    }

    @Override
    public void replay(long from, FrameReader reader) throws LogException {
        if (journal != null || closed) {
            throw new IllegalStateException("the log in " + walDirectory + " was replayed or closed before");
        }
        try {
            WalRecovery recovery = new WalRecovery(disk, walDirectory, options.salvage(), checkpoints.newestPosition());
            begin(recovery.run(Math.max(1, from), reader));
        } catch (IOException e) {
            throw unreadable("read", walDirectory, e);
        }
    }

    private void begin(WalRecovery.Recovered found) throws IOException {
        files.adopt(found.files(), found.open(), found.tail());
        if (found.open() == null) {
            beginFile(found);
        }
        last = found.next() - 1;
        // The journal calls the checkpointer and the other way round, so one of them is given a view of the field.
        Journal writer = new Journal(
                files,
                executor,
                timer,
                options,
                listener,
                found.next(),
                found.continues(),
                this::flushed,
                this::makeSpares);
        checkpointer = new Checkpointer(checkpoints, executor, timer, options.fullDiskRetryNanos(), writer::poison);
        journal = writer;
        // The reserve is small, and stays so until the log is busy.
        executor.execute(() -> refill(1, options.firstFileBytes()));
    }

    /** Begins the file that appending goes on in, with what of the last one is not proven to be on the disk. */
    @SuppressWarnings("try") // the file is only to be closed
    private void beginFile(WalRecovery.Recovered found) throws IOException {
        WalTail unproven = found.unproven();
        if (unproven == null) {
            try {
                files.rollAtStart(found.next(), found.continues(), null);
            } catch (DiskFullException e) {
                // Start all the same, so that consumers can make room; the first frame tries again.
            }
            return;
        }
        try (DiskFile source = unproven.file()) {
            try {
                files.rollAtStart(unproven.first(), unproven.continues(), unproven);
            } catch (DiskFullException e) {
                unproven.rewrite();
            }
        }
    }

    private void flushed(long position) {
        Checkpointer known = checkpointer;
        if (known != null) {
            known.durable(position);
        }
    }

    /** Called by the journal, whose files only it may look at. */
    private void makeSpares() {
        long bytes = files.nextFileBytes();
        executor.execute(() -> refill(SpareFiles.COUNT_WANTED, bytes));
    }

    private void refill(int count, long bytes) {
        try {
            spares.refill(count, bytes);
        } catch (IOException e) {
            opened().poison(unreadable("allocate a file in", walDirectory, e));
        }
    }

    private Journal opened() {
        Journal known = journal;
        if (known == null) {
            throw new IllegalStateException("the log in " + walDirectory + " must be replayed first");
        }
        return known;
    }

    @Override
    public void listener(LogListener wanted) {
        listener = wanted;
        Journal known = journal;
        if (known != null) {
            known.listener(wanted);
        }
    }

    @Override
    public long append(ByteBuffer frame, int eventCount, long millis, Urgency urgency) {
        Journal known = opened();
        if (closed) {
            throw new IllegalStateException("the log in " + walDirectory + " is closed");
        }
        int bytes = frame.remaining();
        if (bytes < FRAME_HEADER_BYTES || bytes > FRAME_BYTES_MAX || eventCount < 1) {
            throw new IllegalArgumentException("a frame of " + bytes + " bytes with " + eventCount
                    + " events; it must have " + FRAME_HEADER_BYTES + " to " + FRAME_BYTES_MAX
                    + " bytes and at least 1 event");
        }
        // A view of its own, because the owner may move its positions while the frame is written.
        ByteBuffer view = frame.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long position = ++last;
        known.append(new PendingFrame(view, eventCount, millis, position), urgency == Urgency.NOW);
        return position;
    }

    @Override
    public void hurry() {
        opened().hurry(last);
    }

    @Override
    public long durable() {
        Journal known = journal;
        return known == null ? 0 : known.durable();
    }

    @Override
    public long last() {
        return last;
    }

    @Override
    public long unflushedBytes() {
        Journal known = journal;
        return known == null ? 0 : known.unflushedBytes();
    }

    @Override
    public void checkpoint(long position, ByteBuffer state, Runnable done) {
        Journal known = opened();
        Checkpointer writer = checkpointer;
        if (writer == null || closed || position > last || position < 0) {
            throw new IllegalStateException("checkpoint of position " + position + " of a log that ends at " + last
                    + (closed ? " and is closed" : ""));
        }
        writer.ask(position, state, done);
        known.hurry(position);
        writer.durable(known.durable());
    }

    @Override
    public void dropBefore(long position) {
        opened().dropBefore(position);
    }

    @Override
    public void rest() {
        opened().rest();
    }

    @Override
    public void close() throws LogException {
        closed = true;
        Journal known = journal;
        Checkpointer writer = checkpointer;
        if (known == null || writer == null) {
            return;
        }
        try {
            known.close();
        } finally {
            writer.close();
            spares.close();
        }
    }
}
