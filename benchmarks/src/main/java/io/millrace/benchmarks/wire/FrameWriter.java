package io.millrace.benchmarks.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Appends frames to a buffer that grows. */
public final class FrameWriter {
    private ByteBuffer buffer;
    private int frame;

    public FrameWriter(int capacity) {
        buffer = ByteBuffer.allocateDirect(capacity);
    }

    /** Where the next byte goes. */
    public int position() {
        return buffer.position();
    }

    /** What was written, from 0 to its limit, in memory outside the heap. The writer must not be used after that. */
    public ByteBuffer written() {
        return buffer.flip();
    }

    public FrameWriter method(int channel, int method) {
        frame(Wire.METHOD, channel);
        return u32(method);
    }

    public FrameWriter frame(byte type, int channel) {
        frame = buffer.position();
        u8(type);
        u16(channel);
        return u32(0);
    }

    /** Ends the frame that was begun last. */
    public FrameWriter end() {
        buffer.putInt(frame + 3, buffer.position() - frame - Wire.FRAME_HEAD);
        return u8(Wire.END);
    }

    public FrameWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public FrameWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    public FrameWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    public FrameWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    public FrameWriter shortText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw new IllegalArgumentException("a short string has " + bytes.length + " bytes; allowed: 255");
        }
        u8(bytes.length);
        return bytes(bytes);
    }

    public FrameWriter longText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u32(bytes.length);
        return bytes(bytes);
    }

    public FrameWriter bytes(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    /** A table whose values are texts, numbers of 32 bits, truths or such tables. */
    public FrameWriter table(Map<String, ?> fields) {
        int length = buffer.position();
        u32(0);
        fields.forEach((name, value) -> {
            shortText(name);
            field(value);
        });
        buffer.putInt(length, buffer.position() - length - 4);
        return this;
    }

    @SuppressWarnings("unchecked")
    private void field(Object value) {
        if (value instanceof String text) {
            u8('S').longText(text);
        } else if (value instanceof Integer number) {
            u8('I').u32(number);
        } else if (value instanceof Boolean truth) {
            u8('t').u8(truth ? 1 : 0);
        } else if (value instanceof Map<?, ?> fields) {
            u8('F').table((Map<String, ?>) fields);
        } else {
            throw new IllegalArgumentException("no field of " + value.getClass());
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(buffer.capacity() * 2, buffer.position() + bytes));
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }
}
