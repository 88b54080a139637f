package io.millrace.core.policy;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings that policies may have: their types and ranges, and what becomes of two values for one of them. */
public final class PolicyKeys {
    private static final long MILLIS_MAX = 315_360_000_000L;
    private static final int TEXT_CHARS_MAX = 255;
    private static final Pattern AGE = Pattern.compile("[0-9]{1,18}[YMDhms]");
    private static final Map<String, Rule> RULES = rules();

    /** What an operator may set. */
    private static final Set<String> OPERATOR = Set.of(
            "expires",
            "message-ttl",
            "max-length",
            "max-length-bytes",
            "max-in-memory-length",
            "max-in-memory-bytes",
            "delivery-limit",
            "queue-version",
            "overflow",
            "target-group-size",
            "delayed-retry-type",
            "delayed-retry-min",
            "delayed-retry-max");

    private PolicyKeys() {}

    /** @param noun what a value ought to be, with its range */
    private record Rule(String noun, Predicate<Object> allows) {}

    /** Every setting that a policy of that kind may have. */
    public static List<String> names(boolean operator) {
        return RULES.keySet().stream()
                .filter(name -> !operator || OPERATOR.contains(name))
                .toList();
    }

    /**
     * Checks the settings of a policy.
     *
     * @param operator whether it is an operator's
     * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} if it has none, or one that is unknown or has a value
     *     that it may not have
     */
    public static void check(boolean operator, Arguments definition) {
        if (definition.isEmpty()) {
            throw refused("no policy provided");
        }
        List<String> unknown = new ArrayList<>();
        for (String name : definition.values().keySet()) {
            if (!RULES.containsKey(name) || (operator && !OPERATOR.contains(name))) {
                unknown.add("\"" + name + "\"");
            }
        }
        if (!unknown.isEmpty()) {
            throw refused(unknown + " are not recognised policy settings; use some of " + names(operator));
        }
        definition.values().forEach(PolicyKeys::checkValue);
        checkRetry(definition);
    }

    private static void checkValue(String name, @Nullable Object value) {
        Rule rule = RULES.get(name);
        if (rule != null && (value == null || !rule.allows.test(value))) {
            throw refused(text(value) + " is not a valid value of " + name + "; allowed is " + rule.noun);
        }
    }

    private static void checkRetry(Arguments definition) {
        if (definition.get("delayed-retry-min") instanceof Long min
                && definition.get("delayed-retry-max") instanceof Long max
                && max < min) {
            throw refused(max + " is not a valid value of delayed-retry-max; allowed is " + min
                    + ", which is delayed-retry-min, or more");
        }
    }

    /** What holds of a user's and an operator's settings together. */
    static Arguments merged(Arguments user, Arguments operator) {
        if (operator.isEmpty()) {
            return user;
        }
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(user.values());
        operator.values()
                .forEach((name, ruled) ->
                        merged.merge(name, Objects.requireNonNull(ruled), (own, other) -> merged(name, own, other)));
        return new Arguments(merged);
    }

    /** The stricter of two values of one setting. */
    static Object merged(String name, Object user, Object operator) {
        if (user instanceof Long own && operator instanceof Long ruled) {
            return switch (name) {
                case "delivery-limit" -> deliveryLimit(own, ruled);
                case "delayed-retry-min", "target-group-size" -> Math.max(own, ruled);
                case "queue-version" -> ruled;
                default -> Math.min(own, ruled);
            };
        }
        return operator;
    }

    /** The stricter of two delivery limits, of which a negative one means that there is none: that one is the larger. */
    public static long deliveryLimit(long one, long other) {
        return one < 0 || other < 0 ? Math.max(one, other) : Math.min(one, other);
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("alternate-exchange", text("the name of an exchange"));
        rules.put("dead-letter-exchange", text("the name of an exchange"));
        rules.put("dead-letter-routing-key", text("a routing key"));
        rules.put("dead-letter-strategy", oneOf("at-most-once", "at-least-once"));
        rules.put("message-ttl", integer(0, MILLIS_MAX, "milliseconds"));
        rules.put("expires", integer(1, MILLIS_MAX, "milliseconds"));
        rules.put("max-length", integer(0, Long.MAX_VALUE, "messages"));
        rules.put("max-length-bytes", integer(0, Long.MAX_VALUE, "bytes"));
        rules.put("max-in-memory-length", integer(0, Long.MAX_VALUE, "messages"));
        rules.put("max-in-memory-bytes", integer(0, Long.MAX_VALUE, "bytes"));
        rules.put("overflow", oneOf("drop-head", "reject-publish", "reject-publish-dlx"));
        rules.put("delivery-limit", integer(-1, Long.MAX_VALUE, "attempts, -1 for no limit"));
        rules.put("consumer-timeout", integer(1, MILLIS_MAX, "milliseconds"));
        rules.put("consumer-disconnected-timeout", integer(0, MILLIS_MAX, "milliseconds"));
        rules.put("delayed-retry-type", oneOf("disabled", "all", "failed", "returned"));
        rules.put("delayed-retry-min", integer(1, MILLIS_MAX, "milliseconds"));
        rules.put("delayed-retry-max", integer(1, MILLIS_MAX, "milliseconds"));
        rules.put("queue-mode", oneOf("default", "lazy"));
        rules.put("queue-version", integer(1, 2, "version"));
        rules.put("queue-leader-locator", oneOf("client-local", "balanced", "random", "least-leaders"));
        rules.put("initial-cluster-size", integer(0, Long.MAX_VALUE, "members"));
        rules.put("target-group-size", integer(0, Long.MAX_VALUE, "members"));
        rules.put(
                "max-age",
                new Rule(
                        "a number with one of the units Y M D h m s",
                        value -> value instanceof String age && AGE.matcher(age).matches()));
        rules.put("stream-max-segment-size-bytes", integer(0, Long.MAX_VALUE, "bytes"));
        rules.put("stream-filter-size-bytes", integer(16, 255, "bytes"));
        return rules;
    }

    private static Rule integer(long min, long max, String unit) {
        String range = max == Long.MAX_VALUE ? min + " or more" : min + " to " + max;
        return new Rule(
                "an integer, " + range + " (" + unit + ")",
                value -> value instanceof Long number && number >= min && number <= max);
    }

    private static Rule text(String noun) {
        return new Rule(
                noun + ", a string of up to " + TEXT_CHARS_MAX + " characters",
                value -> value instanceof String text && text.length() <= TEXT_CHARS_MAX);
    }

    private static Rule oneOf(String... allowed) {
        List<String> values = List.of(allowed);
        return new Rule("one of " + values, values::contains);
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
    }

    private static BrokerException refused(String text) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, text);
    }
}
