package io.millrace.benchmarks.load;

import java.util.List;

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
                java.util.stream.IntStream.range(0, queues)
                        .mapToObj(queue -> new Binding(queue, ""))
                        .toList(),
                List.of(""));
    }

    /** How many queues get each of the messages of one round, in the order of the keys. */
    public int[] copies() {
        if (exchangeType.isEmpty()) {
            int[] one = new int[queues];
            java.util.Arrays.fill(one, 1);
            return one;
        }
        int[] copies = new int[keys.size()];
        for (int key = 0; key < copies.length; key++) {
            String each = keys.get(key);
            copies[key] = (int) bindings.stream()
                    .filter(binding -> matches(binding.key(), each))
                    .mapToInt(Binding::queue)
                    .distinct()
                    .count();
        }
        return copies;
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
