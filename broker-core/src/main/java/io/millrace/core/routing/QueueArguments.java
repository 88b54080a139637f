package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.queue.RememberedIds;
import io.millrace.core.routing.ArgumentRule.Standing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of queues that have a meaning, each defined here and nowhere else. Unknown ones pass unchecked. */
public final class QueueArguments {
    static final String TYPE = "x-queue-type";

    private static final String MILLIS = "milliseconds";
    private static final String COUNT = "0 or more";
    private static final Map<String, ArgumentRule> RULES = rules();
    private static final List<String> COMPARED = compared();

    private QueueArguments() {}

    /** Every argument that has a meaning, in the order of the reference. */
    static List<ArgumentRule> all() {
        return List.copyOf(RULES.values());
    }

    /** Those that must be the same when a queue is declared again; {@code x-queue-type} has a rule of its own. */
    static List<String> comparedNames() {
        return COMPARED;
    }

    /** Those of a queue's arguments that are accepted without effect, though they once had one: worth a notice. */
    public static List<String> legacy(QueueSpec spec) {
        List<String> names = new ArrayList<>(0);
        for (String name : spec.arguments().values().keySet()) {
            ArgumentRule rule = RULES.get(name);
            if (rule != null && rule.standing() == Standing.LEGACY) {
                names.add(name);
            }
        }
        return names;
    }

    /** @throws BrokerException for the first argument, in their order in the declaration, that is not acceptable */
    static void check(String vhost, QueueSpec spec) {
        String subject = Refusals.queue(vhost, spec.name());
        Arguments arguments = spec.arguments();
        checkType(subject, spec);
        for (Map.Entry<String, @Nullable Object> argument : arguments.values().entrySet()) {
            ArgumentRule rule = RULES.get(argument.getKey());
            if (rule == null) {
                continue;
            }
            if (rule.standing() == Standing.STREAM) {
                throw Refusals.wrongType(rule.name(), subject, isQuorum(spec) ? "quorum" : "classic");
            }
            rule.check().check(rule.name(), subject, argument.getValue());
        }
        if (arguments.has("x-dead-letter-routing-key") && !arguments.has("x-dead-letter-exchange")) {
            throw Refusals.invalidArgument("x-dead-letter-routing-key", subject, "routing_key_but_no_dlx_defined");
        }
    }

    static boolean isQuorum(QueueSpec spec) {
        return "quorum".equals(spec.arguments().get(TYPE));
    }

    /** Quorum queues are for data that outlives everybody. */
    private static void checkType(String subject, QueueSpec spec) {
        if (spec.arguments().has(TYPE)) {
            ArgumentChecks.queueType(TYPE, subject, spec.arguments().get(TYPE));
        }
        if (!isQuorum(spec)) {
            return;
        }
        String property = !spec.durable()
                ? "non-durable"
                : spec.exclusive() ? "exclusive-owner" : spec.autoDelete() ? "auto-delete" : "";
        if (!property.isEmpty()) {
            throw Refusals.invalidProperty(property, subject);
        }
    }

    private static List<String> compared() {
        return RULES.values().stream()
                .filter(ArgumentRule::compared)
                .map(ArgumentRule::name)
                .toList();
    }

    private static Map<String, ArgumentRule> rules() {
        List<ArgumentRule> rules = new ArrayList<>();
        addKept(rules);
        addWithoutEffect(rules);
        addRefused(rules);
        Map<String, ArgumentRule> byName = new LinkedHashMap<>();
        rules.forEach(rule -> byName.put(rule.name(), rule));
        return byName;
    }

    private static void addKept(List<ArgumentRule> rules) {
        rules.add(new ArgumentRule(
                TYPE, "string", "`classic`, `quorum`", Standing.KEPT, false, ArgumentChecks::queueType));
        rules.add(millis("x-expires", 1));
        rules.add(millis("x-message-ttl", 0));
        rules.add(kept("x-dead-letter-exchange", "string", "a name", ArgumentChecks::exchangeName));
        rules.add(kept("x-dead-letter-routing-key", "string", "a key", ArgumentChecks::text));
        rules.add(kept(
                "x-dead-letter-strategy",
                "string",
                "`at-most-once`, `at-least-once`",
                ArgumentChecks.oneOf("invalid_dlx_strategy", "at-most-once", "at-least-once")));
        rules.add(kept("x-max-length", "integer", COUNT, ArgumentChecks.integer(0, Long.MAX_VALUE)));
        rules.add(kept("x-max-length-bytes", "integer", COUNT, ArgumentChecks.integer(0, Long.MAX_VALUE)));
        rules.add(kept(
                "x-overflow",
                "string",
                "`drop-head`, `reject-publish`, `reject-publish-dlx`",
                ArgumentChecks.oneOf("invalid_overflow", "drop-head", "reject-publish", "reject-publish-dlx")));
        rules.add(kept("x-max-priority", "integer", "0 to 255", ArgumentChecks::priority));
        rules.add(kept("x-single-active-consumer", "boolean", "", ArgumentChecks::bool));
        rules.add(kept(
                "x-delivery-limit",
                "integer",
                "any; negative = none",
                ArgumentChecks.integer(Long.MIN_VALUE, Long.MAX_VALUE)));
        rules.add(millis("x-consumer-timeout", 1));
        rules.add(kept("x-message-deduplication", "boolean", "", ArgumentChecks::bool));
        rules.add(kept("x-deduplication-header", "string", "not empty", ArgumentChecks::header));
        rules.add(kept(
                "x-cache-size",
                "integer",
                "1 to " + RememberedIds.SIZE_MAX,
                ArgumentChecks.integer(1, RememberedIds.SIZE_MAX)));
        rules.add(kept("x-cache-ttl", "integer", "1 or more, milliseconds", ArgumentChecks.integer(1, Long.MAX_VALUE)));
    }

    private static void addWithoutEffect(List<ArgumentRule> rules) {
        rules.add(legacy(
                "x-queue-mode",
                "string",
                "`default`, `lazy`",
                ArgumentChecks.oneOf("\"unsupported queue mode '%s'\"", "default", "lazy")));
        rules.add(legacy("x-queue-version", "integer", "1, 2", ArgumentChecks.integer(1, 2)));
        rules.add(legacy("x-queue-master-locator", "string", "any", ArgumentChecks::text));
        rules.add(legacy("x-ha-policy", "any", "any", ArgumentChecks::anything));
        rules.add(legacy("x-max-in-memory-length", "integer", COUNT, ArgumentChecks.integer(0, Long.MAX_VALUE)));
        rules.add(legacy("x-max-in-memory-bytes", "integer", COUNT, ArgumentChecks.integer(0, Long.MAX_VALUE)));
        rules.add(placement("x-queue-leader-locator", "string", "any", ArgumentChecks::text));
        for (String size :
                List.of("x-quorum-initial-group-size", "x-quorum-target-group-size", "x-initial-cluster-size")) {
            rules.add(placement(size, "integer", COUNT, ArgumentChecks.integer(0, Long.MAX_VALUE)));
        }
        rules.add(placement("x-member-placement-tag", "any", "any", ArgumentChecks::anything));
    }

    private static void addRefused(List<ArgumentRule> rules) {
        for (String name : List.of("x-delayed-retry-type", "x-delayed-retry-min", "x-delayed-retry-max")) {
            rules.add(new ArgumentRule(name, "–", "none", Standing.REFUSED, false, ArgumentChecks::refused));
        }
        for (String name : List.of("x-max-age", "x-stream-max-segment-size-bytes", "x-stream-filter-size-bytes")) {
            rules.add(new ArgumentRule(name, "–", "none", Standing.STREAM, false, ArgumentChecks::refused));
        }
    }

    private static ArgumentRule kept(String name, String type, String range, ArgumentRule.Check check) {
        return new ArgumentRule(name, type, range, Standing.KEPT, true, check);
    }

    private static ArgumentRule millis(String name, long min) {
        return kept(
                name,
                "integer",
                min + " to " + ArgumentChecks.MILLIS_MAX + ", " + MILLIS,
                ArgumentChecks.integer(min, ArgumentChecks.MILLIS_MAX));
    }

    private static ArgumentRule legacy(String name, String type, String range, ArgumentRule.Check check) {
        return new ArgumentRule(name, type, range, Standing.LEGACY, false, check);
    }

    private static ArgumentRule placement(String name, String type, String range, ArgumentRule.Check check) {
        return new ArgumentRule(name, type, range, Standing.PLACEMENT, false, check);
    }
}
