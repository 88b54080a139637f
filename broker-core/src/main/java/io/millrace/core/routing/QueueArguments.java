package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.QueueSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of queues that have a meaning: their types and ranges. Unknown ones pass unchecked. */
final class QueueArguments {
    /** Those that must be the same when a queue is declared again; {@code x-queue-type} has a rule of its own. */
    static final List<String> COMPARED = List.of(
            "x-expires",
            "x-message-ttl",
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-dead-letter-strategy",
            "x-max-length",
            "x-max-length-bytes",
            "x-max-priority",
            "x-overflow",
            "x-single-active-consumer",
            "x-delivery-limit",
            "x-consumer-timeout",
            "x-message-deduplication",
            "x-deduplication-header",
            "x-cache-size",
            "x-cache-ttl",
            "x-max-age",
            "x-stream-max-segment-size-bytes",
            "x-stream-filter-size-bytes");

    static final long MILLIS_MAX = 0xFFFF_FFFFL;
    private static final Map<String, Rule> RULES = rules();

    private QueueArguments() {}

    /** Refuses a value that its argument does not allow; {@code subject} names the queue and its virtual host. */
    private interface Rule {
        void check(String argument, String subject, @Nullable Object value);
    }

    /** @throws BrokerException for the first argument, in their order in the declaration, that is not acceptable */
    static void check(String vhost, QueueSpec spec) {
        String subject = Refusals.queue(vhost, spec.name());
        Arguments arguments = spec.arguments();
        for (Map.Entry<String, @Nullable Object> argument : arguments.values().entrySet()) {
            Rule rule = RULES.get(argument.getKey());
            if (rule != null) {
                rule.check(argument.getKey(), subject, argument.getValue());
            }
        }
        if (arguments.has("x-dead-letter-routing-key") && !arguments.has("x-dead-letter-exchange")) {
            throw Refusals.invalidArgument("x-dead-letter-routing-key", subject, "routing_key_but_no_dlx_defined");
        }
        checkReplicated(subject, spec);
    }

    /** Quorum queues and streams are for data that outlives everybody. */
    private static void checkReplicated(String subject, QueueSpec spec) {
        Object type = spec.arguments().get("x-queue-type");
        if (!"quorum".equals(type) && !"stream".equals(type)) {
            return;
        }
        String property = !spec.durable()
                ? "non-durable"
                : spec.exclusive() ? "exclusive-owner" : spec.autoDelete() ? "auto-delete" : "";
        if (!property.isEmpty()) {
            throw Refusals.invalidProperty(property, subject);
        }
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("x-expires", integer(1, MILLIS_MAX));
        rules.put("x-message-ttl", integer(0, MILLIS_MAX));
        rules.put("x-max-length", integer(0, Long.MAX_VALUE));
        rules.put("x-max-length-bytes", integer(0, Long.MAX_VALUE));
        rules.put("x-delivery-limit", integer(Long.MIN_VALUE, Long.MAX_VALUE));
        rules.put("x-consumer-timeout", integer(1, MILLIS_MAX));
        rules.put("x-max-priority", QueueArguments::checkPriority);
        rules.put("x-dead-letter-exchange", QueueArguments::checkExchangeName);
        rules.put("x-dead-letter-routing-key", QueueArguments::checkString);
        rules.put("x-dead-letter-strategy", oneOf("invalid_dlx_strategy", List.of("at-most-once", "at-least-once")));
        rules.put(
                "x-overflow", oneOf("invalid_overflow", List.of("drop-head", "reject-publish", "reject-publish-dlx")));
        rules.put("x-single-active-consumer", QueueArguments::checkBoolean);
        rules.put("x-queue-type", QueueArguments::checkQueueType);
        return rules;
    }

    private static Rule integer(long min, long max) {
        return (argument, subject, value) -> checkInteger(argument, subject, value, min, max);
    }

    static long checkInteger(String argument, String subject, @Nullable Object value, long min, long max) {
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

    private static void checkPriority(String argument, String subject, @Nullable Object value) {
        long priority = checkInteger(argument, subject, value, 0, Long.MAX_VALUE);
        if (priority > 255) {
            throw Refusals.invalidArgument(argument, subject, "{max_value_exceeded," + priority + "}");
        }
    }

    private static void checkExchangeName(String argument, String subject, @Nullable Object value) {
        if (!(value instanceof String)) {
            throw Refusals.invalidType(argument, subject, FieldText.type(value));
        }
    }

    private static void checkString(String argument, String subject, @Nullable Object value) {
        if (!(value instanceof String)) {
            throw unacceptableType(argument, subject, value);
        }
    }

    private static void checkBoolean(String argument, String subject, @Nullable Object value) {
        if (!(value instanceof Boolean)) {
            throw unacceptableType(argument, subject, value);
        }
    }

    private static void checkQueueType(String argument, String subject, @Nullable Object value) {
        checkString(argument, subject, value);
        if (!Declarations.queueTypes().contains(value)) {
            throw Refusals.invalidArgument(argument, subject, "\"unsupported queue type '" + value + "'\"");
        }
    }

    private static Rule oneOf(String otherwise, List<String> allowed) {
        return (argument, subject, value) -> {
            checkString(argument, subject, value);
            if (!allowed.contains(value)) {
                throw Refusals.invalidArgument(argument, subject, otherwise);
            }
        };
    }

    private static BrokerException unacceptableType(String argument, String subject, @Nullable Object value) {
        return Refusals.invalidArgument(argument, subject, "{unacceptable_type," + FieldText.type(value) + "}");
    }
}
