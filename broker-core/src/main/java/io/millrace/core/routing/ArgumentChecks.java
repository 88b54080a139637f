package io.millrace.core.routing;

import io.millrace.core.model.BrokerException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of which the rules for arguments are made, with the texts that clients of this protocol family know. */
final class ArgumentChecks {
    /** The longest time that may be given, milliseconds: ten years of 365 days. */
    static final long MILLIS_MAX = 315_360_000_000L;

    private ArgumentChecks() {}

    /** Lets everything pass. */
    static void anything(String argument, String subject, @Nullable Object value) {
        // Nothing is asked of an argument without effect.
    }

    static ArgumentRule.Check integer(long min, long max) {
        return (argument, subject, value) -> integer(argument, subject, value, min, max);
    }

    static long integer(String argument, String subject, @Nullable Object value, long min, long max) {
        if (!(value instanceof Long number)) {
            throw Refusals.invalidArgument(
                    argument, subject, "\"expected integer, got " + FieldText.type(value) + "\"");
        }
        if (number < min) {
            throw Refusals.invalidArgument(
                    argument, subject, number == 0 ? "{value_zero,0}" : "{value_negative," + number + "}");
        }
        if (number > max) {
            throw Refusals.invalidArgument(argument, subject, "{value_too_large," + number + "}");
        }
        return number;
    }

    static void priority(String argument, String subject, @Nullable Object value) {
        long priority = integer(argument, subject, value, 0, Long.MAX_VALUE);
        if (priority > 255) {
            throw Refusals.invalidArgument(argument, subject, "{max_value_exceeded," + priority + "}");
        }
    }

    static void exchangeName(String argument, String subject, @Nullable Object value) {
        if (!(value instanceof String)) {
            throw Refusals.invalidType(argument, subject, FieldText.type(value));
        }
    }

    static void text(String argument, String subject, @Nullable Object value) {
        if (!(value instanceof String)) {
            throw unacceptableType(argument, subject, value);
        }
    }

    static void header(String argument, String subject, @Nullable Object value) {
        text(argument, subject, value);
        if ("".equals(value)) {
            throw Refusals.invalidArgument(argument, subject, "\"the name of a header is not empty\"");
        }
    }

    static void bool(String argument, String subject, @Nullable Object value) {
        if (!(value instanceof Boolean)) {
            throw unacceptableType(argument, subject, value);
        }
    }

    static ArgumentRule.Check oneOf(String otherwise, String... allowed) {
        List<String> values = List.of(allowed);
        return (argument, subject, value) -> {
            text(argument, subject, value);
            if (!values.contains(value)) {
                throw Refusals.invalidArgument(argument, subject, otherwise.replace("%s", String.valueOf(value)));
            }
        };
    }

    /** Which type of queue, by its name; streams are refused in a clear text of their own. */
    static void queueType(String argument, String subject, @Nullable Object value) {
        text(argument, subject, value);
        if ("stream".equals(value)) {
            throw Refusals.invalidArgument(
                    argument, subject, "'stream' is not supported by this broker; use 'classic' or 'quorum'");
        }
        if (!"classic".equals(value) && !"quorum".equals(value)) {
            throw Refusals.invalidArgument(argument, subject, "\"unsupported queue type '" + value + "'\"");
        }
    }

    @SuppressWarnings("DoNotCallSuggester") // it is a check like the others, called as one
    static void refused(String argument, String subject, @Nullable Object value) {
        throw Refusals.invalidArgument(
                argument, subject, "not supported by this version of the broker; declare the queue without it");
    }

    private static BrokerException unacceptableType(String argument, String subject, @Nullable Object value) {
        return Refusals.invalidArgument(argument, subject, "{unacceptable_type," + FieldText.type(value) + "}");
    }
}
