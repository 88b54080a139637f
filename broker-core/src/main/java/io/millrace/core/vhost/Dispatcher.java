package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.queue.QueueState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hands out what is ready: to those who asked for one message, then to consumers in turn. Stops where a record has to be
 * read from disk first, or where the log has to know first that a message may be seen.
 */
final class Dispatcher {
    /** How far ahead the log is told of messages that may be seen, so that it need not be told of each. */
    static final long OFFER_AHEAD = 8192;

    private final Host host;
    private final ColdReads reads;

    Dispatcher(Host host, ColdReads reads) {
        this.host = host;
        this.reads = reads;
    }

    void dispatch(Queue queue) {
        if (!queue.state().hasDues()) {
            handOut(queue);
        } else if (!host.isFailed() && !queue.isDeleted() && host.expiry.before(queue)) {
            handOut(queue);
            host.expiry.after(queue);
        }
    }

    private void handOut(Queue queue) {
        Dispatch dispatch = queue.dispatch();
        while (!queue.isDeleted() && !dispatch.isStalled() && !host.isFailed()) {
            Dispatch.Get get = nextGet(dispatch);
            Consumer consumer = get == null ? dispatch.nextAble() : null;
            if (get == null && consumer == null) {
                return;
            }
            long sequence = dispatch.ready().first();
            if (sequence < 0) {
                if (get == null) {
                    return;
                }
                dispatch.gets().removeFirst();
                host.outlet(get.lane()).gotNothing();
                continue;
            }
            ByteBuffer record = mayOffer(queue, sequence) ? reads.fetch(queue, sequence) : null;
            if (record == null) {
                return;
            }
            dispatch.ready().remove(sequence);
            if (get != null) {
                dispatch.gets().removeFirst();
                answer(queue, get, sequence, record);
            } else if (consumer != null) {
                dispatch.turnTaken();
                deliver(queue, consumer, sequence, record);
            }
        }
    }

    private static Dispatch.@Nullable Get nextGet(Dispatch dispatch) {
        while (!dispatch.gets().isEmpty()) {
            Dispatch.Get get = dispatch.gets().getFirst();
            if (get.lane().isOpen()) {
                return get;
            }
            dispatch.gets().removeFirst();
        }
        return null;
    }

    private void deliver(Queue queue, Consumer consumer, long sequence, ByteBuffer record) {
        QueueState state = queue.state();
        boolean redelivered = state.isRedelivered(sequence);
        host.outlet(consumer.lane())
                .deliver(
                        consumer.number(),
                        queue.id(),
                        sequence,
                        redelivered,
                        state.attempts().of(sequence),
                        record,
                        reads.fetchedAt());
        host.counters.countDelivered(redelivered);
        if (consumer.settled()) {
            accept(queue, sequence);
        } else {
            queue.dispatch().inFlight().put(sequence, consumer, host.now());
            consumer.took();
            host.holdTimes.took(queue, consumer);
        }
    }

    private void answer(Queue queue, Dispatch.Get get, long sequence, ByteBuffer record) {
        QueueState state = queue.state();
        boolean redelivered = state.isRedelivered(sequence);
        host.outlet(get.lane())
                .got(
                        queue.id(),
                        sequence,
                        redelivered,
                        state.attempts().of(sequence),
                        queue.dispatch().ready().size(),
                        record,
                        reads.fetchedAt());
        host.counters.countDelivered(redelivered);
        if (get.settled()) {
            accept(queue, sequence);
        } else {
            Consumer getter = getter(get.lane(), queue);
            queue.dispatch().inFlight().put(sequence, getter, host.now());
            getter.took();
            host.holdTimes.took(queue, getter);
        }
    }

    private static Consumer getter(Lane lane, Queue queue) {
        Consumer getter = lane.consumer(Consumer.GETTER, queue);
        if (getter == null) {
            getter = Consumer.getter(lane, queue);
            lane.add(getter);
        }
        return getter;
    }

    private void accept(Queue queue, long sequence) {
        if (queue.state().isLogged(sequence)) {
            host.writer.settled(queue.id(), sequence, sequence, Cause.ACCEPTED);
        }
        host.state.removed(queue, sequence, sequence);
        host.counters.countSettled(Cause.ACCEPTED, 1);
    }

    /**
     * A publish to this queue is about to be logged: with consumers waiting, the log is told before the message that it may
     * be seen, so that nobody has to wait for it.
     */
    void announce(Queue queue) {
        QueueState state = queue.state();
        Dispatch dispatch = queue.dispatch();
        long next = state.nextSequence();
        if (next <= dispatch.offeredSafe() || dispatch.consumers().isEmpty()) {
            return;
        }
        if (state.live().next(dispatch.offeredSafe() + 1) < 0) {
            long upTo = next + OFFER_AHEAD;
            host.writer.offered(queue.id(), upTo);
            state.offered(upTo);
            dispatch.offeredSafe(upTo);
        }
    }

    private boolean waitsForMove(Queue queue, Dispatch dispatch) {
        if (dispatch.movedAt() <= host.setup.log().durable()) {
            dispatch.movesFlushed(Long.MAX_VALUE);
            return false;
        }
        long next = queue.state().nextSequence();
        dispatch.stalled(true);
        host.whenDurable(() -> {
            dispatch.movesFlushed(dispatch.movedAt() > host.setup.log().durable() ? next : Long.MAX_VALUE);
            dispatch.stalled(false);
            host.dirty(queue);
        });
        return true;
    }

    /** Whether the log knows, or will know first, that this message may be seen; otherwise tells it and waits. */
    private boolean mayOffer(Queue queue, long sequence) {
        Dispatch dispatch = queue.dispatch();
        if (sequence >= dispatch.movedFrom() && waitsForMove(queue, dispatch)) {
            return false;
        }
        if (sequence <= dispatch.offeredSafe() || !queue.state().isLogged(sequence)) {
            return true;
        }
        long upTo = sequence + OFFER_AHEAD;
        if (queue.state().offeredUpTo() < upTo) {
            host.writer.offered(queue.id(), upTo);
            queue.state().offered(upTo);
        }
        dispatch.stalled(true);
        host.whenDurable(() -> {
            dispatch.offeredSafe(upTo);
            dispatch.stalled(false);
            host.dirty(queue);
        });
        return false;
    }
}
