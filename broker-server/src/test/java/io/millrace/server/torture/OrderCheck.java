package io.millrace.server.torture;

import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Alone;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Sent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * First deliveries to one consumer come in the order of publishing. For a consumer that is alone all deliveries do,
 * because what others gave back has its old place; and those of higher priority come first.
 */
final class OrderCheck implements Check {
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> unordered;
    private final Map<Message, Integer> priorities = new HashMap<>();
    private final Set<Place> seen = new HashSet<>();
    private final Set<String> alone = new HashSet<>();
    private final Map<Flow, Long> last = new HashMap<>();
    /** Of consumers that are alone, the priority of the last message. */
    private final Map<String, Integer> level = new HashMap<>();

    private record Place(String queue, Message message) {}

    private record Flow(String consumer, String queue, int publisher, int priority) {}

    /** @param unordered queues that are filled in another order than that of publishing */
    OrderCheck(Collection<String> unordered) {
        this.unordered = Set.copyOf(unordered);
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public void take(Event event) {
        if (event instanceof Sent sent) {
            if (sent.priority() > 0) {
                priorities.put(sent.message(), sent.priority());
            }
        } else if (event instanceof Alone consumer) {
            alone.add(consumer.consumer());
        } else if (event instanceof Delivered delivery && !unordered.contains(delivery.queue())) {
            delivered(delivery);
        }
    }

    private void delivered(Delivered delivery) {
        boolean first = seen.add(new Place(delivery.queue(), delivery.message()));
        if (!first && !alone.contains(delivery.consumer())) {
            return;
        }
        Message message = delivery.message();
        int priority = priorities.getOrDefault(message, 0);
        if (alone.contains(delivery.consumer())) {
            Integer above = level.put(delivery.consumer(), priority);
            if (above != null && priority > above) {
                findings.add(new Finding(Kind.DISORDERED, delivery.queue(), message));
            }
        }
        Flow flow = new Flow(delivery.consumer(), delivery.queue(), message.publisher(), priority);
        Long before = last.put(flow, message.number());
        if (before != null && message.number() < before) {
            findings.add(new Finding(Kind.DISORDERED, delivery.queue(), message));
        }
    }
}
