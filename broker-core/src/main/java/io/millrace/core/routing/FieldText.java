package io.millrace.core.routing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Argument values as the texts of refusals name them; clients and their tests look for these words. */
final class FieldText {
    private FieldText() {}

    /** The name of the value's type on the wire. */
    static String type(@Nullable Object value) {
        if (value == null) {
            return "void";
        }
        if (value instanceof String) {
            return "longstr";
        }
        if (value instanceof Long number) {
            return number == number.intValue() ? "signedint" : "long";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof Double) {
            return "double";
        }
        if (value instanceof byte[]) {
            return "binary";
        }
        if (value instanceof Instant) {
            return "timestamp";
        }
        if (value instanceof BigDecimal) {
            return "decimal";
        }
        return value instanceof List ? "array" : value instanceof Map ? "table" : "unknown";
    }

    /** The value itself, cut at 255 characters. */
    static String value(@Nullable Object value) {
        if (value == null) {
            return "undefined";
        }
        String text = value instanceof byte[] bytes ? bytes.length + " bytes" : value.toString();
        return text.length() <= 255 ? text : text.substring(0, 252) + "...";
    }

    /** One side of a comparison: {@code none}, or the value with its type. */
    static String presence(boolean present, @Nullable Object value) {
        return present ? "the value '" + value(value) + "' of type '" + type(value) + "'" : "none";
    }
}
