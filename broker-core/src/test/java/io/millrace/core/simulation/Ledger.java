package io.millrace.core.simulation;

import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the simulation knows: the model as the log was written ({@link #live}), the model as far as the log is flushed, what
 * is between the two, and what clients asked for and have not seen done yet.
 *
 * <p>What lies between is in doubt as long as it is not flushed: a crash keeps a first part of it, which one is seen when the
 * log is opened again.
 */
final class Ledger {
    /** A place in a queue. */
    record Place(int queue, long sequence) {}

    /** What a client wants to become of a message that it holds. */
    record Intent(Outcome outcome, @Nullable Tx tx, Holder holder) {}

    /** A message left a place or went back to it, and the log says why; to be judged when the step is over. */
    record Claim(Copy copy, String why, long position, long millis, int attempts) {
        @Override
        public String toString() {
            return why + ": " + copy;
        }
    }

    /** A message goes from a place to queues. */
    record Passage(Copy from, Set<Integer> to) {}

    private record Written(long position, List<Effect> effects) {}

    Model live = new Model();
    private Model flushed = new Model();
    private final ArrayDeque<Written> unflushed = new ArrayDeque<>();

    final Map<Long, Message> messages = new HashMap<>();
    final Map<Place, Intent> intents = new LinkedHashMap<>();
    /** The highest frame of the log on which an answer rests. */
    long answered;

    long step;
    final Figures figures = new Figures();

    // What belongs to one step.

    final List<Claim> claims = new ArrayList<>();
    final Map<Place, Copy> left = new HashMap<>();
    final Map<Long, List<Passage>> passages = new HashMap<>();
    final List<Message> published = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();
    /** Queues that may go in this step. */
    final Set<Integer> deletable = new HashSet<>();

    final Set<Integer> purged = new HashSet<>();
    long definitions;
    /** What clients declared queues as, by name. */
    final Map<String, QueueSpec> wanted = new HashMap<>();
    /** The frame that changed a definition last. */
    long lastDefinition;
    /** The last frame when something was defined that need not be logged. */
    long lastUnlogged = -1;
    /** Queues that had a limit by a policy of before: what it took from them may still wait for its dead letter. */
    final Set<Integer> onceLimited = new HashSet<>();
    /** Queues that were seen to be gone before the log said it. */
    final Set<Integer> goneEarly = new HashSet<>();
    /** Up to where the messages of a queue count as seen because of a stop that was not clean. */
    final Map<Integer, Long> unclean = new HashMap<>();

    private @Nullable List<Effect> open;

    void beginStep() {
        step++;
        claims.clear();
        left.clear();
        passages.clear();
        published.clear();
        asked.clear();
        deletable.clear();
        purged.clear();
        definitions = 0;
        for (ModelQueue queue : live.queues.values()) {
            queue.nextBefore = queue.next;
            queue.forgotten.clear();
        }
    }

    void beginFrame(long position) {
        open = new ArrayList<>();
        unflushed.add(new Written(position, open));
    }

    /** A logged event changes the model. */
    void logged(Effect effect) {
        if (open != null) {
            open.add(effect);
        }
        change(effect);
    }

    /** Something that is not logged changes the model. */
    void change(Effect effect) {
        if (effect instanceof Effect.Left gone) {
            Copy copy = live.copy(gone.queue(), gone.sequence());
            if (copy != null) {
                left.put(new Place(gone.queue(), gone.sequence()), copy);
            }
        } else if (effect instanceof Effect.QueueDeleted deleted) {
            gone(live.queues.get(deleted.id()));
        }
        live.apply(effect);
    }

    private void gone(@Nullable ModelQueue queue) {
        if (queue == null) {
            return;
        }
        for (Holder holder : queue.consumers) {
            holder.cancelled = true;
        }
        for (Holder holder : new HashSet<>(queue.held.values())) {
            holder.held.clear();
        }
        queue.copies.values().forEach(copy -> left.put(new Place(queue.id, copy.sequence), copy));
        intents.keySet().removeIf(place -> place.queue() == queue.id);
    }

    /** The log says that it is flushed up to there. */
    void flushed(long position) {
        while (!unflushed.isEmpty() && unflushed.getFirst().position() <= position) {
            unflushed.removeFirst().effects().forEach(flushed::apply);
        }
    }

    /** Whether what is flushed has no such message, or says that it may have been seen. */
    boolean isMarkedAfterCrash(int queue, long sequence) {
        ModelQueue found = flushed.queues.get(queue);
        return found == null
                || !found.copies.containsKey(sequence)
                || found.offered >= sequence
                || found.attemptsOf(sequence) > 0
                || sequence <= unclean.getOrDefault(queue, 0L);
    }

    /** An answer was given that rests on that frame. */
    void answered(long position) {
        answered = Math.max(answered, position);
    }

    /**
     * A stop kept the log up to there.
     *
     * @param offered after a clean stop: up to where the broker says that messages may have been seen, which it knows then
     */
    void restarted(long position, @Nullable IntToLongFunction offered) {
        Breach.unless(
                position >= answered,
                () -> "D5: the log ends at frame " + position + ", but what was answered needs frame " + answered);
        flushed(position);
        figures.lostFrames += unflushed.size();
        unflushed.clear();
        if (offered != null) {
            flushed.queues.values().forEach(queue -> queue.offered = offered.applyAsLong(queue.id));
        }
        Map<String, Rule> rules = live.rules();
        live = flushed.restarted();
        live.rule(rules, 0);
        intents.clear();
        goneEarly.clear();
        lastDefinition = 0;
        lastUnlogged = -1;
        onceLimited.clear();
    }

    /** What a client wanted was done; what a transaction settles is held until then. */
    void done(Place place) {
        Intent intent = intents.remove(place);
        if (intent != null && intent.tx() != null) {
            intent.holder().held.remove(place.sequence());
            ModelQueue queue = live.queues.get(place.queue());
            if (queue != null) {
                queue.held.remove(place.sequence());
            }
        }
    }

    Message message(long id) {
        Message message = messages.get(id);
        if (message == null) {
            throw new Breach("a message that nobody sent: " + id);
        }
        return message;
    }

    ModelQueue queue(int id) {
        ModelQueue queue = live.queues.get(id);
        if (queue == null) {
            throw new Breach("an event names queue " + id + ", which is not there");
        }
        return queue;
    }

    /** Whether that queue can have had the id of that message before. */
    boolean mayKnow(ModelQueue queue, Message message, long now) {
        if (!queue.deduplicates() || message.dedup == 0) {
            return false;
        }
        String id = message.remembered();
        return queue.knows(id, now) || queue.mayKnow.contains(id) || queue.forgotten.contains(id);
    }

    /** Where a message goes that died in that queue for that reason; empty if it is dropped. */
    Set<Integer> deadLetterTargets(ModelQueue queue, Copy copy, String reason) {
        String exchange = queue.deadLetterExchange();
        Set<Integer> targets = exchange == null ? null : live.route(exchange, deadLetterKey(queue, copy), 0);
        if (targets == null) {
            return Set.of();
        }
        Set<Integer> found = new TreeSet<>(targets);
        if (!reason.equals("rejected")) {
            found.removeIf(id -> id == queue.id || closesCircle(copy.deaths, queue(id)));
        }
        return found;
    }

    String deadLetterKey(ModelQueue queue, Copy copy) {
        String key = queue.text("dead-letter-routing-key");
        return key != null ? key : Records.key(copy.record);
    }

    /** It died there before, and was rejected neither then nor since. */
    private static boolean closesCircle(List<String> deaths, ModelQueue next) {
        for (String death : deaths) {
            if (death.endsWith(" rejected")) {
                return false;
            }
            if (death.startsWith(next.spec.name() + " ")) {
                return true;
            }
        }
        return false;
    }
}
