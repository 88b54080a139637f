package io.millrace.core.simulation;

import io.millrace.core.model.Outcome;
import io.millrace.core.simulation.Ledger.Intent;
import io.millrace.core.simulation.Ledger.Place;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients get: each piece must be allowed by what the model holds. */
final class Sightings {
    private final Ledger ledger;
    /** Message and queue of what was delivered and settled at once in the last steps, though no place of it was seen. */
    private final Set<String> glimpsed = new HashSet<>();

    private long glimpsedIn;

    Sightings(Ledger ledger) {
        this.ledger = ledger;
    }

    boolean wasDelivered(Message message, int queue) {
        return glimpsed.contains(message.id + " " + queue);
    }

    void see(Seen seen) {
        if (seen instanceof Seen.Delivered delivered) {
            delivered(delivered);
        } else if (seen instanceof Seen.Confirmed confirmed) {
            confirmed(confirmed);
        } else if (seen instanceof Seen.Refused refused) {
            refused(refused);
        } else if (seen instanceof Seen.Returned returned) {
            Message message = ledger.message(returned.id());
            Set<Integer> expected = message.expected;
            boolean unroutable = message.tx != null || (expected != null && expected.isEmpty());
            Breach.unless(
                    message.mandatory && !message.returned && unroutable && message.arrived.isEmpty(),
                    () -> "D2: returned without reason: " + message);
            message.returned = true;
        } else if (seen instanceof Seen.Answered answered) {
            answered(answered);
        } else if (seen instanceof Seen.Failed failed) {
            failed.peer().failed = true;
        } else if (seen instanceof Seen.Cancelled cancelled) {
            cancelled(cancelled);
        } else if (seen instanceof Seen.Nothing nothing) {
            got(nothing.peer());
        }
    }

    private void answered(Seen.Answered answered) {
        Asked asked = answered.asked();
        Breach.unless(!asked.answered, () -> "answered twice: " + asked.what);
        asked.answered = true;
        if (!answered.refusal().isEmpty()) {
            asked.otherwise.run();
            return;
        }
        Tx tx = asked.tx;
        if (tx != null) {
            whole(tx);
        }
        long needs = tx == null ? asked.needs : Math.max(asked.needs, tx.position);
        Breach.unless(
                needs <= answered.durable(),
                () -> "D4: answered with the log flushed up to " + answered.durable() + " and not to " + needs + ": "
                        + asked.what);
        ledger.answered(needs);
        asked.then.run();
    }

    /** A transaction that is answered is there whole. */
    private void whole(Tx tx) {
        for (Message message : tx.messages) {
            if (message.position != 0
                    || !message.durable
                    || ledger.lastDefinition > tx.position
                    || ledger.lastUnlogged >= tx.position) {
                continue;
            }
            Set<Integer> targets = ledger.live.route(message.exchange, message.key, message.delay);
            for (int id : targets == null ? Set.<Integer>of() : targets) {
                ModelQueue queue = ledger.queue(id);
                Breach.unless(
                        !queue.isLogged() || (queue.deduplicates() && message.dedup > 0),
                        () -> "D7: a part of a transaction is missing: " + message);
            }
        }
        for (Map.Entry<Place, Intent> intent : ledger.intents.entrySet()) {
            Breach.unless(intent.getValue().tx() != tx, () -> "D7: not settled by its transaction: " + intent);
        }
    }

    private void cancelled(Seen.Cancelled cancelled) {
        for (Holder holder : cancelled.peer().holders) {
            if (holder.number == cancelled.consumer()) {
                Breach.unless(
                        !ledger.live.queues.containsKey(holder.queue),
                        () -> "cancelled though its queue is there: " + holder);
            }
        }
    }

    private void refused(Seen.Refused refused) {
        Message message = refused.peer().unconfirmed.remove(refused.number());
        if (message == null) {
            throw new Breach("D2: refused what is not open: " + refused.number() + " of " + refused.peer());
        }
        Breach.unless(message.mayBeRefused, () -> "D2: refused and every queue had room: " + message);
        Breach.unless(
                message.position == 0, () -> "D2: refused and stored in frame " + message.position + ": " + message);
        message.refused = true;
    }

    private void confirmed(Seen.Confirmed confirmed) {
        Peer peer = confirmed.peer();
        Breach.unless(
                confirmed.upTo() > peer.confirmed && confirmed.upTo() <= peer.published,
                () -> "confirmed " + confirmed.upTo() + " after " + peer.confirmed + " of " + peer.published + ": "
                        + peer);
        peer.confirmed = confirmed.upTo();
        Iterator<Map.Entry<Long, Message>> each =
                peer.unconfirmed.headMap(confirmed.upTo(), true).entrySet().iterator();
        while (each.hasNext()) {
            Message message = each.next().getValue();
            each.remove();
            ledger.figures.confirms++;
            Breach.unless(
                    Math.max(message.position, message.duplicateOf) <= confirmed.durable(),
                    () -> "D1: confirmed with the log flushed up to " + confirmed.durable() + ", stored in "
                            + message.position + ", known by " + message.duplicateOf + ": " + message);
            Set<Integer> expected = message.expected;
            Breach.unless(
                    !message.mandatory || expected == null || !expected.isEmpty() || message.returned,
                    () -> "D2: confirmed, had no queue, and was not returned: " + message);
            ledger.answered(Math.max(message.position, message.duplicateOf));
        }
    }

    private void delivered(Seen.Delivered delivered) {
        ledger.figures.deliveries++;
        Peer peer = delivered.peer();
        Breach.unless(peer.open, () -> "a message for a client that is gone: " + peer);
        Place place = new Place(delivered.queue(), delivered.sequence());
        Copy there = ledger.live.copy(place.queue(), place.sequence());
        boolean gone = there == null;
        Copy copy = gone ? ledger.left.get(place) : there;
        if (copy == null) {
            glimpsed(delivered);
            return;
        }
        Records.requireSame(copy.record, delivered.record(), () -> "delivered: " + copy);
        ModelQueue queue = ledger.live.queues.get(place.queue());
        if (queue == null) {
            return; // Deleted in the same step.
        }
        Breach.unless(
                !queue.held.containsKey(copy.sequence),
                () -> "delivered to " + peer + " while another holds it: " + copy);
        Breach.unless(
                copy.due == 0 || copy.due > delivered.millis() || copy.step == ledger.step || gone,
                () -> "D12: delivered at " + delivered.millis() + ": " + copy);
        attempts(delivered, queue, copy, gone);
        ledger.flushed(delivered.durable());
        requireMarkAfterCrash(copy);
        order(queue, copy);
        Holder holder = holder(delivered, queue);
        copy.see();
        if (holder.settled) {
            if (copy.logged) {
                ledger.intents.put(place, new Intent(Outcome.ACCEPTED, null, holder));
            } else if (!gone) {
                ledger.change(new Effect.Left(place.queue(), place.sequence()));
            }
        } else if (!gone) {
            holder.held.put(copy.sequence, copy);
            holder.since.put(copy.sequence, delivered.millis());
            queue.held.put(copy.sequence, holder);
        }
    }

    /** Came, was handed out and was settled in one turn without a trace in the log. */
    private void glimpsed(Seen.Delivered delivered) {
        if (glimpsedIn != ledger.step) {
            glimpsed.clear();
            glimpsedIn = ledger.step;
        }
        Message message = ledger.message(Message.idOf(delivered.record()));
        ModelQueue queue = ledger.live.queues.get(delivered.queue());
        boolean logged = message.durable && queue != null && queue.isLogged();
        Breach.unless(
                !logged,
                () -> "D5: delivered and not stored, or settled before: " + message + " as " + delivered.sequence()
                        + " of " + queue);
        glimpsed.add(message.id + " " + delivered.queue());
        Set<Integer> expected = message.expected;
        boolean routed = expected != null && expected.contains(delivered.queue());
        Breach.unless(
                routed
                        || !Records.deaths(delivered.record()).isEmpty()
                        || Records.isDelayed(delivered.record())
                        || message.tx != null,
                () -> "delivered from " + queue + " and routed to " + expected + ": " + message);
        if (delivered.consumer() == 0) {
            got(delivered.peer());
        }
    }

    /** If the power went now, the flushed part of the log would have to say that it may have been seen, wherever it was then. */
    private void requireMarkAfterCrash(Copy copy) {
        for (Copy place = copy; place != null; place = place.before) {
            Copy kept = place;
            Breach.unless(
                    !place.logged || ledger.isMarkedAfterCrash(place.queue, place.sequence),
                    () -> "D9: delivered while a crash would bring it back without a mark as " + kept + ": " + copy);
        }
    }

    private void attempts(Seen.Delivered delivered, ModelQueue queue, Copy copy, boolean gone) {
        int attempts = queue.attemptsOf(copy.sequence);
        Breach.unless(
                gone || delivered.attempts() == attempts,
                () -> "D9: delivered with " + delivered.attempts() + " attempts, had " + attempts + ": " + copy);
        if (delivered.redelivered()) {
            Breach.unless(
                    attempts > 0 || copy.seen || copy.sequence <= queue.uncleanUpTo,
                    () -> "D9: marked as redelivered without reason: " + copy);
        } else {
            Breach.unless(attempts == 0 && !copy.seen, () -> "D9: seen before and not marked: " + copy);
        }
    }

    /** First deliveries are in the order of the queue, within each level. */
    private static void order(ModelQueue queue, Copy copy) {
        if (copy.seen || queue.attemptsOf(copy.sequence) > 0) {
            return;
        }
        Long before = queue.firsts.get(copy.level);
        Breach.unless(
                before == null || before < copy.sequence,
                () -> "D8: delivered for the first time behind " + before + ": " + copy);
        queue.firsts.put(copy.level, copy.sequence);
    }

    /** The get of that client is answered; whether it was to be settled at once. */
    private static boolean got(Peer peer) {
        Boolean settled = peer.getting;
        if (settled == null) {
            throw new Breach("an answer to a get that nobody asked: " + peer);
        }
        peer.getting = null;
        return settled;
    }

    private Holder holder(Seen.Delivered delivered, ModelQueue queue) {
        Peer peer = delivered.peer();
        @Nullable Holder holder = peer.holder(delivered.consumer(), queue.id);
        if (delivered.consumer() == 0) {
            boolean settled = got(peer);
            if (settled) {
                return new Holder(peer, 0, queue.id, 0, true, false, 0, -1);
            }
            if (holder == null) {
                holder = new Holder(peer, 0, queue.id, 0, false, false, 0, -1);
                peer.holders.add(holder);
            }
            return holder;
        }
        if (holder == null) {
            throw new Breach("a message for consumer " + delivered.consumer() + " of " + peer + ", who is not there");
        }
        requireTurn(queue, holder);
        holder.stopped = false;
        holder.unsure = false;
        return holder;
    }

    /** It is the turn of that consumer. */
    private static void requireTurn(ModelQueue queue, Holder holder) {
        Breach.unless(!holder.cancelled, () -> "a message for a cancelled consumer: " + holder);
        Breach.unless(
                !holder.stopped || holder.peer.committing != null,
                () -> "a message for one who held another for too long: " + holder);
        Breach.unless(
                holder.window == 0 || holder.held.size() < holder.window,
                () -> "more than its window of " + holder.window + " for " + holder);
        Holder active = queue.active;
        if (active != null && (active.unsure || active.stopped && holder.unsure)) {
            queue.active = holder; // A commit that was waiting was carried out, or was not yet.
        }
        Breach.unless(!queue.single() || queue.active == holder, () -> "not the active one: " + holder);
        for (Holder other : queue.consumers) {
            boolean able = other.started
                    && !other.stopped
                    && !other.unsure
                    && other.peer.committing == null
                    && other.peer.open
                    && other.peer.room
                    && (other.window == 0 || other.held.size() < other.window);
            Breach.unless(
                    queue.single() || !able || other.priority <= holder.priority,
                    () -> "given to " + holder + " though " + other + " comes first");
            Breach.unless(other == holder || !other.exclusive, () -> "another one is exclusive: " + other);
        }
    }
}
