package io.millrace.server.demo;

import java.util.List;

/**
 * What a binding's pattern matches, straight from the definition: {@code *} is one word, {@code #} none or more. The broker
 * has its own way to match; this one is here to check it, so the two share nothing.
 */
final class TopicPattern {
    private TopicPattern() {}

    /** Whether one of the patterns matches the key. */
    static boolean anyMatches(List<String> patterns, String key) {
        String[] words = key.split("\\.", -1);
        for (String pattern : patterns) {
            if (matches(pattern.split("\\.", -1), 0, words, 0)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String[] pattern, int p, String[] words, int w) {
        if (p == pattern.length) {
            return w == words.length;
        }
        if (pattern[p].equals("#")) {
            return matches(pattern, p + 1, words, w) || (w < words.length && matches(pattern, p, words, w + 1));
        }
        return w < words.length
                && (pattern[p].equals("*") || pattern[p].equals(words[w]))
                && matches(pattern, p + 1, words, w + 1);
    }
}
