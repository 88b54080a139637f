package io.millrace.core.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTriePropertyTest {
    private static final String[] PATTERN_WORDS = {"*", "*", "#", "#", "a", "b", "c", "", "ab"};
    private static final String[] KEY_WORDS = {"a", "b", "c", "", "ab", "d", "*", "#"};

    private record Bound(String pattern, int queue) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void matches_what_the_definition_says_while_bindings_come_and_go(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TopicTrie trie = new TopicTrie();
        List<Bound> bound = new ArrayList<>();
        for (int step = 0; step < 1_000; step++) {
            if (bound.size() < 200 && random.nextInt(2) == 0) {
                Bound fresh = new Bound(words(random, PATTERN_WORDS, 6), random.nextInt(30));
                trie.add(fresh.pattern(), fresh.queue());
                bound.add(fresh);
            } else if (!bound.isEmpty() && random.nextInt(3) == 0) {
                Bound gone = bound.remove(random.nextInt(bound.size()));
                trie.remove(gone.pattern(), gone.queue());
            }
            String key = words(random, KEY_WORDS, 8);
            SortedSet<Integer> expected = new TreeSet<>();
            for (Bound candidate : bound) {
                if (matches(split(candidate.pattern()), 0, split(key), 0)) {
                    expected.add(candidate.queue());
                }
            }
            Targets targets = new Targets();
            trie.match(key, targets);
            assertEquals(expected, Routing.queues(targets.toArray()), () -> "key '" + key + "' of " + bound);
        }
        for (Bound left : bound) {
            trie.remove(left.pattern(), left.queue());
        }
        assertEquals(1, trie.nodes());
        assertEquals(0, trie.distinctWords());
    }

    /** The definition itself, with no care for cost. */
    private static boolean matches(List<String> pattern, int p, List<String> key, int k) {
        if (p == pattern.size()) {
            return k == key.size();
        }
        if (pattern.get(p).equals("#")) {
            return matches(pattern, p + 1, key, k) || (k < key.size() && matches(pattern, p, key, k + 1));
        }
        return k < key.size()
                && (pattern.get(p).equals("*") || pattern.get(p).equals(key.get(k)))
                && matches(pattern, p + 1, key, k + 1);
    }

    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '.') {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(text.charAt(i));
            }
        }
        if (!text.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    private static String words(SplittableRandom random, String[] from, int max) {
        List<String> words = new ArrayList<>();
        for (int count = random.nextInt(max + 1); count > 0; count--) {
            words.add(from[random.nextInt(from.length)]);
        }
        return String.join(".", words);
    }
}
