package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes strings and field tables, AMQP 0-9-1 §4.2.5, from the types of {@link io.millrace.core.model.Arguments}. */
final class FieldTableWriter {
    private static final int SHORT_STRING_MAX = 255;

    private FieldTableWriter() {}

    /** A short string; what is longer than 255 bytes is cut before a character and ends in three dots. */
    static void shortString(ByteBuf out, String text) {
        byte[] bytes = shortBytes(text);
        out.writeByte(bytes.length).writeBytes(bytes);
    }

    /** The bytes of a short string without their length, at most 255. */
    static byte[] shortBytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= SHORT_STRING_MAX) {
            return bytes;
        }
        int end = SHORT_STRING_MAX - 3;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        byte[] cut = Arrays.copyOf(bytes, end + 3);
        Arrays.fill(cut, end, end + 3, (byte) '.');
        return cut;
    }

    static void longString(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length).writeBytes(bytes);
    }

    /** A table with its length field. */
    static void table(ByteBuf out, Map<?, ? extends @Nullable Object> entries) {
        int lengthAt = out.writerIndex();
        out.writeInt(0);
        entries.forEach((name, value) -> entry(out, String.valueOf(name), value));
        out.setInt(lengthAt, out.writerIndex() - lengthAt - 4);
    }

    /** One entry of a table. */
    static void entry(ByteBuf out, String name, @Nullable Object value) {
        shortString(out, name);
        value(out, value);
    }

    private static void value(ByteBuf out, @Nullable Object value) {
        if (value == null) {
            out.writeByte('V');
        } else if (value instanceof Boolean flag) {
            out.writeByte('t').writeByte(flag ? 1 : 0);
        } else if (value instanceof Number number) {
            number(out, number);
        } else if (value instanceof String text) {
            longString(out.writeByte('S'), text);
        } else if (value instanceof byte[] bytes) {
            out.writeByte('x').writeInt(bytes.length).writeBytes(bytes);
        } else if (value instanceof Instant instant) {
            out.writeByte('T').writeLong(instant.getEpochSecond());
        } else if (value instanceof Map<?, ?> map) {
            table(out.writeByte('F'), map);
        } else if (value instanceof List<?> list) {
            array(out.writeByte('A'), list);
        } else {
            throw new IllegalStateException(
                    "no field type for a " + value.getClass().getName());
        }
    }

    private static void number(ByteBuf out, Number number) {
        if (number instanceof BigDecimal decimal) {
            out.writeByte('D')
                    .writeByte(decimal.scale())
                    .writeInt(decimal.unscaledValue().intValue());
        } else if (number instanceof Double || number instanceof Float) {
            out.writeByte('d').writeLong(Double.doubleToRawLongBits(number.doubleValue()));
        } else if (number instanceof Integer) {
            out.writeByte('I').writeInt(number.intValue());
        } else {
            out.writeByte('l').writeLong(number.longValue());
        }
    }

    private static void array(ByteBuf out, List<?> elements) {
        int lengthAt = out.writerIndex();
        out.writeInt(0);
        for (Object element : elements) {
            value(out, element);
        }
        out.setInt(lengthAt, out.writerIndex() - lengthAt - 4);
    }
}
