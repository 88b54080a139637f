package io.millrace.core.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An ordered, durable sequence of frames, each holding the events of one turn of a state machine.
 *
 * <p>A position is the number of a frame, opaque to the caller except for its order: 1, 2, 3, … without gaps. Nothing can
 * be taken back from the tail, and frames leave from the front only. A failed append means <em>unknown</em>, not
 * <em>not written</em>. Later implementations replicate; none of them may need more than this.
 *
 * <p>Life: open → {@link #latestCheckpoint} → {@link #replay} once → {@link #append} … → {@link #close}.
 */
public interface Log extends AutoCloseable {

    /** Bytes that the appender leaves free at the start of a frame's buffer, for the log's own header. */
    int FRAME_HEADER_BYTES = 64;

    /** Largest frame, header included: 1 GiB. */
    int FRAME_BYTES_MAX = 1 << 30;

    /** How soon an appended frame has to be flushed. */
    enum Urgency {
        /** Somebody waits for it: flush as soon as the flush before it has ended. */
        NOW,
        /** Nobody waits: flush with the next urgent frame, or when the commit interval has passed. */
        LAZY
    }

    /** What is called for each frame of a replay. */
    @FunctionalInterface
    interface FrameReader {
        /**
         * @param position the frame's number
         * @param millis the wall clock when it was appended
         * @param events the events, from position to limit; little-endian; valid during the call only
         * @param eventCount how many events it holds
         */
        void frame(long position, long millis, ByteBuffer events, int eventCount);
    }

    /**
     * A stored state.
     *
     * @param position every frame up to this one is reflected
     * @param state what was given to {@link #checkpoint}; little-endian
     */
    record Checkpoint(long position, ByteBuffer state) {}

    /** The newest checkpoint that is whole, or null if there is none. Before {@link #replay}; blocking. */
    @Nullable
    Checkpoint latestCheckpoint() throws LogException;

    /**
     * Reads all frames with a number of {@code from} or more, in order, and makes the log ready for appending behind them.
     * Once, before the first append; blocking.
     *
     * @throws LogException if a frame that was proven durable is missing or damaged
     */
    void replay(long from, FrameReader reader) throws LogException;

    /** Sets who is told of durability and failure. Before the first append. */
    void listener(LogListener listener);

    /**
     * Appends a frame. Owner's thread only; never blocks.
     *
     * @param frame a little-endian buffer whose remaining bytes are {@link #FRAME_HEADER_BYTES} of room and then the
     *     events; the log fills the header in place and advances no position. Neither the room nor the events may change
     *     until the frame is durable
     * @param eventCount how many events it holds, 1 or more
     * @param millis the wall clock, stored with the frame
     * @param urgency how soon it has to be flushed
     * @return its position
     */
    long append(ByteBuffer frame, int eventCount, long millis, Urgency urgency);

    /** Makes all that was appended so far urgent. Owner's thread only. */
    void hurry();

    /** The position up to which everything is durable; any thread. */
    long durable();

    /** The position that the last append returned, or the last replayed one; owner's thread only. */
    long last();

    /** Bytes appended and not yet durable; any thread. */
    long unflushedBytes();

    /**
     * Stores the state that all frames up to {@code position} lead to, durably and in the background; the two newest are
     * kept. One at a time: the next only after {@code done} ran.
     *
     * @param state from position to limit; must not change until {@code done} ran
     * @param done called by any thread once it is durable; on failure the listener is told instead
     */
    void checkpoint(long position, ByteBuffer state, Runnable done);

    /** Says that frames before {@code position} will never be asked for again; whole files are given back in time. */
    void dropBefore(long position);

    /**
     * Says that little will be appended from now on, and that what was appended so far will soon be dropped: files go on as
     * small as they began, and what is kept for later is given up. Owner's thread.
     */
    default void rest() {}

    /** Flushes what was appended, tells the listener, and releases everything. Blocking; not on the owner's loop. */
    @Override
    void close() throws LogException;
}
