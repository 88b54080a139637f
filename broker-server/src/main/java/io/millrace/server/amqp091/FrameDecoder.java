package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Splits frames out of what was read, AMQP 0-9-1 §4.2.3. A frame that is whole in the read buffer is not copied; the rest
 * of the buffer is kept until its frame is complete. Room is taken for bytes that have arrived, never for announced ones.
 */
final class FrameDecoder {
    private static final int HELD_INITIAL_BYTES = 256;

    /** Takes whole frames. */
    interface Sink {
        /** Whether another frame may be handed over now; if not, {@link FrameDecoder#resume} must be called later. */
        boolean ready();

        /**
         * Takes a frame.
         *
         * @param payloadAt where its payload begins in {@code in}
         * @param payloadEnd where its payload ends, exclusive
         */
        void frame(int type, int channel, ByteBuf in, int payloadAt, int payloadEnd);
    }

    private final Transport transport;
    private final Sink sink;
    private int payloadMaxBytes;
    private @Nullable ByteBuf held;

    FrameDecoder(Transport transport, Sink sink, int frameMaxBytes) {
        this.transport = transport;
        this.sink = sink;
        this.payloadMaxBytes = frameMaxBytes - Frame.OVERHEAD_BYTES;
    }

    /**
     * Sets the largest frame that was agreed. The framing does not count, as with RabbitMQ: there are clients that forget
     * it in their sums.
     */
    void frameMaxBytes(int bytes) {
        payloadMaxBytes = bytes;
    }

    /**
     * Takes what was read; the caller keeps the buffer.
     *
     * @throws WireException if it cannot be split into frames; nothing can be read from this connection any more
     */
    void receive(ByteBuf in) {
        ByteBuf kept = held;
        while (kept != null && kept.isReadable()) {
            split(kept);
            if (!kept.isReadable()) {
                break;
            }
            if (!sink.ready()) {
                hold(in, in.readableBytes());
                return;
            }
            if (!in.isReadable()) {
                return;
            }
            hold(in, Math.min(missing(kept), in.readableBytes()));
        }
        drop();
        split(in);
        if (in.isReadable()) {
            hold(in, in.readableBytes());
        }
    }

    /** Goes on with what was kept while the sink was not ready. */
    void resume() {
        ByteBuf kept = held;
        if (kept != null) {
            split(kept);
            if (!kept.isReadable()) {
                drop();
            }
        }
    }

    /** Whether something is kept that {@link #resume} could hand over. */
    boolean holdsFrame() {
        ByteBuf kept = held;
        return kept != null && kept.readableBytes() >= Frame.OVERHEAD_BYTES && missing(kept) <= 0;
    }

    /** Forgets what was kept. */
    void drop() {
        ByteBuf kept = held;
        held = null;
        if (kept != null) {
            kept.release();
        }
    }

    private void split(ByteBuf in) {
        while (sink.ready()) {
            int at = in.readerIndex();
            int readable = in.readableBytes();
            if (readable < Frame.OVERHEAD_BYTES) {
                if (readable == Frame.HEAD_BYTES) {
                    checkSize(in.getUnsignedByte(at), in.getUnsignedShort(at + 1), in.getUnsignedInt(at + 3));
                }
                return;
            }
            // One access for the whole head: no frame is shorter than eight bytes.
            long head = in.getLong(at);
            int type = (int) (head >>> 56);
            int channel = (int) (head >>> 40) & 0xFFFF;
            long size = head >>> 8 & 0xFFFF_FFFFL;
            checkSize(type, channel, size);
            int payloadAt = at + Frame.HEAD_BYTES;
            int payloadEnd = payloadAt + (int) size;
            if (readable < size + Frame.OVERHEAD_BYTES) {
                return;
            }
            if (in.getUnsignedByte(payloadEnd) != Frame.END) {
                throw badEnd(type, channel, size, in.getUnsignedByte(payloadEnd));
            }
            in.readerIndex(payloadEnd + 1);
            sink.frame(type, channel, in, payloadAt, payloadEnd);
        }
    }

    /** Bytes that complete the first eight of the first frame, or the frame. */
    private static int missing(ByteBuf kept) {
        int readable = kept.readableBytes();
        return readable < Frame.OVERHEAD_BYTES
                ? Frame.OVERHEAD_BYTES - readable
                : kept.getInt(kept.readerIndex() + 3) + Frame.OVERHEAD_BYTES - readable;
    }

    private void hold(ByteBuf in, int bytes) {
        if (bytes == 0) {
            return;
        }
        ByteBuf kept = held;
        if (kept == null) {
            kept = transport.allocate(Math.max(HELD_INITIAL_BYTES, bytes));
            held = kept;
        } else if (kept.readerIndex() > 0) {
            kept.discardReadBytes();
        }
        kept.writeBytes(in, bytes);
    }

    private void checkSize(int type, int channel, long size) {
        if (size > payloadMaxBytes) {
            throw WireException.of(
                    ReplyCode.FRAME_ERROR,
                    "a frame of type " + type + " on channel " + channel + " announces a payload of " + size
                            + " bytes; at most " + payloadMaxBytes + " were agreed",
                    0);
        }
    }

    private static WireException badEnd(int type, int channel, long size, int end) {
        return WireException.of(
                ReplyCode.FRAME_ERROR,
                "a frame of type " + type + " on channel " + channel + " with " + size + " bytes ends in 0x"
                        + Integer.toHexString(end) + " instead of 0xce",
                0);
    }
}
