package io.millrace.server.clients;

import io.millrace.server.clients.History.Acked;
import io.millrace.server.clients.History.Answered;
import io.millrace.server.clients.History.Confirmed;
import io.millrace.server.clients.History.Delivered;
import io.millrace.server.clients.History.Drained;
import io.millrace.server.clients.History.Event;
import io.millrace.server.clients.History.Killed;
import io.millrace.server.clients.History.Message;
import io.millrace.server.clients.History.Refused;
import io.millrace.server.clients.History.Requeued;
import io.millrace.server.clients.History.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Holds a history against what the broker promises, and says what does not fit. */
final class HistoryCheck {
    /** Acknowledgements of the last commit interval before a kill may be forgotten; this is its ceiling. */
    private static final long COMMIT_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What may be wrong. */
    enum Kind {
        /** A confirmed message did not come again although nobody had settled it. */
        LOST,
        /** Nobody had sent it there, or the broker had refused it. */
        UNEXPECTED,
        /** Its body is not the one that was sent. */
        CORRUPT,
        /** It came while it was with a consumer already, or after it was acknowledged for good. */
        DOUBLED,
        /** It had been seen and came without the mark. */
        UNMARKED,
        /** It came for the first time, from a broker that was never killed, with the mark. */
        MARKED_WITHOUT_CAUSE,
        /** First deliveries to a consumer are not in the order of publishing. */
        DISORDERED,
        /** A kill left it in one of its queues and not in another. */
        TORN
    }

    /** One thing that is wrong. */
    record Finding(Kind kind, String queue, Message message) {}

    private enum Place {
        QUEUE,
        CONSUMER,
        ACKED,
        /** Acknowledged, and the acknowledgement is proved to be on disk. */
        ACKED_FOR_GOOD
    }

    private record Key(String queue, Message message) {}

    private record Flow(String consumer, String queue, int publisher) {}

    private static final class Copy {
        private boolean confirmed;
        private boolean refused;
        private boolean seen;
        /** Its acknowledgement was too late to be sure of: it may come again, and need not. */
        private boolean optional;

        private boolean everAcked;
        private int sentInLife;
        private boolean outlivedItsLife;
        private Place place = Place.QUEUE;
        private long ackedBefore = Long.MAX_VALUE;
    }

    private final List<Finding> findings = new ArrayList<>();
    private final Map<Key, Copy> copies = new HashMap<>();
    private final Map<Message, Sent> sent = new HashMap<>();
    private final Map<Flow, Long> lastFirst = new HashMap<>();
    /** Copies acknowledged in this life of the broker; per consumer those without an answer after it. */
    private final List<Copy> acked = new ArrayList<>();

    private final Map<String, List<Copy>> unanswered = new HashMap<>();
    private long durableSentAt = Long.MIN_VALUE;
    /** How many times the broker was killed. */
    private int kills;

    private HistoryCheck() {}

    /** All that is wrong with a history. */
    static List<Finding> findings(List<Event> events) {
        HistoryCheck check = new HistoryCheck();
        events.forEach(check::take);
        return check.findings;
    }

    private void take(Event event) {
        if (event instanceof Sent message) {
            sent.put(message.message(), message);
            message.queues().forEach(queue -> copy(queue, message.message()).sentInLife = kills);
        } else if (event instanceof Confirmed confirmed) {
            confirmed(confirmed);
        } else if (event instanceof Refused refused) {
            copiesOf(refused.message()).forEach(copy -> copy.refused = true);
        } else if (event instanceof Delivered delivered) {
            delivered(delivered);
        } else if (event instanceof Acked settled) {
            acked(settled);
        } else if (event instanceof Requeued requeued) {
            copy(requeued.queue(), requeued.message()).place = Place.QUEUE;
        } else if (event instanceof Answered answered) {
            List<Copy> before = unanswered.remove(answered.consumer());
            if (before != null) {
                before.forEach(copy -> copy.ackedBefore = answered.at());
            }
        } else if (event instanceof Killed) {
            killed();
        } else if (event instanceof Drained) {
            drained();
        }
    }

    private void confirmed(Confirmed confirmed) {
        copiesOf(confirmed.message()).forEach(copy -> copy.confirmed = true);
        Sent message = sent.get(confirmed.message());
        if (message != null) {
            durableSentAt = Math.max(durableSentAt, message.at());
        }
    }

    private void delivered(Delivered delivery) {
        Copy copy = copies.get(new Key(delivery.queue(), delivery.message()));
        if (copy == null || copy.refused) {
            find(Kind.UNEXPECTED, delivery.queue(), delivery.message());
            return;
        }
        if (!delivery.intact()) {
            find(Kind.CORRUPT, delivery.queue(), delivery.message());
        }
        if (copy.place != Place.QUEUE) {
            find(Kind.DOUBLED, delivery.queue(), delivery.message());
        }
        if (copy.seen && !delivery.redelivered()) {
            find(Kind.UNMARKED, delivery.queue(), delivery.message());
        }
        if (!copy.seen) {
            first(delivery);
        }
        copy.seen = true;
        copy.optional = false;
        copy.outlivedItsLife |= copy.sentInLife < kills;
        copy.place = Place.CONSUMER;
    }

    private void first(Delivered delivery) {
        if (delivery.redelivered() && kills == 0) {
            find(Kind.MARKED_WITHOUT_CAUSE, delivery.queue(), delivery.message());
        }
        Flow flow = new Flow(
                delivery.consumer(), delivery.queue(), delivery.message().publisher());
        long number = delivery.message().number();
        if (number < lastFirst.getOrDefault(flow, -1L)) {
            find(Kind.DISORDERED, delivery.queue(), delivery.message());
        }
        lastFirst.put(flow, number);
    }

    private void acked(Acked settled) {
        Copy copy = copy(settled.queue(), settled.message());
        copy.place = Place.ACKED;
        copy.everAcked = true;
        copy.ackedBefore = Long.MAX_VALUE;
        acked.add(copy);
        unanswered
                .computeIfAbsent(settled.consumer(), consumer -> new ArrayList<>())
                .add(copy);
    }

    /**
     * A log is written from front to back, so a confirm proves more than its own message: what the broker had carried
     * out a commit interval before that message was sent is on disk as well.
     */
    private void killed() {
        kills++;
        for (Copy copy : acked) {
            boolean durable = copy.ackedBefore != Long.MAX_VALUE
                    && durableSentAt != Long.MIN_VALUE
                    && durableSentAt - copy.ackedBefore > COMMIT_INTERVAL_NANOS;
            if (copy.place == Place.ACKED && durable) {
                copy.place = Place.ACKED_FOR_GOOD;
            }
        }
        acked.clear();
        unanswered.clear();
        durableSentAt = Long.MIN_VALUE;
        for (Copy copy : copies.values()) {
            if (copy.place == Place.CONSUMER || copy.place == Place.ACKED) {
                copy.optional = copy.place == Place.ACKED;
                copy.place = Place.QUEUE;
            }
        }
    }

    private void drained() {
        copies.forEach((key, copy) -> {
            if (copy.confirmed && !copy.optional && (copy.place == Place.QUEUE || copy.place == Place.CONSUMER)) {
                find(Kind.LOST, key.queue(), key.message());
            }
        });
        for (Sent message : sent.values()) {
            List<Copy> all = copiesOf(message.message());
            boolean there = all.stream().anyMatch(copy -> copy.outlivedItsLife);
            if (there && all.stream().anyMatch(copy -> !copy.outlivedItsLife && !copy.everAcked)) {
                find(Kind.TORN, message.queues().toString(), message.message());
            }
        }
    }

    private List<Copy> copiesOf(Message message) {
        Sent known = sent.get(message);
        return known == null
                ? List.of()
                : known.queues().stream().map(queue -> copy(queue, message)).toList();
    }

    private Copy copy(String queue, Message message) {
        return copies.computeIfAbsent(new Key(queue, message), key -> new Copy());
    }

    private void find(Kind kind, String queue, Message message) {
        findings.add(new Finding(kind, queue, message));
    }
}
