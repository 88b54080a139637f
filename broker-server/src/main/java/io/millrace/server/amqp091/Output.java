package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The one outgoing buffer of a connection. Frames are collected and sent at the end of a read burst or turn; a full
 * buffer is handed to the transport, which sends nothing before {@link #flush}.
 *
 * <p>Deliveries and answers are counted apart: deliveries stop at the high-water mark, while acks must still be read, or
 * a client that writes before it reads would wait for ever. Reading stops only when answers fill the mark once more.
 */
final class Output {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Transport transport;
    private final int highWaterBytes;

    private @Nullable ByteBuf current;
    private long handedBytes;
    private long answerBytes;
    private boolean writable = true;
    private boolean sentSinceTick;
    private int frameAt;

    Output(Transport transport, int highWaterBytes) {
        this.transport = transport;
        this.highWaterBytes = highWaterBytes;
    }

    /** The buffer with room for that many bytes; valid until the next call of this object. */
    ByteBuf room(int bytes) {
        ByteBuf buffer = current;
        if (buffer != null && buffer.writerIndex() > 0 && buffer.writerIndex() + bytes > CHUNK_BYTES) {
            hand(buffer);
            buffer = null;
        }
        if (buffer == null) {
            buffer = transport.allocate(Math.max(bytes, handedBytes > 0 ? CHUNK_BYTES : 4_096));
            current = buffer;
        }
        return buffer.ensureWritable(bytes);
    }

    /**
     * Begins a method frame.
     *
     * @param argumentBytesMax room that its arguments may need
     * @return the buffer, for the arguments; {@link #end} ends the frame
     */
    ByteBuf begin(int channel, int method, int argumentBytesMax) {
        ByteBuf buffer = room(Frame.OVERHEAD_BYTES + 4 + argumentBytesMax);
        frameAt = buffer.writerIndex();
        buffer.writeByte(Frame.METHOD).writeShort(channel).writeInt(0).writeInt(method);
        return buffer;
    }

    /** Ends the frame of {@link #begin}, an answer. */
    void end(ByteBuf buffer) {
        int size = buffer.writerIndex() - frameAt - Frame.HEAD_BYTES;
        buffer.setInt(frameAt + 3, size).writeByte(Frame.END);
        answerBytes += size + Frame.OVERHEAD_BYTES;
    }

    /** Counts bytes that were written without {@link #end} and are no delivery. */
    void answered(int bytes) {
        answerBytes += bytes;
    }

    /** A method frame without arguments. */
    void method(int channel, int method) {
        end(begin(channel, method, 0));
    }

    void heartbeat() {
        room(Frame.OVERHEAD_BYTES)
                .writeByte(Frame.HEARTBEAT)
                .writeShort(0)
                .writeInt(0)
                .writeByte(Frame.END);
    }

    /** Sends what was collected. */
    void flush() {
        ByteBuf buffer = current;
        if (buffer != null && buffer.isReadable()) {
            current = null;
            hand(buffer);
        }
        if (handedBytes > 0) {
            handedBytes = 0;
            sentSinceTick = true;
            transport.flush();
        }
        if (writable) {
            answerBytes = 0;
        }
    }

    /** Whether another delivery may be written. */
    boolean hasRoom() {
        return writable && unflushedBytes() < highWaterBytes;
    }

    /** Whether answers have filled their share: no more input may be taken before some have left. */
    boolean overflowing() {
        return answerBytes > highWaterBytes;
    }

    /** The transport says whether it takes more. May be called during {@link Transport#write}. */
    void writable(boolean nowWritable) {
        writable = nowWritable;
        if (nowWritable) {
            answerBytes = 0;
        }
    }

    /** Whether anything was sent since the last call. */
    boolean sentSinceTick() {
        boolean sent = sentSinceTick;
        sentSinceTick = false;
        return sent;
    }

    /** Drops what was not handed over. */
    void release() {
        ByteBuf buffer = current;
        current = null;
        if (buffer != null) {
            buffer.release();
        }
    }

    private long unflushedBytes() {
        ByteBuf buffer = current;
        return handedBytes + (buffer == null ? 0 : buffer.readableBytes());
    }

    private void hand(ByteBuf buffer) {
        current = null;
        handedBytes += buffer.readableBytes();
        transport.write(buffer);
    }
}
