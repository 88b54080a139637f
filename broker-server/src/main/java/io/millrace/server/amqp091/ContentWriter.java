package io.millrace.server.amqp091;

import io.millrace.core.model.MessageRecord;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the methods that carry a message, with their content header and body frames, AMQP 0-9-1 §4.2.6. A message that
 * the broker added nothing to goes out with the property bytes that it came with. Allocates nothing for such a message.
 *
 * <p>Frames are put together in an array first and copied once: every access to a {@link ByteBuf} is checked, and two
 * dozen of them cost more than the copy.
 */
final class ContentWriter {
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int SCRATCH_BYTES = 8 << 10;
    /** Room for the framing, the longest names and the fixed fields of all methods here. */
    private static final int FRAMING_BYTES_MAX = 1 << 10;
    /** A larger body goes where it belongs without a stop in the array. */
    private static final int SCRATCH_BODY_MAX = 512;

    private static final byte[] NO_ROUTE = {8, 'N', 'O', '_', 'R', 'O', 'U', 'T', 'E'};

    /** One for all connections of an event loop: nothing stays in it from one message to the next. */
    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[SCRATCH_BYTES]);

    private final Output output;
    private final byte[] scratch = SCRATCH.get();
    private int bodyFrameMax = Frame.MIN_BYTES - Frame.OVERHEAD_BYTES;
    private int end;
    private int exchangeLength;
    private int keyLength;

    ContentWriter(Output output) {
        this.output = output;
    }

    /** Sets the largest frame that the client takes, its 8 bytes of framing included. */
    void frameMaxBytes(int bytes) {
        bodyFrameMax = bytes - Frame.OVERHEAD_BYTES;
    }

    /**
     * Writes basic.deliver.
     *
     * @param consumerTag the tag as a short string, its length in front
     */
    void deliver(
            int channel,
            byte[] consumerTag,
            long tag,
            boolean redelivered,
            int deliveryCount,
            ByteBuffer record,
            int at) {
        begin(channel, Method.BASIC_DELIVER, record, at);
        put(consumerTag);
        putLong(tag);
        putByte(redelivered ? 1 : 0);
        putAddress(record, at);
        endMethod();
        content(channel, deliveryCount, record, at);
    }

    /** Writes basic.get-ok. */
    void got(int channel, long tag, boolean redelivered, int deliveryCount, long remaining, ByteBuffer record, int at) {
        begin(channel, Method.BASIC_GET_OK, record, at);
        putLong(tag);
        putByte(redelivered ? 1 : 0);
        putAddress(record, at);
        putInt(Pending.clamp(remaining));
        endMethod();
        output.answered(content(channel, deliveryCount, record, at));
    }

    /** Writes basic.return of an unroutable message. */
    void returned(int channel, ByteBuffer record, int at) {
        begin(channel, Method.BASIC_RETURN, record, at);
        putShort(ReplyCode.NO_ROUTE.code());
        put(NO_ROUTE);
        putAddress(record, at);
        endMethod();
        output.answered(content(channel, 0, record, at));
    }

    private void begin(int channel, int method, ByteBuffer record, int at) {
        exchangeLength = MessageRecord.exchangeLength(record, at);
        keyLength = MessageRecord.routingKeyLength(record, at);
        end = 0;
        putFrameHead(Frame.METHOD, channel, 0);
        putInt(method);
    }

    private void endMethod() {
        INTS.set(scratch, 3, end - Frame.HEAD_BYTES);
        putByte(Frame.END);
    }

    /** Writes what is in the array, the content header and the body. Returns the bytes of all of it. */
    private int content(int channel, int deliveryCount, ByteBuffer record, int at) {
        int overlayLength = MessageRecord.overlayLength(record, at);
        int propertiesAt = at + MessageRecord.FIXED_BYTES + exchangeLength + keyLength + overlayLength;
        int propertiesLength = MessageRecord.propertiesLength(record, at);
        int bodyAt = propertiesAt + propertiesLength;
        int bodyLength = at + MessageRecord.length(record, at) - bodyAt;
        boolean furtherKeys = (MessageRecord.flags(record, at) & MessageRecord.FURTHER_KEYS) != 0;
        if (deliveryCount > 0 || overlayLength > 0 || furtherKeys || MessageRecord.delayed(record, at)) {
            byte[] changed = BrokerHeaders.merge(record, at, deliveryCount);
            putHeader(channel, bodyLength, changed.length);
            int headed = sendScratch();
            ByteBuf out = output.room(changed.length + 1);
            out.writeBytes(changed).writeByte(Frame.END);
            return headed + changed.length + 1 + body(channel, record, bodyAt, bodyLength);
        }
        putHeader(channel, bodyLength, propertiesLength);
        if (propertiesLength > SCRATCH_BYTES - FRAMING_BYTES_MAX - SCRATCH_BODY_MAX || bodyLength > bodyFrameMax) {
            int headed = sendScratch();
            ByteBuf out = output.room(propertiesLength + 1);
            copy(out, record, propertiesAt, propertiesLength);
            out.writeByte(Frame.END);
            return headed + propertiesLength + 1 + body(channel, record, bodyAt, bodyLength);
        }
        put(record, propertiesAt, propertiesLength);
        putByte(Frame.END);
        if (bodyLength == 0) {
            return sendScratch();
        }
        putFrameHead(Frame.BODY, channel, bodyLength);
        if (bodyLength > SCRATCH_BODY_MAX) {
            int headed = end;
            ByteBuf out = output.room(headed + bodyLength + 1).writeBytes(scratch, 0, headed);
            end = 0;
            copy(out, record, bodyAt, bodyLength);
            out.writeByte(Frame.END);
            return headed + bodyLength + 1;
        }
        put(record, bodyAt, bodyLength);
        putByte(Frame.END);
        return sendScratch();
    }

    /** A content header frame up to its properties. */
    private void putHeader(int channel, long bodyLength, int propertiesLength) {
        putFrameHead(Frame.HEADER, channel, 12 + propertiesLength);
        putInt(Method.CLASS_BASIC << 16);
        putLong(bodyLength);
    }

    private int sendScratch() {
        int bytes = end;
        output.room(bytes).writeBytes(scratch, 0, bytes);
        end = 0;
        return bytes;
    }

    /** Writes a body in as many frames as it takes. Returns their bytes. */
    private int body(int channel, ByteBuffer record, int bodyAt, int bodyLength) {
        int written = 0;
        int framing = 0;
        while (written < bodyLength) {
            int part = Math.min(bodyFrameMax, bodyLength - written);
            ByteBuf out = output.room(Frame.OVERHEAD_BYTES + part);
            out.writeByte(Frame.BODY).writeShort(channel).writeInt(part);
            copy(out, record, bodyAt + written, part);
            out.writeByte(Frame.END);
            written += part;
            framing += Frame.OVERHEAD_BYTES;
        }
        return written + framing;
    }

    private void putFrameHead(int type, int channel, int size) {
        scratch[end] = (byte) type;
        SHORTS.set(scratch, end + 1, (short) channel);
        INTS.set(scratch, end + 3, size);
        end += Frame.HEAD_BYTES;
    }

    private void putAddress(ByteBuffer record, int at) {
        int exchangeAt = MessageRecord.exchangeAt(at);
        putByte(exchangeLength);
        put(record, exchangeAt, exchangeLength);
        putByte(keyLength);
        put(record, exchangeAt + exchangeLength, keyLength);
    }

    private void putByte(int value) {
        scratch[end++] = (byte) value;
    }

    private void putShort(int value) {
        SHORTS.set(scratch, end, (short) value);
        end += 2;
    }

    private void putInt(int value) {
        INTS.set(scratch, end, value);
        end += 4;
    }

    private void putLong(long value) {
        LONGS.set(scratch, end, value);
        end += 8;
    }

    private void put(byte[] bytes) {
        System.arraycopy(bytes, 0, scratch, end, bytes.length);
        end += bytes.length;
    }

    private void put(ByteBuffer record, int from, int length) {
        record.get(from, scratch, end, length);
        end += length;
    }

    private static void copy(ByteBuf out, ByteBuffer record, int from, int length) {
        if (record.hasArray()) {
            out.writeBytes(record.array(), record.arrayOffset() + from, length);
            return;
        }
        int position = record.position();
        int limit = record.limit();
        record.limit(from + length).position(from);
        out.writeBytes(record);
        record.limit(limit).position(position);
    }
}
