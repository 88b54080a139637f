package io.millrace.core.vhost;

import io.millrace.core.queue.Priorities;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The soft half of a queue: what is ready, who holds what, and whose turn it is. Never logged; after a restart everything
 * live is ready and nobody holds anything.
 */
final class Dispatch {
    /**
     * A get that waits for a record to be read.
     *
     * @param lane who asked
     * @param settled whether it counts as accepted when handed out
     */
    record Get(Lane lane, boolean settled) {}

    private final Ready ready;
    private final InFlight inFlight = new InFlight();
    private final Turns turns;
    private final Deque<Get> gets = new ArrayDeque<>(1);
    private long offeredSafe;
    private long movedFrom = Long.MAX_VALUE;
    private long movedAt;
    private boolean stalled;
    private boolean hadConsumers;

    /**
     * @param priorities the levels of the queue's messages, or null if it has none
     * @param singleActive whether only one consumer at a time gets messages
     */
    Dispatch(@Nullable Priorities priorities, boolean singleActive) {
        ready = new Ready(priorities);
        turns = new Turns(singleActive);
    }

    Ready ready() {
        return ready;
    }

    InFlight inFlight() {
        return inFlight;
    }

    Chain consumers() {
        return turns.consumers();
    }

    Deque<Get> gets() {
        return gets;
    }

    void add(Consumer consumer) {
        hadConsumers = true;
        turns.add(consumer);
    }

    void remove(Consumer consumer) {
        turns.remove(consumer);
    }

    /** Whether its last consumer has gone, and it had one. */
    boolean isAbandoned() {
        return hadConsumers && consumers().isEmpty();
    }

    /** The consumer may be able again. */
    void rouse(Consumer consumer) {
        turns.rouse(consumer);
    }

    /** The consumer gets nothing until it settles something. */
    void stopped(Consumer consumer) {
        turns.stopped(consumer);
    }

    /** The consumer whose turn it is among those that are able. */
    @Nullable
    Consumer nextAble() {
        return turns.next();
    }

    /** How many messages more than there are ready would leave at once for consumers. */
    long room() {
        return ready.isEmpty() ? turns.room() : 0;
    }

    /** Whether that consumer may get messages at all. */
    boolean isActive(Consumer consumer) {
        return turns.isActive(consumer);
    }

    /** The consumer whose turn it was got a message: now it is the turn of the one behind it. */
    void turnTaken() {
        turns.taken();
    }

    /** Sequences up to this one may be handed out: the log knows of it, or will know before it knows the message. */
    long offeredSafe() {
        return offeredSafe;
    }

    void offeredSafe(long upTo) {
        offeredSafe = Math.max(offeredSafe, upTo);
    }

    /**
     * A message came from another queue, in which a crash leaves it as long as the log is not flushed up to that position:
     * nobody may see it here before, or somebody might see it again without a mark.
     */
    void moved(long sequence, long position) {
        movedFrom = Math.min(movedFrom, sequence);
        movedAt = position;
    }

    /** From this sequence on there are messages that came from other queues and may not be flushed. */
    long movedFrom() {
        return movedFrom;
    }

    /** Where the move of the last one stands in the log. */
    long movedAt() {
        return movedAt;
    }

    /** All that came from other queues up to before this sequence is flushed. */
    void movesFlushed(long before) {
        movedFrom = before;
    }

    /** Whether it waits for a read or for the log. */
    boolean isStalled() {
        return stalled;
    }

    void stalled(boolean value) {
        stalled = value;
    }
}
