package io.millrace.benchmarks.load;

/** Whether a topic pattern takes a key: words between dots, {@code *} for one word, {@code #} for any number. */
final class TopicMatch {
    private TopicMatch() {}

    static boolean matches(String pattern, String key) {
        return matches(words(pattern), 0, words(key), 0);
    }

    static boolean matches(String[] pattern, int at, String[] key, int word) {
        if (at == pattern.length) {
            return word == key.length;
        }
        if (pattern[at].equals("#")) {
            return matches(pattern, at + 1, key, word) || word < key.length && matches(pattern, at, key, word + 1);
        }
        boolean one = word < key.length && (pattern[at].equals("*") || pattern[at].equals(key[word]));
        return one && matches(pattern, at + 1, key, word + 1);
    }

    static String[] words(String text) {
        return text.isEmpty() ? new String[0] : text.split("\\.", -1);
    }
}
