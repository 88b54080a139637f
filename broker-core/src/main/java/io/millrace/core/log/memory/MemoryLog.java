package io.millrace.core.log.memory;

import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory: keeps its frames until they are dropped, so that a state can be rebuilt within the process.
 *
 * <p>Frames become "durable" by a task on the executor, or, without an executor, when {@link #flush} is called. A lazy
 * frame is treated as an urgent one. Any thread may call any method; memory grows with what is not dropped.
 */
public final class MemoryLog implements Log {
    private final @Nullable Executor executor;
    private final Deque<Frame> frames;
    private @Nullable Checkpoint checkpoint;
    private @Nullable LogListener listener;
    private long last;
    private long durable;
    private long unflushedBytes;
    private boolean replayed;
    private boolean closed;
    private boolean scheduled;

    private record Frame(long position, long millis, ByteBuffer events, int eventCount) {}

    private MemoryLog(@Nullable Executor executor, Deque<Frame> frames, long last) {
        this.executor = executor;
        this.frames = frames;
        this.last = last;
        this.durable = last;
    }

    /** A new log whose frames become durable by a task on that executor, one for each burst. */
    public static MemoryLog flushedBy(Executor executor) {
        return new MemoryLog(executor, new ArrayDeque<>(), 0);
    }

    /** A new log whose frames become durable by {@link #flush} only. */
    public static MemoryLog flushedByHand() {
        return new MemoryLog(null, new ArrayDeque<>(), 0);
    }

    /** What a restart after a crash would find: the durable frames and the checkpoint; this log is closed by it. */
    public synchronized MemoryLog reopened() {
        closed = true;
        Deque<Frame> survivors = new ArrayDeque<>();
        for (Frame frame : frames) {
            if (frame.position <= durable) {
                survivors.addLast(frame);
            }
        }
        MemoryLog log = new MemoryLog(executor, survivors, durable);
        log.checkpoint = checkpoint;
        return log;
    }

    /** Makes all frames durable and tells the listener. */
    public void flush() {
        long position;
        LogListener told;
        synchronized (this) {
            scheduled = false;
            if (durable == last) {
                return;
            }
            durable = last;
            unflushedBytes = 0;
            position = durable;
            told = listener;
        }
        if (told != null) {
            told.durable(position);
        }
    }

    private void flushUnlessClosed() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        flush();
    }

    @Override
    public synchronized @Nullable Checkpoint latestCheckpoint() {
        Checkpoint known = checkpoint;
        return known == null ? null : new Checkpoint(known.position(), view(known.state()));
    }

    @Override
    public synchronized void replay(long from, FrameReader reader) throws LogException {
        if (replayed || closed) {
            throw new IllegalStateException("the log was replayed or closed before");
        }
        long oldest = frames.isEmpty() ? last + 1 : frames.getFirst().position;
        long first = Math.max(1, from);
        if (first < oldest || first > last + 1) {
            throw new LogException(
                    LogException.Kind.CORRUPT,
                    "frames from " + first + " on are asked for; the log in memory holds " + oldest + " to " + last,
                    null);
        }
        for (Frame frame : frames) {
            if (frame.position >= first) {
                reader.frame(frame.position, frame.millis, view(frame.events), frame.eventCount);
            }
        }
        replayed = true;
    }

    private static ByteBuffer view(ByteBuffer buffer) {
        return buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public synchronized void listener(LogListener wanted) {
        listener = wanted;
    }

    @Override
    public long append(ByteBuffer frame, int eventCount, long millis, Urgency urgency) {
        int bytes = frame.remaining();
        if (bytes < FRAME_HEADER_BYTES || bytes > FRAME_BYTES_MAX || eventCount < 1) {
            throw new IllegalArgumentException("a frame of " + bytes + " bytes with " + eventCount
                    + " events; it must have " + FRAME_HEADER_BYTES + " to " + FRAME_BYTES_MAX
                    + " bytes and at least 1 event");
        }
        // Copied, because the owner may use the buffer again as soon as the frame is durable.
        ByteBuffer events = ByteBuffer.allocate(bytes - FRAME_HEADER_BYTES);
        ByteBuffer source = frame.duplicate();
        events.put(source.position(source.position() + FRAME_HEADER_BYTES)).flip();
        boolean schedule;
        long position;
        synchronized (this) {
            if (!replayed || closed) {
                throw new IllegalStateException("the log is closed, or was not replayed yet");
            }
            position = ++last;
            frames.addLast(new Frame(position, millis, events, eventCount));
            unflushedBytes += bytes;
            schedule = executor != null && !scheduled;
            scheduled |= schedule;
        }
        if (schedule && executor != null) {
            executor.execute(this::flushUnlessClosed);
        }
        return position;
    }

    @Override
    public void hurry() {
        // Nothing is lazy here.
    }

    @Override
    public synchronized long durable() {
        return durable;
    }

    @Override
    public synchronized long last() {
        return last;
    }

    @Override
    public synchronized long unflushedBytes() {
        return unflushedBytes;
    }

    @Override
    public void checkpoint(long position, ByteBuffer state, Runnable done) {
        ByteBuffer copy = ByteBuffer.allocate(state.remaining());
        copy.put(state.duplicate()).flip();
        synchronized (this) {
            if (closed || position > last || position < 0) {
                throw new IllegalStateException(
                        "checkpoint of position " + position + " of a log that ends at " + last);
            }
        }
        if (executor == null) {
            store(new Checkpoint(position, copy), done);
        } else {
            executor.execute(() -> store(new Checkpoint(position, copy), done));
        }
    }

    private void store(Checkpoint wanted, Runnable done) {
        // First, as in any log: what a checkpoint stands for must not be lost while it stays.
        flushUnlessClosed();
        synchronized (this) {
            if (closed) {
                return;
            }
            checkpoint = wanted;
        }
        done.run();
    }

    @Override
    public synchronized void dropBefore(long position) {
        while (!frames.isEmpty() && frames.getFirst().position < position) {
            frames.removeFirst();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        flush();
    }
}
