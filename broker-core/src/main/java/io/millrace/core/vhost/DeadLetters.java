package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.event.Slots;
import io.millrace.core.feature.DeadLetterTarget;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.queue.QueueState;
import io.millrace.core.routing.RecordMessage;
import io.millrace.core.routing.Targets;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends messages that nobody accepted: moves them to where dead letters of their queue go, as one event, or drops and counts
 * them. Until the move is written, the message is in its queue, held by nobody and offered to nobody; a restart makes it
 * ready again. Behind one that has to be read from disk the others wait, so that they keep their order; only those that a
 * transaction rejects do not, because they go with it. A dead letter enters its new queue even if that is full and refuses
 * what is published: nobody is there who could be told. Owner's thread.
 */
final class DeadLetters implements QueueWatch {
    /** A queue with more dying messages than this, which have to be read from disk first, lets no more die by itself. */
    private static final int BEHIND = 1024;

    private final Host host;
    private final Publishing publishing;
    private final DeathNotice notice;
    private final RecordMessage routed;
    private final Targets targets = new Targets();
    private final Map<Queue, Dying> dying = new HashMap<>();
    /** What is being carried out as one unit: nothing that it rejects may wait. */
    private @Nullable Transaction unit;

    DeadLetters(Host host, Publishing publishing) {
        this.host = host;
        this.publishing = publishing;
        this.notice = new DeathNotice(host.setup.headers());
        this.routed = new RecordMessage(host.setup.headers());
    }

    @Override
    public void changed(Queue queue) {
        // Where its dead letters go is asked when they go.
    }

    @Override
    public void gone(Queue queue) {
        dying.remove(queue);
    }

    /** Ends a message for that reason; it is live, not ready and not in flight any more. */
    void died(Queue queue, long sequence, DeathReason reason) {
        if (!queue.state().live().contains(sequence)) {
            return;
        }
        Dying waiting = dying.isEmpty() ? null : dying.get(queue);
        boolean first = waiting == null;
        if ((first || isInUnit(reason)) && end(queue, sequence, reason)) {
            return;
        }
        if (waiting == null) {
            waiting = new Dying();
            dying.put(queue, waiting);
        }
        waiting.add(sequence, reason);
        if (first) {
            read(queue, waiting);
        }
    }

    /** From now on the messages that it rejects go at once, with what it has of them; null: nothing is carried out any more. */
    void unit(@Nullable Transaction carriedOut) {
        unit = carriedOut;
    }

    private boolean isInUnit(DeathReason reason) {
        return unit != null && (reason == DeathReason.REJECTED || reason == DeathReason.DELIVERY_LIMIT);
    }

    /** A message that the queue refused goes where its dead letters go; it was stored nowhere. */
    void refused(Queue queue, ByteBuffer record, int at, DeathReason reason) {
        DeadLetterTarget target = queue.features().deadLetterTarget();
        if (target == null || !findTargets(queue, record, at, reason, target)) {
            return;
        }
        ByteBuffer dead = notice.write(queue.name(), record, at, reason, host.now(), target);
        publishing.store(targets.toArray(), dead, 0);
    }

    /** How many of its messages wait to be read before they can go. */
    long waiting(Queue queue) {
        Dying waiting = dying.isEmpty() ? null : dying.get(queue);
        return waiting == null ? 0 : waiting.size();
    }

    /** Whether so many of its messages wait to be read before they can go that no more should be made to die. */
    boolean isBehind(Queue queue) {
        return waiting(queue) >= BEHIND;
    }

    /** Reads the first that waits; then as many go as were read with it, and the next is read. */
    private void read(Queue queue, Dying waiting) {
        long sequence = waiting.first();
        host.reads.load(queue, sequence, () -> goOn(queue, waiting, -1), () -> goOn(queue, waiting, sequence));
    }

    private void goOn(Queue queue, Dying waiting, long unreadable) {
        boolean wasBehind = isBehind(queue);
        waiting.remove(unreadable);
        while (!waiting.isEmpty()) {
            long sequence = waiting.first();
            if (queue.state().live().contains(sequence) && !end(queue, sequence, waiting.reason(sequence))) {
                read(queue, waiting);
                break;
            }
            waiting.remove(sequence);
        }
        if (waiting.isEmpty()) {
            dying.remove(queue);
        }
        if (wasBehind && !isBehind(queue)) {
            host.lengthLimits.grown(queue);
        }
    }

    /** Moves or drops a message; false if its record has to be read first. */
    private boolean end(Queue queue, long sequence, DeathReason reason) {
        DeadLetterTarget target = queue.features().deadLetterTarget();
        if (target == null) {
            drop(queue, sequence, reason);
            return true;
        }
        ByteBuffer copy = unit == null ? null : unit.copy(queue.id(), sequence);
        ByteBuffer record = copy == null ? host.reads.atHand(queue, sequence) : copy;
        if (record == null) {
            return false;
        }
        int at = copy == null ? host.reads.fetchedAt() : 0;
        if (findTargets(queue, record, at, reason, target)) {
            move(queue, sequence, notice.write(queue.name(), record, at, reason, host.now(), target));
        } else {
            drop(queue, sequence, reason);
        }
        return true;
    }

    /** Finds the queues that a dead letter goes to, without those where it would close a circle; whether there are any. */
    private boolean findTargets(Queue queue, ByteBuffer record, int at, DeathReason reason, DeadLetterTarget target) {
        targets.clear();
        if (target.routingKey() == null) {
            routed.at(record, at);
        } else {
            routed.at(record, at, target.routingKey());
        }
        host.state.topology().route(target.exchange(), routed, targets);
        boolean exhausted = targets.isExhausted();
        routed.release();
        if (targets.size() == 0 || exhausted) {
            host.counters.countDeadLetterDropped();
            return false;
        }
        if (reason != DeathReason.REJECTED) {
            leaveOutCycles(queue, Deaths.decode(record, at));
        }
        if (targets.size() > 0) {
            host.counters.countDeadLettered();
            queue.counters().countDeadLettered();
        }
        return targets.size() > 0;
    }

    private void leaveOutCycles(Queue queue, Deaths before) {
        int[] all = targets.toArray();
        targets.clear();
        for (int id : all) {
            Queue next = host.state.queues().numbered(id);
            if (next == null) {
                continue;
            }
            if (next == queue || before.closesCycle(next.name())) {
                host.counters.countCycleDropped();
                next.counters().countCycleKeptOut();
            } else {
                targets.add(id);
            }
        }
    }

    private void move(Queue queue, long sequence, ByteBuffer record) {
        write(queue, sequence, targets.toArray(), record);
    }

    /** Moves a message from its queue to others, as one event; {@code record} at 0 is what it is there. */
    void write(Queue queue, long sequence, int[] to, ByteBuffer record) {
        QueueState state = queue.state();
        boolean durable = MessageRecord.durable(record, 0);
        boolean shared = to.length > 1;
        Slots places = publishing.places(to, record, 0);
        long location;
        if (state.isLogged(sequence)) {
            location = host.writer.deadLettered(queue.id(), sequence, places, record, 0, shared);
        } else if (places.size() > 0) {
            location = host.writer.appended(places, record, 0, shared);
        } else {
            location = publishing.keep(record, 0, shared);
        }
        if (state.isLogged(sequence)) {
            for (int id : to) {
                Queue next = host.state.queues().numbered(id);
                if (next != null) {
                    next.dispatch().moved(next.state().nextSequence(), host.position());
                }
            }
        }
        host.state.removed(queue, sequence, sequence);
        host.lengthLimits.spend(to.length);
        publishing.land(to, location, MessageRecord.length(record, 0), durable);
    }

    private void drop(Queue queue, long sequence, DeathReason reason) {
        Cause cause = Cause.of(reason);
        if (queue.state().isLogged(sequence)) {
            host.writer.settled(queue.id(), sequence, sequence, cause);
        }
        if (host.state.removed(queue, sequence, sequence) > 0) {
            host.counters.countSettled(cause, 1);
            queue.counters().countEnded(cause, 1);
        }
    }
}
