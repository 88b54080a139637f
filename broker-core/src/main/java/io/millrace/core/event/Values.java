package io.millrace.core.event;

import io.millrace.core.model.Arguments;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, texts and arguments in bytes. An unsigned number takes 7 bits a byte, lowest first, the top bit meaning that
 * more follow; a text is its length and its UTF-8; a value is a tag and what the tag says.
 */
public final class Values {
    private Values() {}

    /** Most bytes that a number takes. */
    public static final int NUMBER_BYTES_MAX = 10;

    /** Writes an unsigned number. */
    public static void putNumber(ByteBuffer to, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        to.put((byte) rest);
    }

    /** Reads an unsigned number. */
    public static long getNumber(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = from.get();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    /** Writes a text. */
    public static void putText(ByteBuffer to, String text) {
        putBytes(to, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a text. */
    public static String getText(ByteBuffer from) {
        return new String(getBytes(from), StandardCharsets.UTF_8);
    }

    /** Writes arguments. */
    public static void putArguments(ByteBuffer to, Arguments arguments) {
        putMap(to, arguments.values());
    }

    /** Reads arguments. */
    public static Arguments getArguments(ByteBuffer from) {
        return new Arguments(getMap(from));
    }

    /** At least the bytes that these arguments take. */
    public static int bytesMax(Arguments arguments) {
        return valueBytesMax(arguments.values());
    }

    /** At least the bytes that this text takes. */
    public static int bytesMax(String text) {
        return 5 + text.length() * 3;
    }

    private static int valueBytesMax(@Nullable Object value) {
        if (value instanceof String text) {
            return 1 + bytesMax(text);
        }
        if (value instanceof byte[] bytes) {
            return 6 + bytes.length;
        }
        if (value instanceof BigDecimal decimal) {
            return 16 + decimal.unscaledValue().bitLength() / 8;
        }
        int sum = 16;
        if (value instanceof List<?> list) {
            for (Object element : list) {
                sum += valueBytesMax(element);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                sum += bytesMax(String.valueOf(entry.getKey())) + valueBytesMax(entry.getValue());
            }
        }
        return sum;
    }

    private static void putBytes(ByteBuffer to, byte[] bytes) {
        putNumber(to, bytes.length);
        to.put(bytes);
    }

    private static byte[] getBytes(ByteBuffer from) {
        byte[] bytes = new byte[Math.toIntExact(getNumber(from))];
        from.get(bytes);
        return bytes;
    }

    private static void putMap(ByteBuffer to, Map<?, ?> map) {
        putNumber(to, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            putText(to, String.valueOf(entry.getKey()));
            putValue(to, entry.getValue());
        }
    }

    private static Map<String, @Nullable Object> getMap(ByteBuffer from) {
        long size = getNumber(from);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (long i = 0; i < size; i++) {
            map.put(getText(from), getValue(from));
        }
        return map;
    }

    private static void putValue(ByteBuffer to, @Nullable Object value) {
        if (value == null) {
            to.put((byte) 'V');
        } else if (value instanceof Boolean b) {
            to.put((byte) (b ? '1' : '0'));
        } else if (value instanceof Long number) {
            to.put((byte) 'l').putLong(number);
        } else if (value instanceof Double number) {
            to.put((byte) 'd').putDouble(number);
        } else if (value instanceof String text) {
            to.put((byte) 'S');
            putText(to, text);
        } else if (value instanceof byte[] bytes) {
            to.put((byte) 'x');
            putBytes(to, bytes);
        } else if (value instanceof Instant instant) {
            to.put((byte) 'T').putLong(instant.toEpochMilli());
        } else if (value instanceof BigDecimal decimal) {
            to.put((byte) 'D').putInt(decimal.scale());
            putBytes(to, decimal.unscaledValue().toByteArray());
        } else if (value instanceof List<?> list) {
            to.put((byte) 'A');
            putNumber(to, list.size());
            list.forEach(element -> putValue(to, element));
        } else if (value instanceof Map<?, ?> map) {
            to.put((byte) 'F');
            putMap(to, map);
        } else {
            throw new IllegalStateException("argument of a type that no edge may hand in: "
                    + value.getClass().getName());
        }
    }

    private static @Nullable Object getValue(ByteBuffer from) {
        byte tag = from.get();
        return switch (tag) {
            case 'V' -> null;
            case '0' -> false;
            case '1' -> true;
            case 'l' -> from.getLong();
            case 'd' -> from.getDouble();
            case 'S' -> getText(from);
            case 'x' -> getBytes(from);
            case 'T' -> Instant.ofEpochMilli(from.getLong());
            case 'D' -> {
                int scale = from.getInt();
                yield new BigDecimal(new BigInteger(getBytes(from)), scale);
            }
            case 'A' -> getList(from);
            case 'F' -> getMap(from);
            default -> throw new IllegalStateException("unknown value tag " + tag + " in an event");
        };
    }

    private static List<@Nullable Object> getList(ByteBuffer from) {
        long size = getNumber(from);
        List<@Nullable Object> list = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            list.add(getValue(from));
        }
        return list;
    }
}
