package io.millrace.core.system;

import io.millrace.core.model.NamePattern;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user may do by routing keys at one topic exchange: for each kind of access a regular expression that the routing
 * key has to contain a match of. {@code {username}} and {@code {vhost}} in it stand for those names, taken literally. An
 * empty expression allows nothing.
 *
 * @param exchange the exchange; empty for the default exchange
 * @param write to publish with a routing key
 * @param read to bind with a routing key
 */
public record TopicPermissions(String exchange, String write, String read) {
    private static final Pattern PLACES = Pattern.compile("\\{(username|vhost)\\}");

    /** One of the expressions with the names in their places, as a pattern. */
    public static NamePattern pattern(String expression, String user, String virtualHost) {
        return NamePattern.of(filled(expression, user, virtualHost));
    }

    /** Checks one of the expressions, whatever the names. */
    static void check(String subject, String expression) {
        NamePattern.check(subject, filled(expression, "", ""));
    }

    private static String filled(String expression, String user, String virtualHost) {
        return PLACES.matcher(expression)
                .replaceAll(place -> Matcher.quoteReplacement(
                        NamePattern.quoted(place.group(1).equals("vhost") ? virtualHost : user)));
    }
}
