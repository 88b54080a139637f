package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;

/**
 * Looks for connection.close-ok among bytes that are no frames any more, so that a client that has understood its error
 * need not wait until its time is up.
 */
final class CloseOkListener {
    /** The first byte is nowhere else in it, so a mismatch starts again from the front. */
    private static final byte[] CLOSE_OK = {1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 51, (byte) 0xCE};

    private int matched;

    /** Takes bytes. Returns whether the answer was among them. */
    boolean heard(ByteBuf in) {
        while (in.isReadable()) {
            byte met = in.readByte();
            if (met == CLOSE_OK[matched]) {
                matched++;
            } else {
                matched = met == CLOSE_OK[0] ? 1 : 0;
            }
            if (matched == CLOSE_OK.length) {
                return true;
            }
        }
        return false;
    }
}
