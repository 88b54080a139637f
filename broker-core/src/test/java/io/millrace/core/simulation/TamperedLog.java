package io.millrace.core.simulation;

import io.millrace.core.event.Cause;
import io.millrace.core.event.EventReader;
import io.millrace.core.event.EventWriter;
import io.millrace.core.event.HostEvents;
import io.millrace.core.event.Slots;
import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.store.Arena;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log that stores other events than it was given: each frame is read and written anew, and a negative control changes what
 * it likes on the way.
 */
class TamperedLog implements Log, HostEvents {
    private static final int ROOM = 1 << 16;

    private final Log log;
    private final EventReader reader = new EventReader();
    /** Writes what is stored instead; a new one for each frame, so that its memory goes. */
    private EventWriter writer;

    private boolean writing;
    private long position;

    TamperedLog(Log log) {
        this.log = log;
        this.writer = new EventWriter(new Arena(1 << 20), this);
    }

    @Override
    public long append(ByteBuffer frame, int eventCount, long millis, Urgency wanted) {
        if (writing) {
            // What the writer made of it.
            position = log.append(frame, eventCount, millis, wanted);
            return position;
        }
        ByteBuffer events = frame.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        events.position(frame.position() + FRAME_HEADER_BYTES);
        writing = true;
        long before = log.last();
        writer = new EventWriter(new Arena(1 << 20), this);
        writer.begin(millis);
        writer.beginUnit(frame.remaining() + ROOM);
        begin();
        reader.read(events, eventCount, this);
        if (writer.isEmpty()) {
            writer.moved(0, List.of());
        }
        writer.endUnit();
        if (wanted == Urgency.NOW) {
            writer.urgent();
        }
        writer.seal();
        writing = false;
        if (log.last() != before + 1) {
            throw new IllegalStateException("one frame became " + (log.last() - before));
        }
        return position;
    }

    /** A frame is written anew. */
    void begin() {}

    @Override
    public void exchangeDeclared(ExchangeSpec spec) {
        writer.exchangeDeclared(spec);
    }

    @Override
    public void exchangeDeleted(String name) {
        writer.exchangeDeleted(name);
    }

    @Override
    public void queueDeclared(int queue, QueueSpec spec) {
        writer.queueDeclared(queue, spec);
    }

    @Override
    public void queueDeleted(int queue) {
        writer.queueDeleted(queue);
    }

    @Override
    public void bound(BindingSpec spec) {
        writer.bound(spec);
    }

    @Override
    public void unbound(BindingSpec spec) {
        writer.unbound(spec);
    }

    @Override
    public void appended(Slots slots, ByteBuffer record, int at) {
        writer.appended(slots, record, at, slots.size() > 1);
    }

    @Override
    public void settled(int queue, long first, long last, Cause cause) {
        writer.settled(queue, first, last, cause);
    }

    @Override
    public void requeued(int queue, long first, long last) {
        writer.requeued(queue, first, last);
    }

    @Override
    public void deadLettered(int queue, long sequence, Slots slots, ByteBuffer record, int at) {
        writer.deadLettered(queue, sequence, slots, record, at, slots.size() > 1);
    }

    @Override
    public void offered(int queue, long upTo) {
        writer.offered(queue, upTo);
    }

    @Override
    public void moved(long segment, List<Run> runs) {
        writer.moved(segment, runs);
    }

    @Override
    public void compacted(long from, long segment, List<Run> runs) {
        writer.compacted(from, segment, runs);
    }

    @Override
    public void remembered(int queue, String id, long at) {
        writer.remembered(queue, id, at);
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() throws LogException {
        return log.latestCheckpoint();
    }

    @Override
    public void replay(long from, FrameReader frames) throws LogException {
        log.replay(from, frames);
    }

    @Override
    public void listener(LogListener listener) {
        log.listener(listener);
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
    public void checkpoint(long at, ByteBuffer state, Runnable done) {
        log.checkpoint(at, state, done);
    }

    @Override
    public void dropBefore(long before) {
        log.dropBefore(before);
    }

    @Override
    public void close() throws LogException {
        log.close();
    }
}
