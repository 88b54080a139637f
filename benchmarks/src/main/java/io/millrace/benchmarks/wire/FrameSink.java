package io.millrace.benchmarks.wire;

import java.nio.ByteBuffer;

/** What {@link FrameWalk} finds. Positions are absolute in the buffer, which may be written over after the call. */
public interface FrameSink {
    /**
     * A method.
     *
     * @param at  where its arguments begin
     * @param end behind the last of them
     */
    void method(int channel, int method, ByteBuffer buffer, int at, int end);

    /** The header of a content. */
    default void header(int channel, long bodySize) {
        throw new BrokerFailure("a content header came where none is due, on channel " + channel);
    }

    /** A part of a content's body, of {@code length} bytes at {@code at}. */
    default void body(int channel, ByteBuffer buffer, int at, int length) {
        throw new BrokerFailure("a content body came where none is due, on channel " + channel);
    }
}
