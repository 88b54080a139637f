package io.millrace.benchmarks.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Through which exchange to which queues messages go.
 *
 * @param exchangeType empty: the default exchange, where a queue's number is its key
 * @param queues       how many queues there are
 * @param bindings     of the exchange
 * @param keys         the routing keys, which messages take in turn; with the default exchange left empty
 */
public record Shape(String exchangeType, int queues, List<Binding> bindings, List<String> keys) {
    /** A queue, by its number, and the key that it is bound with. */
    public record Binding(int queue, String key) {}

    public Shape {
        bindings = List.copyOf(bindings);
        keys = List.copyOf(keys);
    }

    /** Messages go to the queues in turn, through the default exchange. */
    public static Shape queues(int queues) {
        return new Shape("", queues, List.of(), List.of());
    }

    /** Each message goes to every queue. */
    public static Shape fanout(int queues) {
        return new Shape(
                "fanout",
                queues,
                IntStream.range(0, queues)
                        .mapToObj(queue -> new Binding(queue, ""))
                        .toList(),
                List.of(""));
    }

    /** How many queues get each of the messages of one round, in the order of the keys. */
    public int[] copies() {
        if (exchangeType.isEmpty()) {
            int[] one = new int[queues];
            Arrays.fill(one, 1);
            return one;
        }
        // A hundred thousand keys may meet as many patterns: each key only those that begin with the same words.
        Map<String, List<Integer>> byBegin = new HashMap<>();
        for (int i = 0; i < bindings.size(); i++) {
            String begin = begin(bindings.get(i).key());
            byBegin.computeIfAbsent(begin, any -> new ArrayList<>()).add(i);
        }
        int[] copies = new int[keys.size()];
        BitSet reached = new BitSet(queues);
        for (int key = 0; key < copies.length; key++) {
            String[] words = TopicMatch.words(keys.get(key));
            reached.clear();
            StringBuilder begin = new StringBuilder();
            for (int word = 0; word <= words.length; word++) {
                for (int i : byBegin.getOrDefault(begin.toString(), List.of())) {
                    if (matches(bindings.get(i).key(), keys.get(key))) {
                        reached.set(bindings.get(i).queue());
                    }
                }
                begin.append(word < words.length ? words[word] + "." : "");
            }
            copies[key] = reached.cardinality();
        }
        return copies;
    }

    /** The words of a pattern before its first wildcard, each with a dot behind it; nothing where every key matches. */
    private String begin(String pattern) {
        StringBuilder begin = new StringBuilder();
        for (String word : exchangeType.equals("fanout") ? new String[0] : TopicMatch.words(pattern)) {
            if (exchangeType.equals("topic") && (word.equals("*") || word.equals("#"))) {
                break;
            }
            begin.append(word).append('.');
        }
        return begin.toString();
    }

    private boolean matches(String pattern, String key) {
        return switch (exchangeType) {
            case "fanout" -> true;
            case "direct" -> pattern.equals(key);
            case "topic" -> TopicMatch.matches(pattern, key);
            default -> throw new IllegalStateException("no rule for exchanges of type " + exchangeType);
        };
    }

    /** True if each queue gets every message, so that a gap in the numbers is a loss. */
    public boolean isDense() {
        return exchangeType.equals("fanout") || exchangeType.isEmpty() && queues == 1;
    }
}
