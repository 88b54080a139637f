package io.millrace.core.simulation;

import io.millrace.core.event.Cause;
import io.millrace.core.event.HostEvents;
import io.millrace.core.event.Slots;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.routing.DelayedExchange;
import io.millrace.core.simulation.Ledger.Claim;
import io.millrace.core.simulation.Ledger.Passage;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.vhost.HostProbe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Follows the log, event by event: what it says must be possible, and is what the model holds from then on. */
final class Decisions implements HostEvents {
    private final Ledger ledger;
    /** Queues and ids that the frame remembers, whose message has not come yet. */
    private final Set<String> remembering = new TreeSet<>();

    private long position;
    private long millis;

    private @Nullable HostProbe probe;

    Decisions(Ledger ledger) {
        this.ledger = ledger;
    }

    /** What the broker has now is asked from here on. */
    void look(HostProbe now) {
        probe = now;
    }

    void begin(long frame, long now) {
        position = frame;
        millis = now;
        requireNothingOpen();
        ledger.beginFrame(frame);
    }

    /** All ids that a frame remembers are those of its messages. */
    void requireNothingOpen() {
        Breach.unless(remembering.isEmpty(), () -> "ids without their messages: " + remembering);
    }

    private void defined(Effect effect) {
        ledger.logged(effect);
        ledger.definitions = position;
        ledger.lastDefinition = position;
    }

    @Override
    public void exchangeDeclared(ExchangeSpec spec) {
        defined(new Effect.ExchangeDeclared(spec));
    }

    @Override
    public void exchangeDeleted(String name) {
        defined(new Effect.ExchangeDeleted(name));
    }

    @Override
    public void queueDeclared(int queue, QueueSpec spec) {
        Breach.unless(!ledger.live.queues.containsKey(queue), () -> "queue number " + queue + " is given twice");
        defined(new Effect.QueueDeclared(queue, ledger.wanted.getOrDefault(spec.name(), spec)));
        ledger.queue(queue).usedAt = millis;
    }

    @Override
    public void queueDeleted(int id) {
        if (!ledger.goneEarly.remove(id)) {
            requireUnwanted(ledger.queue(id), millis);
        }
        defined(new Effect.QueueDeleted(id));
    }

    /** A queue that is deleted must be one that somebody wanted to go, or that nobody used for long enough. */
    void requireUnwanted(ModelQueue queue, long now) {
        boolean keeper = queue.isHidden() && !ledger.live.exchanges.containsKey(exchange(queue));
        boolean unused = queue.expires() > 0
                && queue.consumers.stream().allMatch(holder -> holder.cancelled)
                && now >= queue.usedAt + queue.expires();
        Breach.unless(
                keeper || unused || ledger.deletable.contains(queue.id),
                () -> "D4: " + queue + " was deleted and nobody wanted it");
    }

    private static String exchange(ModelQueue keeper) {
        return DelayedExchange.exchangeOf(keeper.spec.name());
    }

    @Override
    public void bound(BindingSpec spec) {
        defined(new Effect.Bound(spec));
    }

    @Override
    public void unbound(BindingSpec spec) {
        defined(new Effect.Unbound(spec));
    }

    @Override
    public void appended(Slots slots, ByteBuffer record, int at) {
        byte[] bytes = Records.bytes(record, at);
        Message message = ledger.message(Message.idOf(record, at));
        List<String> deaths = Records.deaths(bytes);
        Copy before = null;
        boolean first = deaths.isEmpty() && !Records.isDelayed(bytes);
        if (first) {
            published(message, slots, bytes);
        } else {
            before = passing(message, deaths, slots.queue(0));
        }
        arrive(message, slots, bytes, deaths, before, first);
    }

    private void published(Message message, Slots slots, byte[] bytes) {
        Breach.unless(message.position == 0, () -> "D5: stored twice: " + message);
        Breach.unless(!message.refused, () -> "D2: refused and stored: " + message);
        message.position = position;
        Tx tx = message.tx;
        if (tx != null) {
            tx.in(position);
            message.expected = ledger.live.route(message.exchange, message.key, message.delay);
        }
        Records.requirePublished(message, bytes, millis);
        Set<Integer> targets = logged(message.expected);
        targets.removeIf(id -> isDuplicate(ledger.queue(id), message));
        Breach.unless(
                queues(slots).equals(targets),
                () -> "D1: stored in queues " + queues(slots) + ", routed to " + message.expected + ", new to "
                        + targets + ": " + message);
    }

    /** Whether the queue has had that id before. The log remembers it together with the first message that had it. */
    private boolean isDuplicate(ModelQueue queue, Message message) {
        if (!queue.deduplicates() || message.dedup == 0) {
            return false;
        }
        String id = message.remembered();
        if (remembering.remove(queue.id + " " + id)) {
            return false;
        }
        Breach.unless(
                ledger.mayKnow(queue, message, millis),
                () -> queue + " has not had the id before, and the log does not remember it: " + message);
        return true;
    }

    private Set<Integer> logged(@Nullable Set<Integer> queues) {
        Set<Integer> logged = new TreeSet<>();
        for (int id : queues == null ? Set.<Integer>of() : queues) {
            ModelQueue queue = ledger.live.queues.get(id);
            if (queue != null && queue.isLogged()) {
                logged.add(id);
            }
        }
        return logged;
    }

    private static Set<Integer> queues(Slots slots) {
        Set<Integer> queues = new TreeSet<>();
        for (int i = 0; i < slots.size(); i++) {
            queues.add(slots.queue(i));
        }
        return queues;
    }

    private void arrive(
            Message message, Slots slots, byte[] bytes, List<String> deaths, @Nullable Copy before, boolean published) {
        for (int i = 0; i < slots.size(); i++) {
            ModelQueue queue = ledger.queue(slots.queue(i));
            long sequence = slots.sequence(i);
            Breach.unless(sequence >= queue.next, () -> "sequence " + sequence + " of " + queue + " is given twice");
            Breach.unless(message.durable && queue.isLogged(), () -> "D20: logged without need: " + message);
            long due = queue.due(millis, Records.expiresAt(bytes), message.delay);
            long said = slots.due(i);
            Breach.unless(
                    due == said, () -> "D12: due " + said + " in " + queue + ", has to be " + due + ": " + message);
            if (published) {
                message.arrived.add(queue.id);
            }
            int level = Math.min(message.priority, queue.levels());
            Copy copy = new Copy(message, queue.id, sequence, true, due, level, bytes, deaths, before, ledger.step);
            ledger.logged(new Effect.Arrived(copy));
        }
    }

    /** The place that a message leaves without an event of its own: it was not logged there, or refused. */
    @Nullable
    Copy passing(Message message, List<String> deaths, int to) {
        List<Passage> known = ledger.passages.get(message.id);
        if (known != null) {
            for (Passage passage : known) {
                if (passage.to().contains(to)) {
                    return passage.from();
                }
            }
        }
        List<String> ways = deaths.isEmpty() ? List.of(Names.keeper(message.exchange) + " ") : deaths;
        for (int i = 0; i < ways.size(); i++) {
            ModelQueue from =
                    ledger.live.named(ways.get(i).substring(0, ways.get(i).indexOf(' ')));
            Copy copy = from == null ? null : i == 0 ? leaving(from, message, deaths) : gone(from, message);
            if (copy != null) {
                remember(copy, null);
                ledger.change(new Effect.Left(copy.queue, copy.sequence));
                ledger.done(new Ledger.Place(copy.queue, copy.sequence));
                return copy;
            }
        }
        ModelQueue queue =
                ledger.live.named(ways.get(0).substring(0, ways.get(0).indexOf(' ')));
        if (queue != null) {
            if (message.number > 0 || message.tx == null) {
                Breach.unless(
                        queue.deadLettersRefused()
                                || ledger.left.values().stream().anyMatch(c -> c.message == message)
                                || ledger.published.contains(message)
                                || isNotSeen(message),
                        () -> "D10: a dead letter of nothing: " + message + " after " + deaths);
            }
        }
        return null;
    }

    /** It came and went in one turn, and neither is logged: its delay ended in a queue that was full. */
    private static boolean isNotSeen(Message message) {
        return message.delay > 0 && !message.durable;
    }

    /** The place in that queue that a message passed through, and left without an event and unseen. */
    private @Nullable Copy gone(ModelQueue queue, Message message) {
        for (Copy copy : queue.copies.values()) {
            if (!copy.logged && copy.message == message && isGone(copy)) {
                return copy;
            }
        }
        return null;
    }

    private boolean isGone(Copy copy) {
        return probe != null && !(probe.isThere(copy.queue) && probe.isLive(copy.queue, copy.sequence));
    }

    /** The copy that went on: one that is gone from the queue; the same message may be there twice, with the same history. */
    private @Nullable Copy leaving(ModelQueue queue, Message message, List<String> deaths) {
        Copy found = null;
        for (Copy copy : queue.copies.values()) {
            if (!copy.logged && copy.message == message && Records.isNext(copy.deaths, deaths)) {
                if (isGone(copy)) {
                    return copy;
                }
                found = found == null ? copy : found;
            }
        }
        return found;
    }

    private void remember(Copy from, @Nullable Set<Integer> to) {
        Set<Integer> targets = to;
        if (targets == null) {
            targets = new TreeSet<>(ledger.live.queues.keySet());
        }
        ledger.passages
                .computeIfAbsent(from.message.id, any -> new ArrayList<>())
                .add(new Passage(from, targets));
    }

    @Override
    public void settled(int id, long first, long last, Cause cause) {
        ModelQueue queue = ledger.queue(id);
        List<Copy> gone =
                new ArrayList<>(queue.copies.subMap(first, true, last, true).values());
        for (Copy copy : gone) {
            if (copy.logged) {
                left(queue, copy, cause);
            }
        }
        Breach.unless(
                !gone.isEmpty(),
                () -> "D10: " + cause + " of " + queue + " from " + first + " to " + last + ", where nothing is");
    }

    private void left(ModelQueue queue, Copy copy, Cause cause) {
        String why = cause.name().toLowerCase(Locale.ROOT);
        switch (cause) {
            case REJECTED, EXPIRED, MAXLEN, DELIVERY_LIMIT ->
                Breach.unless(
                        ledger.deadLetterTargets(queue, copy, why).isEmpty(),
                        () -> "D10: a dead letter was lost, " + why + " in " + queue + ": " + copy);
            case UNROUTED ->
                Breach.unless(
                        released(queue, copy).isEmpty(), () -> "a delayed message was lost in " + queue + ": " + copy);
            default -> {}
        }
        claim(queue, copy, why);
        ledger.logged(new Effect.Left(queue.id, copy.sequence));
    }

    private Set<Integer> released(ModelQueue keeper, Copy copy) {
        Set<Integer> targets = ledger.live.route(exchange(keeper), Records.key(copy.record), 0);
        return targets == null ? Set.of() : targets;
    }

    private void claim(ModelQueue queue, Copy copy, String why) {
        ledger.claims.add(new Claim(copy, why, position, millis, queue.attemptsOf(copy.sequence)));
    }

    @Override
    public void requeued(int id, long first, long last) {
        ModelQueue queue = ledger.queue(id);
        for (long s = first; s <= last; s++) {
            Copy copy = queue.copies.get(s);
            if (copy == null || !copy.logged) {
                throw new Breach("D9: message " + s + " of " + queue + " goes back and is not there");
            }
            claim(queue, copy, "requeued");
            ledger.logged(new Effect.Requeued(id, s));
        }
    }

    @Override
    public void deadLettered(int id, long sequence, Slots slots, ByteBuffer record, int at) {
        ModelQueue queue = ledger.queue(id);
        Copy copy = queue.copies.get(sequence);
        if (copy == null || !copy.logged) {
            throw new Breach("D10: message " + sequence + " of " + queue + " dies and is not there");
        }
        byte[] bytes = Records.bytes(record, at);
        List<String> deaths = Records.deaths(bytes);
        Set<Integer> targets;
        if (queue.isHidden()) {
            Records.requireReleased(copy.record, bytes, millis, copy);
            targets = released(queue, copy);
            claim(queue, copy, "released");
        } else {
            targets = died(queue, copy, bytes, deaths);
        }
        Breach.unless(
                logged(targets).equals(queues(slots)) && !targets.isEmpty(),
                () -> "D10: moved to " + queues(slots) + ", has to go to " + targets + ": " + copy);
        remember(copy, targets);
        ledger.logged(new Effect.Left(id, sequence));
        arrive(copy.message, slots, bytes, deaths, copy, false);
        ledger.figures.deadLetters++;
    }

    private Set<Integer> died(ModelQueue queue, Copy copy, byte[] bytes, List<String> deaths) {
        String name = queue.spec.name() + " ";
        Breach.unless(
                !deaths.isEmpty() && deaths.get(0).startsWith(name),
                () -> "D10: died in " + queue + " and says " + deaths + ": " + copy);
        Breach.unless(
                Records.isNext(copy.deaths, deaths),
                () -> "D10: history is " + deaths + " after " + copy.deaths + ": " + copy);
        String exchange = queue.deadLetterExchange();
        if (exchange == null) {
            throw new Breach("D10: a dead letter of " + queue + ", which has no target: " + copy);
        }
        Records.requireDead(copy.record, bytes, exchange, ledger.deadLetterKey(queue, copy), copy);
        String reason = deaths.get(0).substring(name.length());
        claim(queue, copy, reason);
        return ledger.deadLetterTargets(queue, copy, reason);
    }

    @Override
    public void offered(int queue, long upTo) {
        ledger.logged(new Effect.Offered(queue, upTo));
    }

    @Override
    public void moved(long segment, List<Run> runs) {
        ledger.figures.segments += runs.isEmpty() ? 0 : 1;
    }

    @Override
    public void compacted(long from, long segment, List<Run> runs) {
        ledger.figures.compactions++;
    }

    @Override
    public void remembered(int queue, String id, long at) {
        ModelQueue to = ledger.queue(queue);
        Breach.unless(
                to.deduplicates() && at == millis && !to.knows(id, millis),
                () -> to + " remembers " + id + " at " + at + ", which came before: " + to.ids.get(id));
        remembering.add(queue + " " + id);
        ledger.logged(new Effect.Remembered(queue, id, at, position));
    }
}
