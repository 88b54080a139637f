package io.millrace.core.simulation;

import io.millrace.core.routing.DelayedExchange;
import java.util.List;

/** The names that a simulation uses. */
final class Names {
    static final List<String> QUEUES = List.of("a", "b", "c", "d", "e", "f");
    static final List<String> PASSING = List.of("p", "q");
    static final List<String> EXCHANGES = List.of("direct", "fanout", "topic", "inner", "later", "dead");
    static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f", "a.b", "b.c.d", "k", "p", "q");
    static final List<String> PATTERNS = List.of("#", "a.*", "*.b", "b.#", "k", "#.d");

    private Names() {}

    static String keeper(String exchange) {
        return DelayedExchange.keeper(exchange);
    }

    static String type(String exchange) {
        return switch (exchange) {
            case "fanout", "inner" -> "fanout";
            case "topic" -> "topic";
            case "later" -> DelayedExchange.NAME;
            default -> "direct";
        };
    }
}
