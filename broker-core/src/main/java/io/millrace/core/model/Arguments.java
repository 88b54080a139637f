package io.millrace.core.model;

import java.util.Collections;
import java.util.LinkedHashMap;
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
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg '" + name + "': expected a string, got " + describe(value));
    }

    private static String describe(@Nullable Object value) {
        return value == null ? "void" : value.getClass().getSimpleName() + " " + value;
    }
}
