package io.millrace.core.simulation;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A policy as the model has it.
 *
 * @param operator whether it is an operator's
 * @param pattern what a name has to contain a match of
 * @param settings by the keys of policies
 */
record Rule(String name, boolean operator, Pattern pattern, int priority, Map<String, Object> settings) {

    /** Of two policies that match and are of one kind, the one that holds. */
    private static Rule first(Rule one, Rule other) {
        boolean before =
                one.priority == other.priority ? one.name.compareTo(other.name) < 0 : one.priority > other.priority;
        return before ? one : other;
    }

    /** What those policies say of a queue of that name: the user's and the operator's, of two numbers the smaller. */
    static Map<String, Object> of(Iterable<Rule> rules, String queue) {
        Map<Boolean, Rule> holding = new TreeMap<>();
        for (Rule rule : rules) {
            if (rule.pattern.matcher(queue).find()) {
                holding.merge(rule.operator, rule, Rule::first);
            }
        }
        Map<String, Object> all = new TreeMap<>();
        for (Rule rule : holding.values()) {
            rule.settings.forEach((key, value) -> all.merge(key, value, Rule::stricter));
        }
        return all;
    }

    private static Object stricter(Object user, Object operator) {
        return user instanceof Long own && operator instanceof Long other
                ? Long.valueOf(Math.min(own, other))
                : operator;
    }

    @Override
    public String toString() {
        return (operator ? "operator policy " : "policy ") + name + " for " + pattern + " of priority " + priority
                + ": " + settings;
    }
}
