package io.millrace.core.system;

import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log in memory: a frame becomes durable when the test says so; a crash keeps what is durable. */
final class HeldLog implements Log {
    private final List<byte[]> frames = new ArrayList<>();
    private int flushed;
    private @Nullable LogListener listener;
    private @Nullable Checkpoint checkpoint;
    private long dropped;
    int checkpoints;

    /** Makes everything durable. */
    void flush() {
        flushed = frames.size();
        if (listener != null) {
            listener.durable(flushed);
        }
    }

    void fail() {
        if (listener != null) {
            listener.failed(new LogException(LogException.Kind.IO, "the test's disk is broken", null));
        }
    }

    /** What a process finds that starts after a power cut. */
    HeldLog crash() {
        HeldLog survivor = new HeldLog();
        survivor.frames.addAll(frames.subList(0, flushed));
        survivor.flushed = flushed;
        survivor.checkpoint = checkpoint;
        survivor.dropped = dropped;
        return survivor;
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() {
        return checkpoint == null
                ? null
                : new Checkpoint(
                        checkpoint.position(), checkpoint.state().duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public void replay(long from, FrameReader reader) {
        if (from <= dropped) {
            throw new IllegalStateException("position " + from + " was dropped");
        }
        for (long position = from; position <= frames.size(); position++) {
            ByteBuffer events = ByteBuffer.wrap(frames.get((int) position - 1)).order(ByteOrder.LITTLE_ENDIAN);
            reader.frame(position, 0, events, 1);
        }
    }

    @Override
    public void listener(LogListener told) {
        this.listener = told;
    }

    @Override
    public long append(ByteBuffer frame, int eventCount, long millis, Urgency urgency) {
        byte[] events = new byte[frame.remaining() - FRAME_HEADER_BYTES];
        frame.get(frame.position() + FRAME_HEADER_BYTES, events);
        frames.add(events);
        return frames.size();
    }

    @Override
    public void hurry() {}

    @Override
    public long durable() {
        return flushed;
    }

    @Override
    public long last() {
        return frames.size();
    }

    @Override
    public long unflushedBytes() {
        return 0;
    }

    @Override
    public void checkpoint(long position, ByteBuffer state, Runnable done) {
        byte[] copy = new byte[state.remaining()];
        state.get(state.position(), copy);
        checkpoint = new Checkpoint(position, ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
        checkpoints++;
        done.run();
    }

    @Override
    public void dropBefore(long position) {
        dropped = position - 1;
    }

    @Override
    public void close() {}
}
