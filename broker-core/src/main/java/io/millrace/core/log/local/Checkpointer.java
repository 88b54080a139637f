package io.millrace.core.log.local;

import io.millrace.core.disk.DiskFullException;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import io.millrace.core.time.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints beside the journal, each as soon as the frames it stands for are durable, never before: a checkpoint
 * proves that they are. A full disk makes it wait; any other error fails the log.
 */
final class Checkpointer {
    private final CheckpointFiles files;
    private final Executor executor;
    private final Timer timer;
    private final long fullDiskRetryNanos;
    private final Consumer<LogException> failure;
    private final AtomicReference<@Nullable Request> waiting = new AtomicReference<>();
    private boolean closed;

    private record Request(long position, ByteBuffer state, Runnable done) {}

    Checkpointer(
            CheckpointFiles files,
            Executor executor,
            Timer timer,
            long fullDiskRetryNanos,
            Consumer<LogException> failure) {
        this.files = files;
        this.executor = executor;
        this.timer = timer;
        this.fullDiskRetryNanos = fullDiskRetryNanos;
        this.failure = failure;
    }

    /** One at a time. {@link #durable} must be called behind it with what is durable already. */
    void ask(long position, ByteBuffer state, Runnable done) {
        if (!waiting.compareAndSet(null, new Request(position, state, done))) {
            throw new IllegalStateException("checkpoint " + position + " was asked for before the last one was done");
        }
    }

    /** Frames up to that position are durable. Any thread; does not block. */
    void durable(long position) {
        Request request = waiting.get();
        if (request != null && request.position <= position && waiting.compareAndSet(request, null)) {
            executor.execute(() -> write(request));
        }
    }

    private void write(Request request) {
        if (writeUnlessClosed(request)) {
            request.done.run();
        }
    }

    private synchronized boolean writeUnlessClosed(Request request) {
        if (closed) {
            return false;
        }
        try {
            files.write(request.position, request.state);
            return true;
        } catch (DiskFullException e) {
            timer.after(fullDiskRetryNanos, () -> executor.execute(() -> write(request)));
        } catch (IOException e) {
            failure.accept(new LogException(
                    Kind.IO, "cannot store the checkpoint of position " + request.position + ": " + e, e));
        }
        return false;
    }

    /** Waits for one that is being written; those that are not begun are forgotten. */
    synchronized void close() {
        closed = true;
    }
}
