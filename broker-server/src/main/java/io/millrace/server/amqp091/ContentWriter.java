package io.millrace.server.amqp091;

import io.millrace.core.model.MessageRecord;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the methods that carry a message, with their content header and body frames, AMQP 0-9-1 §4.2.6. A message that
 * the broker added nothing to goes out with the property bytes that it came with. Allocates nothing for such a message.
 */
final class ContentWriter {
    /** Bytes of a content header frame without the properties. */
    private static final int HEADER_BYTES = Frame.OVERHEAD_BYTES + 12;

    private final Output output;
    private int bodyFrameMax = Frame.MIN_BYTES - Frame.OVERHEAD_BYTES;

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
        int size = 4 + consumerTag.length + 8 + 1 + addressBytes(record, at);
        ByteBuf out = output.room(Frame.OVERHEAD_BYTES + size + contentBytesExpected(record, at));
        method(out, channel, size, Method.BASIC_DELIVER);
        out.writeBytes(consumerTag).writeLong(tag).writeByte(redelivered ? 1 : 0);
        address(out, record, at);
        out.writeByte(Frame.END);
        content(channel, deliveryCount, record, at);
    }

    /** Writes basic.get-ok. */
    void got(int channel, long tag, boolean redelivered, int deliveryCount, long remaining, ByteBuffer record, int at) {
        int size = 4 + 8 + 1 + addressBytes(record, at) + 4;
        ByteBuf out = output.room(Frame.OVERHEAD_BYTES + size);
        method(out, channel, size, Method.BASIC_GET_OK);
        out.writeLong(tag).writeByte(redelivered ? 1 : 0);
        address(out, record, at);
        out.writeInt((int) Math.min(remaining, Integer.MAX_VALUE)).writeByte(Frame.END);
        output.answered(size + content(channel, deliveryCount, record, at));
    }

    /** Writes basic.return of an unroutable message. */
    void returned(int channel, ByteBuffer record, int at) {
        byte[] text = NO_ROUTE;
        int size = 4 + 2 + text.length + addressBytes(record, at);
        ByteBuf out = output.room(Frame.OVERHEAD_BYTES + size);
        method(out, channel, size, Method.BASIC_RETURN);
        out.writeShort(ReplyCode.NO_ROUTE.code()).writeBytes(text);
        address(out, record, at);
        out.writeByte(Frame.END);
        output.answered(size + content(channel, 0, record, at));
    }

    private static final byte[] NO_ROUTE = {8, 'N', 'O', '_', 'R', 'O', 'U', 'T', 'E'};

    private static void method(ByteBuf out, int channel, int size, int method) {
        out.writeByte(Frame.METHOD).writeShort(channel).writeInt(size).writeInt(method);
    }

    private static int addressBytes(ByteBuffer record, int at) {
        return 2 + MessageRecord.exchangeLength(record, at) + MessageRecord.routingKeyLength(record, at);
    }

    private static void address(ByteBuf out, ByteBuffer record, int at) {
        int exchangeLength = MessageRecord.exchangeLength(record, at);
        int keyLength = MessageRecord.routingKeyLength(record, at);
        out.writeByte(exchangeLength);
        copy(out, record, MessageRecord.exchangeAt(at), exchangeLength);
        out.writeByte(keyLength);
        copy(out, record, MessageRecord.exchangeAt(at) + exchangeLength, keyLength);
    }

    /** Bytes that header and body need if they are small enough to be written in one go; 0 if not. */
    private int contentBytesExpected(ByteBuffer record, int at) {
        int bytes = MessageRecord.length(record, at);
        return bytes > bodyFrameMax ? 0 : bytes + HEADER_BYTES + Frame.OVERHEAD_BYTES;
    }

    /** Returns the bytes of the frames. */
    private int content(int channel, int deliveryCount, ByteBuffer record, int at) {
        int length = MessageRecord.propertiesLength(record, at);
        byte[] changed = null;
        if (deliveryCount > 0 || MessageRecord.overlayLength(record, at) > 0) {
            changed = BrokerHeaders.merge(record, at, deliveryCount);
            length = changed.length;
        }
        int bodyLength = MessageRecord.bodyLength(record, at);
        header(channel, bodyLength, length, changed, record, at);
        return HEADER_BYTES + length + body(channel, record, MessageRecord.bodyAt(record, at), bodyLength);
    }

    private void header(int channel, int bodyLength, int length, byte @Nullable [] changed, ByteBuffer record, int at) {
        ByteBuf out = output.room(HEADER_BYTES + length);
        out.writeByte(Frame.HEADER).writeShort(channel).writeInt(12 + length);
        out.writeInt(Method.CLASS_BASIC << 16).writeLong(bodyLength);
        if (changed == null) {
            copy(out, record, MessageRecord.propertiesAt(record, at), length);
        } else {
            out.writeBytes(changed);
        }
        out.writeByte(Frame.END);
    }

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
