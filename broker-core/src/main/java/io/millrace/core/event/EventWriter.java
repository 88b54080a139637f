package io.millrace.core.event;

import io.millrace.core.log.Log;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.queue.Locations;
import io.millrace.core.store.Arena;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of a turn as one frame, straight into the memory from which the log writes it and in which its
 * messages then live. Owner's thread.
 *
 * <p>An event is its type in one byte and its fields as {@link Values} writes them; a record stands as it is. Neighbouring
 * settlements are joined. An event never spans two frames, so it is in the log completely or not at all; nor do the events
 * of a unit.
 */
public final class EventWriter {
    static final byte EXCHANGE_DECLARED = 1;
    static final byte EXCHANGE_DELETED = 2;
    static final byte QUEUE_DECLARED = 3;
    static final byte QUEUE_DELETED = 4;
    static final byte BOUND = 5;
    static final byte UNBOUND = 6;
    static final byte APPENDED = 7;
    static final byte SETTLED = 8;
    static final byte REQUEUED = 9;
    static final byte DEAD_LETTERED = 10;
    static final byte OFFERED = 11;
    static final byte MOVED = 12;
    /** As {@link #APPENDED}, each place with its due time. */
    static final byte APPENDED_DUE = 13;
    /** As {@link #DEAD_LETTERED}, each place with its due time. */
    static final byte DEAD_LETTERED_DUE = 14;

    static final byte EXCHANGE_BOUND = 30;
    static final byte EXCHANGE_UNBOUND = 31;

    /** As {@link #MOVED}, with the bytes of each run's bodies. */
    static final byte MOVED_WITH_BYTES = 20;

    static final byte REMEMBERED = 21;
    static final byte COMPACTED = 22;

    private static final int SMALL_EVENT = 64;
    private static final int ALIGNMENT = 64;
    private static final int PLACE_BYTES_MAX = 5 + 2 * Values.NUMBER_BYTES_MAX;

    private final Arena arena;
    private final Log log;
    private Arena.@Nullable Slab slab;
    private int frameAt = -1;
    private int events;
    private long millis;
    private boolean unit;
    private Log.Urgency urgency = Log.Urgency.LAZY;

    private byte rangeType;
    private int rangeQueue = -1;
    private long rangeFirst;
    private long rangeLast;
    private Cause rangeCause = Cause.ACCEPTED;

    /**
     * @param arena where frames and their records live
     * @param log where they are appended
     */
    public EventWriter(Arena arena, Log log) {
        this.arena = arena;
        this.log = log;
    }

    /** A turn begins: its events bear this time, milliseconds since the epoch. */
    public void begin(long now) {
        millis = now;
    }

    /** Somebody waits for the events written since the last {@link #seal}. */
    public void urgent() {
        urgency = Log.Urgency.NOW;
    }

    /** Appends what was written to the log. */
    public void seal() {
        flushRange();
        if (frameAt < 0 || slab == null) {
            return;
        }
        ByteBuffer buffer = slab.buffer();
        ByteBuffer frame = buffer.duplicate().order(buffer.order());
        frame.limit(buffer.position()).position(frameAt);
        log.append(frame, events, millis, urgency);
        frameAt = -1;
        events = 0;
        urgency = Log.Urgency.LAZY;
    }

    /**
     * The events from here to {@link #endUnit} stand in one frame, however large: after a crash all of them are there, or
     * none. To be ended in the same turn.
     *
     * @param bytes about what they take; if they take more, what was written moves once more
     */
    public void beginUnit(long bytes) {
        flushRange();
        int wanted = (int) Math.min(bytes, Log.FRAME_BYTES_MAX / 2) + SMALL_EVENT;
        if (frameAt >= 0 && currentSlab().buffer().remaining() < wanted) {
            sealOpenFrame();
        }
        if (frameAt < 0) {
            makeRoom(wanted);
        }
        unit = true;
    }

    /** Ends what {@link #beginUnit} began. */
    public void endUnit() {
        flushRange();
        unit = false;
    }

    /** Whether a unit was begun and not ended. */
    public boolean isInUnit() {
        return unit;
    }

    /** Seals, and lets the next frame begin in memory of its own. */
    public void leaveSlab() {
        seal();
        slab = null;
    }

    /** Bytes written and not yet sealed. */
    public boolean isEmpty() {
        return frameAt < 0 && rangeQueue < 0;
    }

    /** See {@link HostEvents#exchangeDeclared}. */
    public void exchangeDeclared(ExchangeSpec spec) {
        Definitions.put(open(EXCHANGE_DECLARED, Definitions.bytesMax(spec)), spec);
    }

    /** See {@link HostEvents#exchangeDeleted}. */
    public void exchangeDeleted(String name) {
        Values.putText(open(EXCHANGE_DELETED, Values.bytesMax(name)), name);
    }

    /** See {@link HostEvents#queueDeclared}. */
    public void queueDeclared(int queue, QueueSpec spec) {
        ByteBuffer to = open(QUEUE_DECLARED, Definitions.bytesMax(spec) + Values.NUMBER_BYTES_MAX);
        Values.putNumber(to, queue);
        Definitions.put(to, spec);
    }

    /** See {@link HostEvents#queueDeleted}. */
    public void queueDeleted(int queue) {
        Values.putNumber(open(QUEUE_DELETED, SMALL_EVENT), queue);
    }

    /** See {@link HostEvents#bound}. */
    public void bound(BindingSpec spec) {
        Definitions.put(open(spec.toExchange() ? EXCHANGE_BOUND : BOUND, Definitions.bytesMax(spec)), spec);
    }

    /** See {@link HostEvents#unbound}. */
    public void unbound(BindingSpec spec) {
        Definitions.put(open(spec.toExchange() ? EXCHANGE_UNBOUND : UNBOUND, Definitions.bytesMax(spec)), spec);
    }

    /**
     * See {@link HostEvents#appended}.
     *
     * @return where the record lies now
     */
    public long appended(Slots slots, ByteBuffer record, int recordAt, boolean shared) {
        int length = MessageRecord.length(record, recordAt);
        ByteBuffer to = room(1 + 5 + slots.size() * PLACE_BYTES_MAX + length);
        to.put(slots.hasDues() ? APPENDED_DUE : APPENDED);
        return place(to, slots, record, recordAt, length, shared);
    }

    /**
     * See {@link HostEvents#deadLettered}.
     *
     * @return where the record lies now
     */
    public long deadLettered(int queue, long sequence, Slots slots, ByteBuffer record, int recordAt, boolean shared) {
        int length = MessageRecord.length(record, recordAt);
        flushRange();
        ByteBuffer to = room(SMALL_EVENT + slots.size() * PLACE_BYTES_MAX + length);
        to.put(slots.hasDues() ? DEAD_LETTERED_DUE : DEAD_LETTERED);
        Values.putNumber(to, queue);
        Values.putNumber(to, sequence);
        return place(to, slots, record, recordAt, length, shared);
    }

    /** See {@link HostEvents#settled}. */
    public void settled(int queue, long first, long last, Cause cause) {
        range(SETTLED, queue, first, last, cause);
    }

    /** See {@link HostEvents#requeued}. */
    public void requeued(int queue, long first, long last) {
        range(REQUEUED, queue, first, last, Cause.ACCEPTED);
    }

    /** Neighbours become one event. */
    private void range(byte type, int queue, long first, long last, Cause cause) {
        if (queue == rangeQueue && first == rangeLast + 1 && cause == rangeCause && type == rangeType) {
            rangeLast = last;
            return;
        }
        flushRange();
        rangeType = type;
        rangeQueue = queue;
        rangeFirst = first;
        rangeLast = last;
        rangeCause = cause;
    }

    /** See {@link HostEvents#offered}. */
    public void offered(int queue, long upTo) {
        ByteBuffer to = open(OFFERED, SMALL_EVENT);
        Values.putNumber(to, queue);
        Values.putNumber(to, upTo);
    }

    /** See {@link HostEvents#moved}. */
    public void moved(long segment, List<Run> runs) {
        ByteBuffer to = open(
                MOVED_WITH_BYTES, SMALL_EVENT + runs.size() * (Definitions.RUN_BYTES_MAX + Values.NUMBER_BYTES_MAX));
        Values.putNumber(to, segment);
        putRuns(to, runs);
    }

    private static void putRuns(ByteBuffer to, List<Run> runs) {
        Values.putNumber(to, runs.size());
        for (Run run : runs) {
            Definitions.put(to, run);
            Values.putNumber(to, run.bodyBytes());
        }
    }

    /** See {@link HostEvents#compacted}. */
    public void compacted(long from, long segment, List<Run> runs) {
        ByteBuffer to =
                open(COMPACTED, SMALL_EVENT + runs.size() * (Definitions.RUN_BYTES_MAX + Values.NUMBER_BYTES_MAX));
        Values.putNumber(to, from);
        Values.putNumber(to, segment);
        putRuns(to, runs);
    }

    /** See {@link HostEvents#remembered}; in one frame with what follows if {@link #together} was called before. */
    public void remembered(int queue, String id, long at) {
        ByteBuffer to = open(REMEMBERED, SMALL_EVENT + Values.bytesMax(id));
        Values.putNumber(to, queue);
        Values.putText(to, id);
        Values.putNumber(to, at);
    }

    /**
     * What follows is to be in one frame: {@link #remembered} for each of the ids, and then {@link #appended}.
     *
     * @param ids in how many queues, with ids of so many characters in all
     */
    public void together(int ids, int characters, Slots slots, ByteBuffer record, int recordAt) {
        flushRange();
        int marks = ids * 2 * SMALL_EVENT + characters * 3;
        room(marks + SMALL_EVENT + slots.size() * 2 * PLACE_BYTES_MAX + MessageRecord.length(record, recordAt));
        events--; // it was room only
    }

    private long place(ByteBuffer to, Slots slots, ByteBuffer record, int recordAt, int length, boolean shared) {
        Values.putNumber(to, slots.size());
        for (int i = 0; i < slots.size(); i++) {
            Values.putNumber(to, slots.queue(i));
            Values.putNumber(to, slots.sequence(i));
            if (slots.hasDues()) {
                Values.putNumber(to, slots.due(i));
            }
        }
        int at = to.position();
        to.put(at, record, recordAt, length);
        to.position(at + length);
        return Locations.inMemory(currentSlab().id(), at, shared);
    }

    private ByteBuffer open(byte type, int bytesMax) {
        flushRange();
        ByteBuffer to = room(1 + bytesMax);
        to.put(type);
        return to;
    }

    private void flushRange() {
        if (rangeQueue < 0) {
            return;
        }
        ByteBuffer to = room(SMALL_EVENT);
        to.put(rangeType);
        Values.putNumber(to, rangeQueue);
        Values.putNumber(to, rangeFirst);
        Values.putNumber(to, rangeLast - rangeFirst);
        if (rangeType == SETTLED) {
            to.put((byte) rangeCause.code());
        }
        rangeQueue = -1;
    }

    /** Room for one event in the open frame, or in a new one. */
    private ByteBuffer room(int bytes) {
        if (frameAt >= 0 && currentSlab().buffer().remaining() >= bytes) {
            events++;
            return currentSlab().buffer();
        }
        if (frameAt >= 0 && unit) {
            events++;
            return widened(bytes);
        }
        if (frameAt >= 0) {
            sealOpenFrame();
        }
        int aligned = makeRoom(bytes);
        ByteBuffer buffer = currentSlab().buffer();
        frameAt = aligned;
        buffer.position(aligned + Log.FRAME_HEADER_BYTES);
        events = 1;
        return buffer;
    }

    /** Sees to it that a new frame has room for those bytes; where it begins. */
    private int makeRoom(int bytes) {
        int needed = Log.FRAME_HEADER_BYTES + bytes;
        int aligned = slab == null ? 0 : (slab.buffer().position() + ALIGNMENT - 1) & -ALIGNMENT;
        if (slab == null || slab.buffer().limit() - aligned < needed) {
            slab = arena.slab(needed);
            return 0;
        }
        return aligned;
    }

    /** Moves the open frame to where it can grow. Records of it that queues know of stay where they are, unchanged. */
    private ByteBuffer widened(int bytes) {
        ByteBuffer old = currentSlab().buffer();
        int used = old.position() - frameAt;
        long wanted = Math.max(2L * used, (long) used + bytes);
        if (wanted > Log.FRAME_BYTES_MAX) {
            throw new IllegalStateException("a unit of events of more than " + Log.FRAME_BYTES_MAX + " bytes");
        }
        Arena.Slab larger = arena.slab((int) wanted);
        larger.buffer().put(0, old, frameAt, used).position(used);
        slab = larger;
        frameAt = 0;
        return larger.buffer();
    }

    private void sealOpenFrame() {
        Log.Urgency wanted = urgency;
        int queue = rangeQueue;
        rangeQueue = -1;
        seal();
        rangeQueue = queue;
        urgency = wanted;
    }

    private Arena.Slab currentSlab() {
        if (slab == null) {
            throw new IllegalStateException("no frame is open");
        }
        return slab;
    }
}
