package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.routing.ArgumentRule.Standing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of consumers that have a meaning, each defined here and nowhere else. Unknown ones pass unchecked. */
public final class ConsumeArguments {
    /** Whose turn comes first: any integer, the higher first. */
    public static final String PRIORITY = "x-priority";

    /** How long the consumer may hold a message: milliseconds, 0 = for ever. */
    public static final String TIMEOUT = "x-consumer-timeout";

    private static final Map<String, ArgumentRule> RULES = rules();

    private ConsumeArguments() {}

    /** @throws io.millrace.core.model.BrokerException for an argument that is not acceptable */
    public static void check(String vhost, QueueSpec queue, Arguments arguments) {
        if (arguments.isEmpty()) {
            return;
        }
        String subject = Refusals.queue(vhost, queue.name());
        for (Map.Entry<String, @Nullable Object> argument : arguments.values().entrySet()) {
            ArgumentRule rule = RULES.get(argument.getKey());
            if (rule != null && rule.standing() == Standing.STREAM) {
                throw Refusals.wrongType(rule.name(), subject, QueueArguments.isQuorum(queue) ? "quorum" : "classic");
            }
            if (rule != null) {
                rule.check().check(rule.name(), subject, argument.getValue());
            }
        }
    }

    /** Every argument that has a meaning. */
    static List<ArgumentRule> all() {
        return List.copyOf(RULES.values());
    }

    private static Map<String, ArgumentRule> rules() {
        Map<String, ArgumentRule> rules = new LinkedHashMap<>();
        put(rules, PRIORITY, Standing.KEPT, ArgumentChecks.integer(Long.MIN_VALUE, Long.MAX_VALUE));
        put(rules, TIMEOUT, Standing.KEPT, ArgumentChecks.integer(0, ArgumentChecks.MILLIS_MAX));
        put(rules, "x-cancel-on-ha-failover", Standing.LEGACY, ArgumentChecks::bool);
        for (String name : List.of("x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered")) {
            put(rules, name, Standing.STREAM, ArgumentChecks::refused);
        }
        return rules;
    }

    private static void put(Map<String, ArgumentRule> rules, String name, Standing standing, ArgumentRule.Check check) {
        rules.put(name, new ArgumentRule(name, "", "", standing, false, check));
    }
}
