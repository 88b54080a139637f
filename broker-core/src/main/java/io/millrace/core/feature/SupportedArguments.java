package io.millrace.core.feature;

import java.util.List;
import java.util.Set;

/**
 * Refuses the arguments whose promise this version cannot keep, rather than to accept and ignore them, and a queue type
 * that it does not have. Arguments that nobody knows are kept and mean nothing, as clients expect.
 */
final class SupportedArguments {
    private static final Set<String> NOT_YET =
            Set.of("x-delayed-retry-type", "x-delayed-retry-min", "x-delayed-retry-max");
    private static final String TYPE = "x-queue-type";
    private static final List<String> TYPES = List.of("classic", "quorum");

    private SupportedArguments() {}

    /** @throws io.millrace.core.model.BrokerException if the queue asks for what this version cannot keep */
    static void check(Declared queue) {
        for (String name : queue.spec().arguments().values().keySet()) {
            if (NOT_YET.contains(name)) {
                throw queue.invalid(name, "not supported by this version of the broker; declare the queue without it");
            }
        }
        Object type = queue.spec().arguments().get(TYPE);
        if (type != null && !TYPES.contains(String.valueOf(type))) {
            throw queue.invalid(TYPE, "'" + type + "' is not supported; use one of " + TYPES);
        }
    }
}
