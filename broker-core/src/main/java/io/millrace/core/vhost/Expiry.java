package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.model.DeathReason;
import io.millrace.core.queue.DueTimes;
import io.millrace.core.queue.SequenceSet;
import java.nio.ByteBuffer;

/**
 * Ends messages whose time in their queue is over, wherever in it they stand. Such a message stops being ready at once, so
 * that nobody is given it any more; then it leaves, as far as the work of a turn has a bound, and the rest in later turns.
 * What a consumer holds stays with it and ends when it is given back.
 *
 * <p>Messages without a dead-letter target leave as ranges and are not read. Others leave in the order of the queue; cold
 * ones are read one stretch at a time. Those of a hidden queue {@linkplain Delays go on} in the order of their times.
 */
final class Expiry implements QueueWatch {
    /** Most runs of messages that are found to be over in a millisecond. */
    static final int TAKEN_MAX = 8192;
    /** Most messages that leave without being looked at in a millisecond. */
    static final int DROPPED_MAX = 1 << 16;
    /** Most messages that move somewhere else in a millisecond. */
    static final int MOVED_MAX = 512;

    private final Host host;
    private long spentAt;
    private int taken;
    private int dropped;
    private int moved;

    Expiry(Host host) {
        this.host = host;
    }

    @Override
    public void changed(Queue queue) {
        if (queue.state().hasDues()) {
            overdue(queue).freshFrom = queue.state().nextSequence();
            host.dirty(queue);
        }
    }

    @Override
    public void gone(Queue queue) {
        Overdue overdue = queue.overdue();
        if (overdue != null) {
            overdue.wake.off();
        }
    }

    /**
     * Before messages of a queue with times are handed out: takes away those whose time is over, those excepted that have
     * come since the last call.
     *
     * @return false if there are too many for now and nothing may be handed out
     */
    boolean before(Queue queue) {
        Overdue overdue = overdue(queue);
        boolean all = find(queue, overdue, overdue.freshFrom);
        overdue.freshFrom = queue.state().nextSequence();
        if (!all) {
            end(queue, overdue);
            arm(queue, overdue);
        }
        return all;
    }

    /** After messages of a queue with times were handed out. */
    void after(Queue queue) {
        Overdue overdue = overdue(queue);
        find(queue, overdue, Long.MAX_VALUE);
        end(queue, overdue);
        arm(queue, overdue);
    }

    /** Whether the time of that message, which is given back, is over: then it ends at the end of the turn. */
    boolean takes(Queue queue, long sequence) {
        DueTimes dues = queue.state().dues();
        long due = dues == null ? DueTimes.NONE : dues.of(sequence);
        if (due == DueTimes.NONE || due > host.now()) {
            return false;
        }
        overdue(queue).dying.add(sequence);
        host.dirty(queue);
        return true;
    }

    private Overdue overdue(Queue queue) {
        Overdue overdue = queue.overdue();
        if (overdue == null) {
            overdue = new Overdue(host.agenda.entry(() -> host.dirty(queue)));
            queue.overdue(overdue);
        }
        return overdue;
    }

    /** Finds what is over; false if there may be more. */
    private boolean find(Queue queue, Overdue overdue, long before) {
        DueTimes dues = queue.state().dues();
        if (dues == null) {
            return true;
        }
        refill();
        Ready ready = queue.dispatch().ready();
        for (; taken < TAKEN_MAX; taken++) {
            if (overdue.last - overdue.next >= MOVED_MAX) {
                return false;
            }
            if (!dues.take(host.now(), before)) {
                return true;
            }
            long first = dues.takenFirst();
            long last = dues.takenLast();
            if (queue.isHidden()) {
                for (long s = first; s <= last; s++) {
                    if (ready.remove(s)) {
                        overdue.goes(s);
                    }
                }
            } else {
                ready.ranges(first, last, overdue.adder);
                ready.removeRange(first, last);
            }
        }
        return false;
    }

    private void refill() {
        if (spentAt != host.now()) {
            spentAt = host.now();
            taken = 0;
            dropped = 0;
            moved = 0;
        }
    }

    private void end(Queue queue, Overdue overdue) {
        refill();
        while (!overdue.isDone() && !overdue.reading && !queue.isDeleted()) {
            boolean left = !queue.isHidden() && queue.features().deadLetterTarget() == null
                    ? drop(queue, overdue)
                    : move(queue, overdue);
            if (!left) {
                return;
            }
        }
    }

    private boolean drop(Queue queue, Overdue overdue) {
        SequenceSet dying = overdue.dying;
        if (dropped >= DROPPED_MAX) {
            return false;
        }
        long first = dying.first();
        long last = first + DROPPED_MAX - dropped - 1;
        dying.ranges(first, last, (from, to) -> {
            if (from == to ? queue.state().isLogged(from) : queue.state().spec().logged()) {
                host.writer.settled(queue.id(), from, to, Cause.EXPIRED);
            }
            long gone = host.state.removed(queue, from, to);
            host.counters.countSettled(Cause.EXPIRED, gone);
            queue.counters().countEnded(Cause.EXPIRED, gone);
        });
        dropped += (int) dying.removeRange(first, last);
        return true;
    }

    private boolean move(Queue queue, Overdue overdue) {
        if (moved >= MOVED_MAX || host.deadLetters.isBehind(queue)) {
            return false;
        }
        long sequence = queue.isHidden() ? overdue.going[overdue.next] : overdue.dying.first();
        ByteBuffer record = queue.state().live().contains(sequence) ? host.reads.atHand(queue, sequence) : null;
        int at = host.reads.fetchedAt();
        if (record == null && queue.state().live().contains(sequence)) {
            overdue.reading = true;
            host.reads.load(queue, sequence, () -> read(queue, overdue), () -> {
                leaves(queue, overdue, sequence);
                read(queue, overdue);
            });
            return false;
        }
        leaves(queue, overdue, sequence);
        moved++;
        if (record != null && queue.isHidden()) {
            host.delays.release(queue, sequence, record, at);
        } else if (record != null) {
            host.deadLetters.died(queue, sequence, DeathReason.EXPIRED);
        }
        return true;
    }

    private static void leaves(Queue queue, Overdue overdue, long sequence) {
        if (queue.isHidden()) {
            overdue.next++;
        } else {
            overdue.dying.remove(sequence);
        }
    }

    private void read(Queue queue, Overdue overdue) {
        overdue.reading = false;
        end(queue, overdue);
        arm(queue, overdue);
    }

    private void arm(Queue queue, Overdue overdue) {
        DueTimes dues = queue.state().dues();
        long next = dues == null ? Long.MAX_VALUE : dues.earliest();
        if (!overdue.isDone() && !overdue.reading) {
            next = 0;
        }
        long at = Math.max(next, host.now() + 1);
        if (at < overdue.wake.time() && !queue.isDeleted()) {
            overdue.wake.at(at);
        }
    }
}
