package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;

/** The eight bytes before the first frame, AMQP 0-9-1 §4.2.2. */
final class Preamble {
    enum Met {
        /** More bytes are needed. */
        PART,
        OURS,
        /** Another protocol, or another version: known by its first wrong byte. */
        OTHER
    }

    private static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

    private int taken;

    /** Takes bytes until the header is complete or wrong. */
    Met take(ByteBuf in) {
        while (in.isReadable()) {
            if (in.readByte() != HEADER[taken]) {
                return Met.OTHER;
            }
            if (++taken == HEADER.length) {
                return Met.OURS;
            }
        }
        return Met.PART;
    }

    /** The answer to another header: ours. */
    static void write(Output output) {
        output.room(HEADER.length).writeBytes(HEADER);
        output.answered(HEADER.length);
    }
}
