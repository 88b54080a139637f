package io.millrace.server.amqp091;

/**
 * The wire frame, AMQP 0-9-1 §2.3 and §4.2.3; big-endian like everything on this wire.
 *
 * <pre>
 *  0  u8   type      1 method, 2 content header, 3 body, 8 heartbeat
 *  1  u16  channel
 *  3  u32  size      of the payload
 *  7       payload
 *  7+size u8 end     0xCE
 * </pre>
 */
final class Frame {
    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;
    static final int HEARTBEAT = 8;

    static final int END = 0xCE;
    /** Bytes before the payload. */
    static final int HEAD_BYTES = 7;
    /** Bytes around the payload. */
    static final int OVERHEAD_BYTES = 8;
    /** Smallest frame that both peers must accept. */
    static final int MIN_BYTES = 4_096;

    private Frame() {}
}
