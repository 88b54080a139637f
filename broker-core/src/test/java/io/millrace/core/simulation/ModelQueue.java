package io.millrace.core.simulation;

import io.millrace.core.model.QueueSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A queue as the model has it. */
final class ModelQueue {
    final int id;
    final QueueSpec spec;
    final TreeMap<Long, Copy> copies = new TreeMap<>();
    final Map<Long, Integer> attempts = new HashMap<>();
    /** The ids that the log remembers, the oldest first. */
    final Map<String, Effect.Remembered> ids = new LinkedHashMap<>();

    long next = 1;
    long offered;

    /** What policies say of it. */
    private Map<String, Object> ruled = Map.of();

    // From here on what a restart forgets.

    /** Ids that it may know from messages that the log does not hold, and those that it has forgotten in this step. */
    final Set<String> mayKnow = new HashSet<>();

    final Set<String> forgotten = new HashSet<>();

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
    /** The lowest of the delivery limits since the start: what dies by one may have to be read first. */
    long leastDeliveryLimit = Long.MAX_VALUE;
    /** Whether it had messages in segments after the last step. */
    boolean hadRuns;
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
        copy.ids.putAll(ids);
        copy.next = next;
        copy.offered = offered;
        return copy;
    }

    void rule(Iterable<Rule> rules) {
        ruled = isHidden() ? Map.of() : Rule.of(rules, spec.name());
        leastDeliveryLimit = Math.min(leastDeliveryLimit, deliveryLimit());
    }

    private long number(String key, long otherwise) {
        @Nullable Long own = spec.arguments().get("x-" + key) instanceof Long value ? value : null;
        @Nullable Long other = ruled.get(key) instanceof Long value ? value : null;
        if (own == null || other == null) {
            return own != null ? own : other != null ? other : otherwise;
        }
        return Math.min(own, other);
    }

    @Nullable
    String text(String key) {
        Object own = spec.arguments().get("x-" + key);
        return (own == null ? ruled.get(key) : own) instanceof String value ? value : null;
    }

    boolean isHidden() {
        return spec.hidden();
    }

    boolean isLogged() {
        return spec.logged();
    }

    long ttl() {
        return number("message-ttl", -1);
    }

    long expires() {
        return number("expires", 0);
    }

    long maxLength() {
        return number("max-length", Long.MAX_VALUE);
    }

    long maxBytes() {
        return number("max-length-bytes", Long.MAX_VALUE);
    }

    boolean isLimited() {
        return maxLength() != Long.MAX_VALUE || maxBytes() != Long.MAX_VALUE;
    }

    boolean refuses() {
        String overflow = text("overflow");
        return isLimited() && overflow != null && !overflow.equals("drop-head");
    }

    boolean deadLettersRefused() {
        return refuses() && "reject-publish-dlx".equals(text("overflow"));
    }

    long deliveryLimit() {
        return number("delivery-limit", Long.MAX_VALUE);
    }

    int levels() {
        return (int) number("max-priority", 0);
    }

    boolean single() {
        return Boolean.TRUE.equals(spec.arguments().get("x-single-active-consumer"));
    }

    @Nullable
    String deadLetterExchange() {
        return text("dead-letter-exchange");
    }

    /** That consumer held a message for too long: it gets nothing for now, and where only one is active, another one is. */
    void stop(Holder holder) {
        if (holder.number > 0) {
            holder.stopped = true;
            if (active == holder) {
                succeed();
            }
        }
    }

    /** That consumer settled something. */
    void rouse(Holder holder) {
        if (single() && active != null && active.stopped && consumers.contains(holder)) {
            active = holder;
        }
    }

    /** The active one is the oldest of the highest priority; those that are stopped come last. */
    void succeed() {
        active = null;
        for (Holder other : consumers) {
            if (active == null
                    || (other.stopped == active.stopped ? other.priority > active.priority : active.stopped)) {
                active = other;
            }
        }
    }

    boolean deduplicates() {
        return Boolean.TRUE.equals(spec.arguments().get("x-message-deduplication"));
    }

    /** Whether that id came by the log, recently enough. */
    boolean knows(String id, long now) {
        Effect.Remembered known = ids.get(id);
        return known != null && !isForgotten(known, now);
    }

    private boolean isForgotten(Effect.Remembered known, long now) {
        return now - known.at() >= number("cache-ttl", Long.MAX_VALUE);
    }

    void remember(Effect.Remembered id) {
        ids.remove(id.id());
        Iterator<Effect.Remembered> oldest = ids.values().iterator();
        while (oldest.hasNext()) {
            Effect.Remembered known = oldest.next();
            if (!isForgotten(known, id.at()) && ids.size() < number("cache-size", 10_000)) {
                break;
            }
            forgotten.add(known.id());
            oldest.remove();
        }
        ids.put(id.id(), id);
    }

    /** How long a consumer without a word of its own may hold a message; 0 = for ever. */
    long consumerTimeout() {
        return number("consumer-timeout", 0);
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
                + new TreeMap<>(spec.arguments().values()) + (ruled.isEmpty() ? "" : " ruled by " + ruled);
    }
}
