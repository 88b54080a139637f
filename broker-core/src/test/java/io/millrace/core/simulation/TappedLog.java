package io.millrace.core.simulation;

import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A log that keeps a copy of each frame for the model. */
final class TappedLog implements Log {
    /** The events of a turn. */
    record Frame(long position, long millis, byte[] events, int count) {}

    private final Log log;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();

    TappedLog(Log log) {
        this.log = log;
    }

    /** The oldest frame that was not taken yet, or null. */
    @Nullable
    Frame take() {
        return frames.pollFirst();
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() throws LogException {
        return log.latestCheckpoint();
    }

    @Override
    public void replay(long from, FrameReader reader) throws LogException {
        log.replay(from, reader);
    }

    @Override
    public void listener(LogListener listener) {
        log.listener(listener);
    }

    @Override
    public long append(ByteBuffer frame, int eventCount, long millis, Urgency urgency) {
        byte[] events = new byte[frame.remaining() - FRAME_HEADER_BYTES];
        frame.get(frame.position() + FRAME_HEADER_BYTES, events);
        long position = log.append(frame, eventCount, millis, urgency);
        frames.add(new Frame(position, millis, events, eventCount));
        return position;
    }

    @Override
    public void hurry() {
        log.hurry();
    }

    @Override
    public long durable() {
        return log.durable();
    }

    @Override
    public long last() {
        return log.last();
    }

    @Override
    public long unflushedBytes() {
        return log.unflushedBytes();
    }

    @Override
    public void checkpoint(long position, ByteBuffer state, Runnable done) {
        log.checkpoint(position, state, done);
    }

    @Override
    public void dropBefore(long position) {
        log.dropBefore(position);
    }

    @Override
    public void close() throws LogException {
        log.close();
    }
}
