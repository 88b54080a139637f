package io.millrace.core.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The free arguments of a declaration, a binding or a subscription, in a form that no protocol owns.
 *
 * <p>A value is a {@link Boolean}, {@link Long} (every integer type of the wire), {@link Double}, {@link String},
 * {@code byte[]}, {@link java.time.Instant}, {@link java.math.BigDecimal}, {@link java.util.List}, {@link Map} with
 * string keys, or null (the wire's void). Edges convert to these types, so that 5 in one byte equals 5 in eight.
 *
 * @param values the arguments by name; immutable
 */
public record Arguments(Map<String, @Nullable Object> values) {

    /** No arguments. */
    public static final Arguments NONE = new Arguments(Map.of());

    /** Copies {@code values} in their order. */
    public Arguments {
        values = values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The value of that name, or null if it is absent. */
    public @Nullable Object get(String name) {
        return values.get(name);
    }

    /** Whether an argument of that name is there, even with a void value. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * The string argument of that name, or null if it is absent.
     *
     * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} if it is there and no string
     */
    public @Nullable String string(String name) {
        Object value = values.get(name);
        if (value == null && !values.containsKey(name)) {
            return null;
        }
        if (value instanceof String text) {
            return text;
        }
        throw new BrokerException(
                ErrorCode.PRECONDITION_FAILED, "invalid arg '" + name + "': expected a string, got " + describe(value));
    }

    /** Whether both hold the same names with the {@linkplain #sameValue same values}, in whatever order. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Arguments that && sameValue(values, that.values);
    }

    @Override
    public int hashCode() {
        return hashOf(values);
    }

    /**
     * Whether two values are of the same type and equal, byte arrays by their content: a byte array within arguments must
     * not make two equal declarations differ, as it would by {@link Object#equals}.
     */
    public static boolean sameValue(@Nullable Object a, @Nullable Object b) {
        if (a == b) {
            return true;
        }
        if (a instanceof byte[] x) {
            return b instanceof byte[] y && Arrays.equals(x, y);
        }
        if (a instanceof List<?> x) {
            return b instanceof List<?> y && sameList(x, y);
        }
        if (a instanceof Map<?, ?> x) {
            return b instanceof Map<?, ?> y && sameMap(x, y);
        }
        return a != null && a.equals(b);
    }

    /** A hash that agrees with {@link #sameValue}. */
    public static int hashOf(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        }
        if (value instanceof List<?> list) {
            int hash = 1;
            for (Object element : list) {
                hash = 31 * hash + hashOf(element);
            }
            return hash;
        }
        if (value instanceof Map<?, ?> map) {
            int hash = 0;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                hash += String.valueOf(entry.getKey()).hashCode() ^ hashOf(entry.getValue());
            }
            return hash;
        }
        return value.hashCode();
    }

    private static boolean sameList(List<?> a, List<?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        Iterator<?> other = b.iterator();
        for (Object element : a) {
            if (!sameValue(element, other.next())) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameMap(Map<?, ?> a, Map<?, ?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : a.entrySet()) {
            if (!b.containsKey(entry.getKey()) || !sameValue(entry.getValue(), b.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static String describe(@Nullable Object value) {
        return value == null ? "void" : value.getClass().getSimpleName() + " " + value;
    }
}
