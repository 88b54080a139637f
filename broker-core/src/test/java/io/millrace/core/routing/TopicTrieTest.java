package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.queues;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicTrieTest {
    private final TopicTrie trie = new TopicTrie();

    @ParameterizedTest(name = "{0} against {1}: {2}")
    @CsvSource(
            emptyValue = "",
            value = {
                // the examples of AMQP 0-9-1, section 3.1.3.3
                "*.stock.#, usd.stock, true",
                "*.stock.#, eur.stock.db, true",
                "*.stock.#, stock.nasdaq, false",
                "'', '', true",
                "'', a, false",
                "#, '', true",
                "#, a.b.c, true",
                "*, '', false",
                "*, a, true",
                "*, a.b, false",
                "a.*, a., true",
                "*.b, .b, true",
                "*.*, ., true",
                "*, ., false",
                "a..b, a..b, true",
                "a.*.b, a..b, true",
                "a.b, a..b, false",
                "a.#, a, true",
                "a.#, a., true",
                "a.#, ab, false",
                "#.a, a, true",
                "#.a, b.a, true",
                "#.a, a.b, false",
                "a.#.b, a.b, true",
                "a.#.b, a.x.b.y.b, true",
                "a.#.b, a.x.b.y, false",
                "#.#, '', true",
                "#.*, '', false",
                "#.*, a, true",
                "*.#, a.b, true",
                "#.*.#, '', false",
                "#.*.#.*, a, false",
                "#.*.#.*, a.b, true",
                "a*, a*, true",
                "a*, ab, false",
                "a.#b, a.x, false",
                "grün.*, grün.日本, true"
            })
    void a_pattern_matches_whole_words(String pattern, String key, boolean matches) {
        trie.add(pattern, 7);
        assertEquals(matches ? queues(7) : queues(), matched(key));
    }

    @Test
    void a_queue_stays_bound_until_its_last_pattern_of_that_form_is_removed() {
        trie.add("a.#.#", 1);
        trie.add("a.#", 1);
        trie.remove("a.#.#", 1);
        assertEquals(queues(1), matched("a.b"));
        trie.remove("a.#", 1);
        assertEquals(queues(), matched("a.b"));
    }

    @Test
    void removing_the_last_binding_removes_every_node_and_word() {
        for (String pattern : new String[] {"a.b.c", "a.b", "a.*.c", "#", "x.#.y.#", "a.#.*.*.b"}) {
            trie.add(pattern, 1);
            trie.add(pattern, 2);
        }
        for (String pattern : new String[] {"a.b", "#", "a.*.c", "a.b.c", "a.#.*.*.b", "x.#.y.#"}) {
            trie.remove(pattern, 2);
            trie.remove(pattern, 1);
        }
        assertEquals(1, trie.nodes());
        assertEquals(0, trie.distinctWords());
    }

    @Test
    void removing_what_is_not_bound_is_a_defect() {
        trie.add("a.b", 1);
        assertThrows(IllegalStateException.class, () -> trie.remove("a", 1));
        assertThrows(IllegalStateException.class, () -> trie.remove("a.b.c", 1));
        assertThrows(IllegalStateException.class, () -> trie.remove("a.b", 2));
    }

    @Test
    void consecutive_keys_do_not_hide_each_other() {
        trie.add("#", 1);
        trie.add("a.#", 2);
        for (int i = 0; i < 5; i++) {
            assertEquals(queues(1, 2), matched("a"));
            assertEquals(queues(1), matched(""));
        }
    }

    @Test
    void matching_costs_the_same_with_ten_bindings_and_with_a_hundred_thousand() {
        TopicTrie large = new TopicTrie();
        for (int i = 0; i < 10; i++) {
            trie.add("area" + i + ".*.done.#", i);
        }
        for (int i = 0; i < 100_000; i++) {
            large.add("area" + i + ".*.done.#", i % 10);
        }
        assertEquals(visitsOf(trie, "area5.x.done.y.z"), visitsOf(large, "area5.x.done.y.z"));
        assertTrue(visitsOf(large, "area5.x.done.y.z") <= 5);
    }

    @Test
    void a_thousand_wildcard_bindings_of_ten_queues_cost_only_those_that_match() {
        for (int i = 0; i < 1_000; i++) {
            trie.add("*.type" + i + ".#", i % 10);
        }
        assertEquals(queues(3), matched("x.type123.created"));
        assertTrue(visitsOf(trie, "x.type123.created") <= 4);
    }

    @Test
    void a_topic_bomb_costs_at_most_words_times_nodes() {
        trie.add("#" + ".#".repeat(120), 1);
        assertEquals(2, trie.nodes());
        trie.add("#.a".repeat(60).substring(2) + ".#.b", 2);
        trie.add("#.a".repeat(1) + ".#.a".repeat(60) + ".#.b", 3);
        String key = "a" + ".a".repeat(127);
        assertEquals(queues(1), matched(key));
        long visits = visitsOf(trie, key);
        assertTrue(visits <= 128L * trie.nodes(), () -> visits + " visits of " + trie.nodes() + " nodes");
    }

    @Test
    void a_thousand_patterns_full_of_hashes_cost_little_more_than_words_times_patterns() {
        String[] letters = {"a", "b", "c", "d", "e", "f", "g", "h"};
        for (int pattern = 0; pattern < 1_000; pattern++) {
            StringBuilder text = new StringBuilder("#");
            for (int i = 0; i < 60; i++) {
                text.append('.')
                        .append(letters[(i < 10 ? pattern >> i & 1 : i) % 8])
                        .append(".#");
            }
            trie.add(text.toString(), pattern);
        }
        StringBuilder key = new StringBuilder("a");
        for (int i = 1; i < 128; i++) {
            key.append('.').append(letters[i / 2 % 8]);
        }
        Targets targets = new Targets();
        long before = trie.visited();
        trie.match(key.toString(), targets);
        long visits = trie.visited() - before;
        assertTrue(trie.nodes() > 90_000, "the trie is large: " + trie.nodes());
        assertTrue(visits <= 128L * 2_000 + trie.nodes(), () -> visits + " visits of " + trie.nodes() + " nodes");
        assertFalse(targets.isExhausted());
    }

    @Test
    void a_match_that_takes_too_many_steps_is_given_up() {
        for (int pattern = 0; pattern < 20_000; pattern++) {
            StringBuilder text = new StringBuilder("#");
            for (int i = 0; i < 60; i++) {
                text.append(i < 16 && (pattern >> i & 1) == 1 ? ".*" : ".a");
            }
            trie.add(text.append(".z").toString(), pattern);
        }
        Targets targets = new Targets();
        long before = trie.visited();
        trie.match("a" + ".a".repeat(127), targets);
        assertTrue(targets.isExhausted());
        long visits = trie.visited() - before;
        assertTrue(visits <= 4L * Targets.STEPS_MAX, () -> visits + " visits");
        targets.clear();
        trie.match("a.z", targets);
        assertFalse(targets.isExhausted(), "the next message has all its steps");
    }

    @Test
    void every_word_of_a_long_key_is_matched() {
        String key = String.join(".", Collections.nCopies(128, "a"));
        trie.add(String.join(".", Collections.nCopies(128, "*")), 1);
        trie.add(String.join(".", Collections.nCopies(127, "*")), 2);
        trie.add(key, 3);
        assertEquals(queues(1, 3), matched(key));
    }

    private SortedSet<Integer> matched(String key) {
        Targets targets = new Targets();
        trie.match(key, targets);
        return queues(targets.toArray());
    }

    private static long visitsOf(TopicTrie trie, String key) {
        long before = trie.visited();
        trie.match(key, new Targets());
        return trie.visited() - before;
    }
}
