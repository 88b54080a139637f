package io.millrace.benchmarks.wire;

import java.nio.ByteBuffer;

/** Walks the frames that lie whole in a buffer, without copying or making anything. */
public final class FrameWalk {
    private final int payloadMax;

    /** @param payloadMax the most bytes of a frame's payload that were agreed on */
    public FrameWalk(int payloadMax) {
        this.payloadMax = payloadMax;
    }

    /**
     * Hands every whole frame between position and limit to the sink; the position moves to the first that is not whole.
     *
     * @throws BrokerFailure what is there is no frame
     */
    public void walk(ByteBuffer buffer, FrameSink sink) {
        int at = buffer.position();
        int limit = buffer.limit();
        while (limit - at >= Wire.FRAME_OVERHEAD) {
            int size = buffer.getInt(at + 3);
            if (size < 0 || size > payloadMax) {
                throw new BrokerFailure("a frame announces " + Integer.toUnsignedString(size)
                        + " bytes; agreed: at most " + payloadMax);
            }
            int payload = at + Wire.FRAME_HEAD;
            int end = payload + size;
            if (end >= limit) {
                break;
            }
            if (buffer.get(end) != Wire.END) {
                throw new BrokerFailure("a frame of " + size + " bytes does not end with 0xCE");
            }
            int channel = buffer.getShort(at + 1) & 0xFFFF;
            switch (buffer.get(at)) {
                case Wire.METHOD -> sink.method(channel, buffer.getInt(payload), buffer, payload + 4, end);
                case Wire.HEADER -> sink.header(channel, buffer.getLong(payload + 4));
                case Wire.BODY -> sink.body(channel, buffer, payload, size);
                case Wire.HEARTBEAT -> {}
                default ->
                    throw new BrokerFailure("a frame has the type " + buffer.get(at) + "; there are 1, 2, 3 and 8");
            }
            at = end + 1;
        }
        buffer.position(at);
    }
}
