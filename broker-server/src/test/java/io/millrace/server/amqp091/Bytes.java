package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds frames for tests, byte by byte and independently of what the engine writes with. */
final class Bytes {
    private final ByteBuf out = Unpooled.buffer();
    private final int type;
    private final int channel;

    private Bytes(int type, int channel) {
        this.type = type;
        this.channel = channel;
    }

    /** A method frame, arguments to follow. */
    static Bytes method(int channel, int classId, int methodId) {
        return new Bytes(1, channel).u16(classId).u16(methodId);
    }

    static Bytes payload() {
        return new Bytes(1, 0);
    }

    static byte[] frame(int type, int channel, byte[] payload) {
        return new Bytes(type, channel).raw(payload).frame();
    }

    static byte[] header(int channel, long bodySize, byte[] properties) {
        return new Bytes(2, channel)
                .u16(60)
                .u16(0)
                .u64(bodySize)
                .raw(properties)
                .frame();
    }

    static byte[] body(int channel, byte[] bytes) {
        return frame(3, channel, bytes);
    }

    static byte[] heartbeat() {
        return frame(8, 0, new byte[0]);
    }

    /** basic.publish with its content in as few frames as possible. */
    static byte[] publish(int channel, String exchange, String key, byte[] properties, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] start = concat(
                method(channel, 60, 40).u16(0).str(exchange).str(key).u8(0).frame(),
                header(channel, bytes.length, properties));
        return bytes.length == 0 ? start : concat(start, body(channel, bytes));
    }

    static byte[] noProperties() {
        return new byte[2];
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] concat(byte[]... parts) {
        ByteBuf all = Unpooled.buffer();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return take(all);
    }

    Bytes u8(int value) {
        out.writeByte(value);
        return this;
    }

    Bytes u16(int value) {
        out.writeShort(value);
        return this;
    }

    Bytes u32(long value) {
        out.writeInt((int) value);
        return this;
    }

    Bytes u64(long value) {
        out.writeLong(value);
        return this;
    }

    Bytes str(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(bytes.length).writeBytes(bytes);
        return this;
    }

    Bytes longStr(String text) {
        return longBytes(ascii(text));
    }

    Bytes longBytes(byte[] bytes) {
        out.writeInt(bytes.length).writeBytes(bytes);
        return this;
    }

    Bytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** A table of booleans, 32-bit integers, strings and tables. */
    Bytes table(Map<String, ?> entries) {
        Bytes inner = payload();
        entries.forEach((name, value) -> inner.str(name).value(value));
        return longBytes(inner.bytes());
    }

    private Bytes value(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return u8('t').u8(flag ? 1 : 0);
        } else if (value instanceof Integer number) {
            return u8('I').u32(number);
        } else if (value instanceof String text) {
            return u8('S').longStr(text);
        } else if (value instanceof Map<?, ?> map) {
            Bytes inner = payload();
            map.forEach((name, element) -> inner.str(String.valueOf(name)).value(element));
            return u8('F').longBytes(inner.bytes());
        }
        throw new IllegalArgumentException("no test value " + value);
    }

    /** What was written, without framing. */
    byte[] bytes() {
        return take(out.copy());
    }

    /** The whole frame. */
    byte[] frame() {
        byte[] payload = bytes();
        ByteBuf all = Unpooled.buffer();
        all.writeByte(type).writeShort(channel).writeInt(payload.length);
        all.writeBytes(payload).writeByte(0xCE);
        return take(all);
    }

    private static byte[] take(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }
}
