package io.millrace.core.vhost;

import io.millrace.core.event.Slots;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.queue.Locations;
import io.millrace.core.routing.Refusals;
import io.millrace.core.routing.RouteCache;
import io.millrace.core.store.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Takes messages: routes them, gives them their places, logs those that must survive. */
final class Publishing {
    private final Host host;
    private final Slots logged = new Slots();
    private long[] dues = new long[16];

    Publishing(Host host) {
        this.host = host;
    }

    void publish(Lane lane, long number, int flags, ByteBuffer record, int at) {
        if (!lane.takesPublishes()) {
            return;
        }
        if (Replies.isAddressed(record, at)) {
            host.replies.publish(lane, number, flags, record, at);
            return;
        }
        int[] targets = host.routes.route(record, at);
        BrokerException why = targets.length > 0 ? null : refusal(targets, record, at);
        if (why != null) {
            fail(lane, why);
            return;
        }
        host.counters.countPublished();
        boolean stored = false;
        if (targets.length == 0) {
            host.counters.countUnroutable();
            if ((flags & Commands.MANDATORY) != 0) {
                host.outlet(lane).returned(number, record, at);
            }
        } else {
            MessageRecord.taken(record, at, host.now());
            if (host.admission.isNeeded()) {
                int[] taking = host.admission.admit(targets, record, at);
                if (taking == Admission.REFUSED) {
                    refuse(lane, number);
                    return;
                }
                stored = store(taking, record, at);
                stored |= host.duplicates.wasLoggedBefore();
                host.duplicates.end();
            } else {
                stored = store(targets, record, at);
            }
            host.lengthLimits.enforceNow();
        }
        host.routes.taken(record, at);
        if (number > 0) {
            host.wantsConfirm(lane, number, stored);
        }
    }

    /** Whether a message may be published later; otherwise the lane has failed. */
    boolean mayPublish(Lane lane, ByteBuffer record, int at) {
        if (!lane.takesPublishes()) {
            return false;
        }
        BrokerException why = refusal(host.routes.route(record, at), record, at);
        if (why != null) {
            fail(lane, why);
        }
        return why == null;
    }

    /** Why a message with that route may not be published, or null if it may. */
    @Nullable
    BrokerException refusal(int[] targets, ByteBuffer record, int at) {
        if (targets == RouteCache.NO_EXCHANGE) {
            return Refusals.noExchange(host.name(), MessageRecord.exchange(record, at));
        }
        return targets == RouteCache.INTERNAL
                ? Refusals.internalExchange(host.name(), MessageRecord.exchange(record, at))
                : targets == RouteCache.TOO_FAR
                        ? Refusals.tooFar(host.name(), MessageRecord.exchange(record, at))
                        : null;
    }

    /** The lane takes no more publishes, and its edge is told to close it. */
    void fail(Lane lane, BrokerException why) {
        lane.fail();
        host.outlet(lane).failed(why);
    }

    private void refuse(Lane lane, long number) {
        host.counters.countRefused(number > 0);
        if (number > 0) {
            host.outlet(lane).refused(number, ErrorCode.RESOURCE_EXHAUSTED);
        }
    }

    /**
     * Gives what is bound now the messages that its exchange kept for it.
     *
     * @return whether one was logged
     */
    boolean giveRecent(BindingSpec binding) {
        boolean anyLogged = false;
        for (byte[] kept : host.state.topology().recent(binding.exchange())) {
            ByteBuffer record = ByteBuffer.wrap(kept.clone()).order(ByteOrder.LITTLE_ENDIAN);
            int[] targets = host.routes.destinations(binding, record, 0);
            if (targets.length > 0) {
                MessageRecord.taken(record, 0, host.now());
                boolean asked = host.admission.isNeeded();
                anyLogged |= store(asked ? host.admission.admit(targets, record, 0) : targets, record, 0);
                if (asked) {
                    host.duplicates.end();
                }
            }
        }
        host.lengthLimits.enforceNow();
        return anyLogged;
    }

    /** Puts a message into queues; returns whether it was logged. */
    boolean store(int[] targets, ByteBuffer record, int at) {
        int length = MessageRecord.length(record, at);
        if (targets.length == 0) {
            return false;
        }
        places(targets, record, at);
        host.duplicates.remember(logged);
        long location = logged.size() > 0
                ? host.writer.appended(logged, record, at, targets.length > 1)
                : keep(record, at, targets.length > 1);
        land(targets, location, length, MessageRecord.durable(record, at));
        return logged.size() > 0;
    }

    /**
     * Finds the places in those of the queues that log the message, and tells the log of what may be seen; and finds when
     * the message is due in each of the queues, for {@link #land}.
     *
     * @return the places, reused by the next call
     */
    Slots places(int[] targets, ByteBuffer record, int at) {
        boolean durable = MessageRecord.durable(record, at);
        logged.clear();
        if (dues.length < targets.length) {
            dues = new long[targets.length * 2];
        }
        for (int i = 0; i < targets.length; i++) {
            Queue queue = queue(targets[i]);
            dues[i] = queue.isHidden()
                    ? host.delays.due(record, at)
                    : queue.features().due(host.now(), MessageRecord.expiresAt(record, at));
            if (durable && queue.state().spec().logged()) {
                host.dispatcher.announce(queue);
                logged.add(targets[i], queue.state().nextSequence(), dues[i]);
            }
        }
        return logged;
    }

    /** Keeps a record in memory only; returns where. */
    long keep(ByteBuffer record, int at, boolean shared) {
        Arena.Slab slab = host.arena.copy(record, at);
        return Locations.inMemory(slab.id(), host.arena.copiedAt(), shared);
    }

    /** Applies a message's arrival to its queues, whose {@link #places} were found. */
    void land(int[] targets, long location, int length, boolean durable) {
        for (int i = 0; i < targets.length; i++) {
            Queue queue = queue(targets[i]);
            long sequence = queue.state().nextSequence();
            queue.state()
                    .appended(
                            sequence,
                            location,
                            length,
                            durable && queue.state().spec().logged());
            queue.state().due(sequence, dues[i]);
            if (queue.state().priorities() != null) {
                prioritise(queue, sequence, location);
            }
            queue.dispatch().ready().add(sequence);
            if (queue.features().lengthLimit() != null) {
                host.lengthLimits.grown(queue);
            }
            host.dirty(queue);
        }
    }

    private void prioritise(Queue queue, long sequence, long location) {
        ByteBuffer memory = host.arena.buffer(Locations.number(location));
        queue.state().prioritised(sequence, MessageRecord.priority(memory, Locations.offset(location)));
    }

    private Queue queue(int id) {
        Queue queue = host.state.queues().numbered(id);
        if (queue == null) {
            throw new IllegalStateException("routing leads to queue number " + id + ", which is gone");
        }
        return queue;
    }
}
