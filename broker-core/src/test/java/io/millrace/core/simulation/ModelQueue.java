package io.millrace.core.simulation;

import io.millrace.core.model.QueueSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A queue as the model has it. */
final class ModelQueue {
    final int id;
    final QueueSpec spec;
    final TreeMap<Long, Copy> copies = new TreeMap<>();
    final Map<Long, Integer> attempts = new HashMap<>();
    long next = 1;
    long offered;

    // From here on what a restart forgets.

    /** Who holds what. */
    final TreeMap<Long, Holder> held = new TreeMap<>();
    /** Its consumers, the oldest first. */
    final List<Holder> consumers = new ArrayList<>();
    /** The consumer whose turn it is, if there is only one at a time. */
    @Nullable
    Holder active;

    /** The sequence that was delivered for the first time last, by level. */
    final Map<Integer, Long> firsts = new HashMap<>();
    /** What was there when the broker stopped without cleaning up counts as seen. */
    long uncleanUpTo;

    long usedAt;
    /** What {@link #next} was when the step began. */
    long nextBefore = 1;
    /** How many messages were on their way out after the last step. */
    long dyingBefore;
    /** Up to before this sequence it is known which messages came without an event. */
    long scanned = 1;
    /** The only client that may use it, if there is only one. */
    @Nullable
    Peer owner;

    ModelQueue(int id, QueueSpec spec) {
        this.id = id;
        this.spec = spec;
    }

    /** The durable part, without messages that a restart forgets. */
    ModelQueue restarted() {
        ModelQueue copy = new ModelQueue(id, spec);
        copy.copies.putAll(copies);
        copy.attempts.putAll(attempts);
        copy.next = next;
        copy.offered = offered;
        return copy;
    }

    private long number(String argument, long otherwise) {
        return spec.arguments().get(argument) instanceof Long value ? value : otherwise;
    }

    @Nullable
    String text(String argument) {
        return spec.arguments().get(argument) instanceof String value ? value : null;
    }

    boolean isHidden() {
        return spec.hidden();
    }

    boolean isLogged() {
        return spec.logged();
    }

    long ttl() {
        return number("x-message-ttl", -1);
    }

    long expires() {
        return number("x-expires", 0);
    }

    long maxLength() {
        return number("x-max-length", Long.MAX_VALUE);
    }

    long maxBytes() {
        return number("x-max-length-bytes", Long.MAX_VALUE);
    }

    boolean isLimited() {
        return maxLength() != Long.MAX_VALUE || maxBytes() != Long.MAX_VALUE;
    }

    boolean refuses() {
        String overflow = text("x-overflow");
        return isLimited() && overflow != null && !overflow.equals("drop-head");
    }

    boolean deadLettersRefused() {
        return refuses() && "reject-publish-dlx".equals(text("x-overflow"));
    }

    long deliveryLimit() {
        return number("x-delivery-limit", Long.MAX_VALUE);
    }

    int levels() {
        return (int) number("x-max-priority", 0);
    }

    boolean single() {
        return Boolean.TRUE.equals(spec.arguments().get("x-single-active-consumer"));
    }

    @Nullable
    String deadLetterExchange() {
        return text("x-dead-letter-exchange");
    }

    int attemptsOf(long sequence) {
        return attempts.getOrDefault(sequence, 0);
    }

    /** When a message that comes now is due here. */
    long due(long now, long expiresAt, long delay) {
        if (isHidden()) {
            return now + delay;
        }
        long own = ttl() < 0 ? 0 : now + ttl();
        return own == 0 ? expiresAt : expiresAt == 0 ? own : Math.min(own, expiresAt);
    }

    long bodyBytes() {
        long sum = 0;
        for (Copy copy : copies.values()) {
            sum += copy.message.bodyBytes();
        }
        return sum;
    }

    @Override
    public String toString() {
        return "queue '" + spec.name().replace('\0', '~') + "' (" + id + ")"
                + new TreeMap<>(spec.arguments().values());
    }
}
