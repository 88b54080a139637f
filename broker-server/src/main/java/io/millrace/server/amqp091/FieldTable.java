package io.millrace.server.amqp091;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads field tables, AMQP 0-9-1 §4.2.5.5 with the type letters that RabbitMQ and its clients use
 * ({@code t b B s u I i l L f d D S A T F V x}), into the types of {@link io.millrace.core.model.Arguments}.
 *
 * <p>A string ({@code S}) that is not UTF-8 becomes {@code byte[]}. Of two entries with one name the later counts.
 * Anything malformed is a {@link ReplyCode#SYNTAX_ERROR} for the connection. Depth is bounded, so recursion is safe.
 */
final class FieldTable {
    /** Most tables and arrays inside each other. */
    static final int DEPTH_MAX = 32;

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /** Instants that fit: the rest of the range of a u64 in seconds means nothing. */
    private static final long INSTANT_SECONDS_MAX = 31_556_889_864_403_199L;

    private final byte[] bytes;
    private int at;

    private FieldTable(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** Reads the entries of a table between two offsets; its length field lies before them. */
    static Map<String, @Nullable Object> decode(byte[] bytes, int from, int end) {
        return new FieldTable(bytes, from).entries(end, 1);
    }

    private Map<String, @Nullable Object> entries(int end, int depth) {
        check(depth);
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        while (at < end) {
            int length = bytes[at++] & 0xFF;
            need(length, end);
            String name = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            entries.put(name, value(end, depth));
        }
        return entries;
    }

    private List<@Nullable Object> elements(int end, int depth) {
        check(depth);
        List<@Nullable Object> elements = new ArrayList<>();
        while (at < end) {
            elements.add(value(end, depth));
        }
        return elements;
    }

    private @Nullable Object value(int end, int depth) {
        need(1, end);
        int type = bytes[at++];
        int size = FieldTableCheck.fixedSize(type);
        if (size < 0) {
            throw FieldTableCheck.unknownType(type);
        }
        need(size, end);
        int start = at;
        at += size;
        return switch (type) {
            case 't' -> bytes[start] != 0;
            case 'b' -> (long) bytes[start];
            case 'B' -> (long) (bytes[start] & 0xFF);
            case 's' -> (long) (short) SHORTS.get(bytes, start);
            case 'u' -> (long) ((short) SHORTS.get(bytes, start) & 0xFFFF);
            case 'I' -> (long) (int) INTS.get(bytes, start);
            case 'i' -> (int) INTS.get(bytes, start) & 0xFFFF_FFFFL;
            case 'l', 'L' -> (long) LONGS.get(bytes, start);
            case 'f' -> (double) Float.intBitsToFloat((int) INTS.get(bytes, start));
            case 'd' -> Double.longBitsToDouble((long) LONGS.get(bytes, start));
            case 'D' -> new BigDecimal(BigInteger.valueOf((int) INTS.get(bytes, start + 1)), bytes[start] & 0xFF);
            case 'T' -> Instant.ofEpochSecond(seconds((long) LONGS.get(bytes, start)));
            case 'V' -> null;
            default -> sized(type, (int) INTS.get(bytes, start), end, depth);
        };
    }

    private Object sized(int type, int length, int end, int depth) {
        if (length < 0) {
            throw FieldTableCheck.cut();
        }
        need(length, end);
        int start = at;
        int valueEnd = start + length;
        Object value = switch (type) {
            case 'S' -> text(start, length);
            case 'x' -> Arrays.copyOfRange(bytes, start, valueEnd);
            case 'F' -> entries(valueEnd, depth + 1);
            default -> elements(valueEnd, depth + 1);
        };
        at = valueEnd;
        return value;
    }

    private Object text(int start, int length) {
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        byte[] again = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(again, 0, again.length, bytes, start, start + length)
                ? text
                : Arrays.copyOfRange(bytes, start, start + length);
    }

    private static long seconds(long seconds) {
        return Math.max(-INSTANT_SECONDS_MAX, Math.min(INSTANT_SECONDS_MAX, seconds));
    }

    private static void check(int depth) {
        if (depth > DEPTH_MAX) {
            throw FieldTableCheck.tooDeep();
        }
    }

    private static void need(int bytes, int have, int end) {
        if (bytes > end - have) {
            throw FieldTableCheck.cut();
        }
    }

    private void need(int count, int end) {
        need(count, at, end);
    }
}
