package io.millrace.server.torture;

import io.millrace.server.torture.Finding.Kind;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Crashed;
import io.millrace.server.torture.History.Deleted;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Event;
import io.millrace.server.torture.History.Found;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Rejected;
import io.millrace.server.torture.History.Requeued;
import io.millrace.server.torture.History.Returned;
import io.millrace.server.torture.History.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes of a real history in which nothing is wrong one in which one thing is. */
final class Breaches {
    private final List<Event> events;

    Breaches(List<Event> events) {
        this.events = events;
    }

    /** The history with a breach of that kind, or null if nothing in it can be broken so. */
    @Nullable
    List<Event> of(Kind kind) {
        return switch (kind) {
            case LOST -> lost();
            case UNEXPECTED -> without(event -> event instanceof Sent sent && wasDelivered(sent.message()));
            case CORRUPT ->
                changed(
                        one -> true,
                        one -> new Delivered(
                                one.consumer(), one.queue(), one.message(), one.redelivered(), one.attempts(), false));
            case DOUBLED -> doubled();
            case MISPLACED -> misplaced();
            case UNMARKED -> changed(Delivered::redelivered, one -> marked(one, false), this::wasSeenBefore);
            case MARKED_WITHOUT_CAUSE -> changed(one -> !one.redelivered(), one -> marked(one, true));
            case UNCOUNTED ->
                changed(
                        one -> one.attempts() > 0,
                        one -> new Delivered(one.consumer(), one.queue(), one.message(), true, 0, true),
                        this::wasSeenBefore);
            case DISORDERED -> disordered();
            case TORN -> torn();
            case GHOST -> ghost();
            case QUEUE_LOST -> and(Topology.PLAIN, false);
            case NOT_RETURNED -> without(Returned.class::isInstance);
        };
    }

    private @Nullable List<Event> lost() {
        for (Event event : events) {
            if (event instanceof Confirmed confirmed
                    && confirmed.message().publisher() == 0
                    && wasDelivered(confirmed.message())) {
                return withoutDeliveries(confirmed.message(), null);
            }
        }
        return null;
    }

    private List<Event> withoutDeliveries(Message message, @Nullable String queue) {
        List<Event> left = new ArrayList<>(events);
        left.removeIf(event -> event instanceof Delivered one && is(one.message(), one.queue(), message, queue)
                || event instanceof Acked acked && is(acked.message(), acked.queue(), message, queue)
                || event instanceof Requeued back && is(back.message(), back.queue(), message, queue)
                || event instanceof Rejected no && is(no.message(), no.queue(), message, queue));
        return left;
    }

    private static boolean is(Message message, String queue, Message wanted, @Nullable String where) {
        return message.equals(wanted) && (where == null || queue.equals(where));
    }

    private @Nullable List<Event> without(Predicate<Event> unwanted) {
        for (int i = 0; i < events.size(); i++) {
            if (unwanted.test(events.get(i))) {
                List<Event> left = new ArrayList<>(events);
                left.remove(i);
                return left;
            }
        }
        return null;
    }

    private interface Change {
        Event of(Delivered delivery);
    }

    private @Nullable List<Event> changed(Predicate<Delivered> wanted, Change change) {
        return changed(wanted, change, i -> true);
    }

    private @Nullable List<Event> changed(
            Predicate<Delivered> wanted, Change change, java.util.function.IntPredicate there) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof Delivered delivery && wanted.test(delivery) && there.test(i)) {
                List<Event> all = new ArrayList<>(events);
                all.set(i, change.of(delivery));
                return all;
            }
        }
        return null;
    }

    private static Delivered marked(Delivered one, boolean redelivered) {
        return new Delivered(one.consumer(), one.queue(), one.message(), redelivered, one.attempts(), one.intact());
    }

    /** Whether the same delivery was noted before, in this life, and ended by a requeue. */
    private boolean wasSeenBefore(int index) {
        Delivered one = (Delivered) events.get(index);
        boolean back = false;
        for (int i = index - 1; i >= 0 && !(events.get(i) instanceof Crashed); i--) {
            back |= events.get(i) instanceof Requeued requeued
                    && is(requeued.message(), requeued.queue(), one.message(), one.queue());
            if (events.get(i) instanceof Delivered before
                    && is(before.message(), before.queue(), one.message(), one.queue())) {
                return back;
            }
        }
        return false;
    }

    private @Nullable List<Event> doubled() {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof Delivered delivery) {
                List<Event> all = new ArrayList<>(events);
                all.add(i, delivery);
                return all;
            }
        }
        return null;
    }

    /** A dead message that was only given back. */
    private @Nullable List<Event> misplaced() {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof Rejected one && wasDeliveredFrom(Topology.DEAD, one.message(), i)) {
                List<Event> all = new ArrayList<>(events);
                all.set(i, new Requeued(one.consumer(), one.queue(), one.message()));
                return all;
            }
        }
        return null;
    }

    /** Within the same life: a crash may take a rejection back. */
    private boolean wasDeliveredFrom(String queue, Message message, int behind) {
        for (int i = behind; i < events.size() && !(events.get(i) instanceof Crashed); i++) {
            if (events.get(i) instanceof Delivered one && is(one.message(), one.queue(), message, queue)) {
                return true;
            }
        }
        return false;
    }

    /** Two messages of a publisher, from a consumer that is alone, with each other's places. */
    private @Nullable List<Event> disordered() {
        Map<String, Delivered> first = new HashMap<>();
        for (Event event : events) {
            if (event instanceof Delivered one
                    && one.consumer().startsWith("drain")
                    && one.queue().equals(Topology.PLAIN)) {
                Delivered before =
                        first.putIfAbsent(one.consumer() + one.message().publisher(), one);
                if (before != null) {
                    return exchanged(before, one);
                }
            }
        }
        return null;
    }

    private List<Event> exchanged(Delivered one, Delivered other) {
        List<Event> all = new ArrayList<>();
        for (Event event : events) {
            if (event == one) {
                all.add(other);
                all.add(new Acked(other.consumer(), other.queue(), other.message()));
                all.add(one);
            } else if (event != other
                    && !(event instanceof Acked acked
                            && acked.consumer().equals(other.consumer())
                            && acked.message().equals(other.message()))) {
                all.add(event);
            }
        }
        return all;
    }

    /** Of a transaction that nobody confirmed one message is there, after a crash, and another never was. */
    private @Nullable List<Event> torn() {
        Map<Message, Sent> unseen = new HashMap<>();
        Map<Message, Sent> left = new HashMap<>();
        for (Event event : events) {
            if (event instanceof Sent one && one.queues().equals(List.of(Topology.GROWING))) {
                Sent other = unseen.putIfAbsent(one.unit(), one);
                if (other != null) {
                    left.put(one.unit(), one);
                }
            } else if (event instanceof Crashed) {
                // Nobody consumes there in the first life.
                break;
            }
        }
        for (Sent one : left.values()) {
            if (wasDelivered(one.message())) {
                List<Event> all = withoutDeliveries(unseen.get(one.unit()).message(), null);
                Set<Message> unit = new HashSet<>();
                all.forEach(event -> {
                    if (event instanceof Sent sent && sent.unit().equals(one.unit())) {
                        unit.add(sent.message());
                    }
                });
                all.removeIf(event -> event instanceof Confirmed yes && unit.contains(yes.message()));
                return all;
            }
        }
        return null;
    }

    private List<Event> and(String queue, boolean there) {
        List<Event> all = new ArrayList<>(events);
        all.add(new Found(queue, there));
        return all;
    }

    private @Nullable List<Event> ghost() {
        for (Event event : events) {
            if (event instanceof Deleted deleted) {
                return and(deleted.queue(), true);
            }
        }
        return null;
    }

    private boolean wasDelivered(Message message) {
        return events.stream()
                .anyMatch(
                        event -> event instanceof Delivered one && one.message().equals(message));
    }
}
