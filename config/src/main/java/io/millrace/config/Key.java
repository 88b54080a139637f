package io.millrace.config;

import java.util.Locale;

/**
 * One thing that can be configured.
 *
 * @param name        dotted and in kebab case: {@code amqp.frame-max}
 * @param type        reads and prints the value, and knows its range
 * @param defaultText the default as it would stand in the file
 * @param meaning     one or two sentences for the manual
 */
public record Key<T>(String name, ValueType<T> type, String defaultText, String meaning) {
    /** What the name of every environment variable of the broker begins with. */
    public static final String VARIABLE_PREFIX = "MILLRACE_";

    /** The environment variable that sets this key: {@code MILLRACE_AMQP_FRAME_MAX}. */
    public String variable() {
        return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The part of the name before the first dot; the manual groups the keys by it. */
    public String section() {
        return name.substring(0, name.indexOf('.'));
    }

    /** The default as a value. */
    T defaultValue() {
        try {
            return type.parse(defaultText);
        } catch (InvalidValueException e) {
            throw new IllegalStateException("the default of " + name + " " + e.getMessage(), e);
        }
    }
}
