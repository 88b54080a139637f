package io.millrace.core.simulation;

import io.millrace.core.event.EventReader;
import io.millrace.core.model.Outcome;
import io.millrace.core.simulation.Ledger.Claim;
import io.millrace.core.simulation.Ledger.Intent;
import io.millrace.core.simulation.Ledger.Place;
import io.millrace.core.vhost.HostProbe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Looks at what a step led to: first at the log, then at what is not logged, then at what clients got; and judges it. */
final class Observer {
    private final Ledger ledger;
    private final List<Seen> seen;
    private final Decisions decisions;
    private final Sightings sightings;
    private final EventReader reader = new EventReader();

    Observer(Ledger ledger, List<Seen> seen) {
        this.ledger = ledger;
        this.seen = seen;
        this.decisions = new Decisions(ledger);
        this.sightings = new Sightings(ledger);
    }

    /** @param life the broker of this step */
    void observe(Life life) {
        decisions.look(life.probe);
        takenBack(life);
        for (TappedLog.Frame frame = life.log.take(); frame != null; frame = life.log.take()) {
            decisions.begin(frame.position(), frame.millis());
            reader.read(Records.view(frame.events()), frame.count(), decisions);
        }
        for (Asked asked : ledger.asked) {
            asked.needs = asked.defines ? Math.max(asked.needs, ledger.definitions) : asked.needs;
        }
        decisions.requireNothingOpen();
        gone(life);
        for (int id : life.probe.queues()) {
            passing(life, id);
        }
        ledger.published.forEach(message -> duplicates(message, life.millis()));
        // What was given back may have been handed out again in the same step: first the one, then the other.
        ledger.claims.removeIf(this::judged);
        unlogged(life);
        for (int i = 0; i < seen.size(); i++) {
            sightings.see(seen.get(i));
        }
        for (Claim claim : ledger.claims) {
            judge(claim);
        }
        ledger.claims.clear();
        unlogged(life);
        ledger.live.queues.values().forEach(queue -> takenBack(queue, life, true));
        seen.clear();
        for (Message message : ledger.published) {
            taken(message, life);
        }
        ledger.flushed(life.log.durable());
    }

    /** A message that a queue knew before rests on the frame that says so, as if it were in there. */
    private void duplicates(Message message, long now) {
        for (int id : message.expected == null ? Set.<Integer>of() : message.expected) {
            ModelQueue queue = ledger.live.queues.get(id);
            if (queue != null && !message.arrived.contains(id) && ledger.mayKnow(queue, message, now)) {
                ledger.figures.duplicates++;
                Effect.Remembered known = queue.ids.get(message.remembered());
                boolean inLog = known != null && queue.knows(message.remembered(), now);
                message.duplicateOf = Math.max(message.duplicateOf, inLog ? known.position() : 0);
            }
        }
    }

    /**
     * Queues that are gone leave the model: those that are not logged, and at the beginning of a turn, when the time of queues
     * that nobody uses is over, all.
     */
    void gone(Life life) {
        for (ModelQueue queue : List.copyOf(ledger.live.queues.values())) {
            if (!life.probe.isThere(queue.id)) {
                decisions.requireUnwanted(queue, life.millis());
                if (queue.isLogged()) {
                    ledger.goneEarly.add(queue.id);
                }
                ledger.change(new Effect.QueueDeleted(queue.id));
            }
        }
    }

    /** Messages that came to a queue and are not logged there. */
    private void passing(Life life, int id) {
        ModelQueue queue = ledger.queue(id);
        long next = life.probe.next(id);
        for (long s = queue.scanned; s < next; s++) {
            if (life.probe.isLive(id, s) && !queue.copies.containsKey(s)) {
                ByteBuffer record = life.probe.record(id, s);
                if (record == null) {
                    throw new Breach("message " + s + " of " + queue + " came without an event and is not in memory");
                }
                arrived(queue, s, record, life.millis());
            }
        }
        queue.scanned = next;
        queue.next = next;
    }

    private void arrived(ModelQueue queue, long sequence, ByteBuffer record, long millis) {
        byte[] bytes = record.array();
        Message message = ledger.message(Message.idOf(record, 0));
        List<String> deaths = Records.deaths(bytes);
        Breach.unless(
                !message.durable || !queue.isLogged(),
                () -> "D1: durable message in " + queue + " without event: " + message);
        Copy before = null;
        long now = io.millrace.core.model.MessageRecord.publishedAt(record, 0);
        if (deaths.isEmpty() && !Records.isDelayed(bytes)) {
            Breach.unless(!message.refused, () -> "D2: refused and stored: " + message);
            Breach.unless(message.arrived.add(queue.id), () -> "D5: stored twice: " + message);
            Records.requirePublished(message, bytes, now);
        } else {
            before = decisions.passing(message, deaths, queue.id);
            now = millis;
        }
        long due = queue.due(now, Records.expiresAt(bytes), message.delay);
        int level = Math.min(message.priority, queue.levels());
        ledger.change(new Effect.Arrived(
                new Copy(message, queue.id, sequence, false, due, level, bytes, deaths, before, ledger.step)));
    }

    /** Judges a claim unless it rests on what was handed out in this step. */
    private boolean judged(Claim claim) {
        boolean now = !claim.why().equals("accepted")
                || ledger.intents.containsKey(new Place(claim.copy().queue, claim.copy().sequence));
        if (now) {
            judge(claim);
        }
        return now;
    }

    private void judge(Claim claim) {
        Copy copy = claim.copy();
        Place place = new Place(copy.queue, copy.sequence);
        Intent intent = ledger.intents.get(place);
        ModelQueue queue = ledger.live.queues.get(copy.queue);
        if (queue == null) {
            return; // Deleted in the same step, and with it what clients wanted.
        }
        switch (claim.why()) {
            case "accepted" -> consume(place, intent, Outcome.ACCEPTED, claim);
            case "rejected" -> consume(place, intent, Outcome.REJECTED, claim);
            case "requeued" -> {
                takenBack(queue, claim);
                consume(place, ledger.intents.get(place), Outcome.RELEASED, claim);
                requireAttemptLeft(queue, copy, claim.attempts());
            }
            case "delivery_limit" -> {
                takenBack(queue, claim);
                consume(place, ledger.intents.get(place), Outcome.RELEASED, claim);
                Breach.unless(
                        queue == null || claim.attempts() >= queue.leastDeliveryLimit,
                        () -> "D9: died after " + claim.attempts() + " attempts, " + claim);
            }
            case "purged" -> Breach.unless(ledger.purged.contains(copy.queue), () -> "nobody purged it, " + claim);
            case "expired", "released" -> {
                ledger.figures.expired++;
                Breach.unless(
                        copy.due != 0 && copy.due <= claim.millis(),
                        () -> "D12: too early at " + claim.millis() + ", " + claim);
                notHeld(queue, claim);
            }
            case "maxlen" -> {
                ledger.figures.limited++;
                ledger.figures.limitedBytes += queue != null && queue.maxBytes() != Long.MAX_VALUE ? 1 : 0;
                notHeld(queue, claim);
                Breach.unless(queue == null || wasAbove(queue), () -> "within its limit: " + queue + " " + claim);
            }
            default ->
                Breach.unless(queue == null || queue.isHidden(), () -> "nothing of that kind leaves a queue, " + claim);
        }
    }

    private boolean wasAbove(ModelQueue queue) {
        if (queue.dyingBefore > 0) {
            return true; // What lies in a segment has to be read before it can go.
        }
        long messages = queue.copies.size();
        long bytes = queue.bodyBytes();
        for (Copy copy : ledger.left.values()) {
            messages += copy.queue == queue.id ? 1 : 0;
            bytes += copy.queue == queue.id ? copy.message.bodyBytes() : 0;
        }
        boolean allKnown = true;
        for (long s = queue.nextBefore; s < queue.next; s++) {
            boolean known = queue.copies.containsKey(s) || ledger.left.containsKey(new Place(queue.id, s));
            messages += known ? 0 : 1;
            allKnown &= known;
        }
        // What lies in a segment counts as the average of its run.
        boolean bytesKnown = allKnown && !queue.hadRuns;
        boolean tooLarge = queue.maxBytes() != Long.MAX_VALUE && (!bytesKnown || bytes > queue.maxBytes());
        return messages > queue.maxLength() || tooLarge;
    }

    private static void notHeld(@Nullable ModelQueue queue, Claim claim) {
        Breach.unless(
                queue == null || !queue.held.containsKey(claim.copy().sequence), () -> "a consumer holds it, " + claim);
    }

    private void consume(Place place, @Nullable Intent intent, Outcome wanted, Claim claim) {
        if (intent == null || intent.outcome() != wanted) {
            throw new Breach("D10: a client wanted " + intent + ", the broker did " + claim);
        }
        Tx tx = intent.tx();
        if (tx != null) {
            tx.in(claim.position());
        }
        ledger.done(place);
    }

    private static void requireAttemptLeft(@Nullable ModelQueue queue, Copy copy, int attempts) {
        Breach.unless(
                queue == null || attempts < queue.deliveryLimit(),
                () -> "D9: goes back after " + attempts + " attempts into " + queue + ": " + copy);
    }

    /** If its holder has had it for as long as it may, that is why it goes back. */
    private void takenBack(@Nullable ModelQueue queue, Claim claim) {
        Holder holder = queue == null ? null : queue.held.get(claim.copy().sequence);
        if (queue != null && holder != null) {
            takenBack(queue, holder, claim.copy(), claim.millis());
        }
    }

    private void takenBack(ModelQueue queue, Holder holder, Copy copy, long now) {
        long timeout = holder.timeout(queue);
        long since = holder.since.getOrDefault(copy.sequence, now);
        Intent intent = ledger.intents.get(new Place(queue.id, copy.sequence));
        if (timeout == 0 || now - since < timeout) {
            Breach.unless(
                    intent != null,
                    () -> "taken from " + holder + " after " + (now - since) + " ms, it may have it for " + timeout
                            + ": " + copy);
            return;
        }
        ledger.figures.takenBack++;
        holder.held.remove(copy.sequence);
        queue.held.remove(copy.sequence);
        holder.lost = copy.sequence;
        queue.stop(holder);
        ledger.intents.put(new Place(queue.id, copy.sequence), new Intent(Outcome.RELEASED, null, holder));
    }

    /** What was taken back and is not logged, or waits to be read before it dies, is seen in the queue only. */
    void takenBack(Life life) {
        ledger.live.queues.values().forEach(queue -> takenBack(queue, life, false));
    }

    private void takenBack(ModelQueue queue, Life life, boolean stepIsOver) {
        if (!life.probe.isThere(queue.id)) {
            return;
        }
        for (Map.Entry<Long, Holder> entry : List.copyOf(queue.held.entrySet())) {
            Copy copy = queue.copies.get(entry.getKey());
            if (stepIsOver != ledger.intents.containsKey(new Place(queue.id, entry.getKey()))) {
                continue; // Perhaps its transaction was carried out: that is seen first.
            }
            boolean gone = copy != null && !life.probe.isLive(queue.id, copy.sequence);
            boolean held = !gone && life.probe.isHeld(queue.id, entry.getKey());
            if (copy != null && copy.logged && !held) {
                takenBack(queue, entry.getValue(), copy, life.millis());
            } else if (copy != null
                    && !copy.logged
                    && (gone
                            || life.probe.attempts(queue.id, copy.sequence) > queue.attemptsOf(copy.sequence)
                            || !held)) {
                takenBack(queue, entry.getValue(), copy, life.millis());
            }
        }
    }

    /** What clients did to messages that are not logged has no event: it is seen in the queue. */
    private void unlogged(Life life) {
        HostProbe probe = life.probe;
        for (Map.Entry<Place, Intent> entry : List.copyOf(ledger.intents.entrySet())) {
            Place place = entry.getKey();
            Copy copy = ledger.live.copy(place.queue(), place.sequence());
            if (copy == null || copy.logged) {
                continue;
            }
            Intent intent = entry.getValue();
            int attempts = ledger.queue(place.queue()).attemptsOf(place.sequence());
            boolean gone = !probe.isLive(place.queue(), place.sequence());
            boolean back = !gone && probe.attempts(place.queue(), place.sequence()) == attempts + 1;
            if (gone) {
                ledger.done(place);
                ledger.change(new Effect.Left(place.queue(), place.sequence()));
            } else if (back) {
                if (intent.tx() != null && intent.outcome() != Outcome.RELEASED) {
                    takenBack(ledger.queue(place.queue()), intent.holder(), copy, life.millis());
                    intent = ledger.intents.getOrDefault(place, intent);
                }
                Intent wanted = intent;
                Breach.unless(
                        wanted.outcome() == Outcome.RELEASED, () -> "D10: went back, was " + wanted + ": " + copy);
                requireAttemptLeft(ledger.queue(place.queue()), copy, attempts);
                ledger.done(place);
                ledger.change(new Effect.Requeued(place.queue(), place.sequence()));
            }
        }
    }

    /** A publish of this step has to be stored where it has to be, refused, or come back; and nothing in between. */
    private void taken(Message message, Life life) {
        Set<Integer> expected = message.expected;
        if (expected == null || message.refused) {
            Breach.unless(
                    message.arrived.isEmpty(), () -> "D2: refused, and stored in " + message.arrived + ": " + message);
            return;
        }
        Breach.unless(
                !message.mandatory || !expected.isEmpty() || message.returned,
                () -> "D2: mandatory, had no queue, and was not returned: " + message);
        // Without a number nobody hears of a refusal.
        boolean silent = message.number == 0 && message.mayBeRefused && message.arrived.isEmpty();
        Breach.unless(
                !message.mustBeRefused || silent,
                () -> "D2: a full queue did not refuse: " + message + " to " + queues(expected));
        if (silent && (message.mustBeRefused || !expected.isEmpty() && message.position == 0)) {
            message.refused = message.mustBeRefused;
            return;
        }
        Set<Integer> missing = new TreeSet<>(expected);
        missing.removeAll(message.arrived);
        for (int id : missing) {
            ModelQueue queue = ledger.live.queues.get(id);
            boolean lost = queue != null
                    && !ledger.mayKnow(queue, message, life.millis())
                    && (message.durable && queue.isLogged() || !mayBeGone(queue, message, life.millis()));
            Breach.unless(!lost, () -> "D1: not stored in " + queue + ": " + message);
        }
        Breach.unless(
                expected.containsAll(message.arrived),
                () -> "stored in " + message.arrived + ", routed to " + expected + ": " + message);
    }

    private String queues(Set<Integer> ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            ModelQueue queue = ledger.live.queues.get(id);
            text.append(queue).append(queue == null ? "" : " " + queue.copies.values());
        }
        return text.toString();
    }

    private boolean mayBeGone(ModelQueue queue, Message message, long now) {
        boolean delivered = ledger.left.values().stream().anyMatch(c -> c.message == message && c.queue == queue.id);
        return delivered
                || queue.isLimited()
                || (queue.ttl() >= 0 && queue.ttl() <= 1)
                || (message.expiration >= 0 && message.expiration <= 1)
                || sightings.wasDelivered(message, queue.id);
    }

    /** Compares everything that is not logged with the queues, which may have lost it for a reason. */
    void reconcile(Life life) {
        for (ModelQueue queue : ledger.live.queues.values()) {
            for (Copy copy : new ArrayList<>(queue.copies.values())) {
                if (!copy.logged && !life.probe.isLive(queue.id, copy.sequence)) {
                    boolean why = (copy.due != 0 && copy.due <= life.millis())
                            || queue.isLimited()
                            || ledger.onceLimited.contains(queue.id)
                            || ledger.purged.contains(queue.id);
                    Breach.unless(why, () -> "D20: lost without a reason: " + copy);
                    ledger.change(new Effect.Left(queue.id, copy.sequence));
                }
            }
        }
    }
}
