package io.millrace.core.vhost;

import io.millrace.core.model.Outcome;
import io.millrace.core.queue.Locations;
import io.millrace.core.queue.QueueState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A commit on its way. Messages that die by it and go to where dead letters go need their records at hand, so that all is
 * written as one: those that lie in segments are read before, one after the other, and kept with the transaction.
 * Owner's thread.
 */
final class Commit {
    /** What a death adds to a record, usually less. */
    private static final int DEATH_BYTES = 2048;

    private final Host host;
    private final Transactions transactions;
    private final Lane lane;
    private final Transaction open;
    private final Reply<Void> reply;

    private int settlement;
    private long sequence;
    private long logged;
    private boolean over;
    private @Nullable Queue reading;
    private @Nullable String refusal;

    Commit(Host host, Transactions transactions, Lane lane, Transaction open, Reply<Void> reply) {
        this.host = host;
        this.transactions = transactions;
        this.lane = lane;
        this.open = open;
        this.reply = reply;
        begin();
    }

    Lane lane() {
        return lane;
    }

    Transaction transaction() {
        return open;
    }

    Reply<Void> reply() {
        return reply;
    }

    /** It was carried out, refused, or its lane is gone. */
    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** About what moving its dead letters takes in the log, without the copies that the transaction has. */
    long logged() {
        return logged;
    }

    /** Why it cannot be carried out, or null if nothing is known against it. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** Whether it waits for a record of that queue. */
    boolean reads(Queue queue) {
        return reading == queue;
    }

    /**
     * Goes on where it stopped and looks for records that are needed and not at hand.
     *
     * @return true if it came to the end or found why the commit has to be refused; false if a record has to be read first,
     *     behind which {@link Transactions} goes on
     */
    boolean gather() {
        reading = null;
        while (settlement < open.settlements()) {
            Queue queue = host.state.queues().numbered(open.queue(settlement));
            if (queue != null && mayKill(queue)) {
                for (; sequence <= open.last(settlement); sequence++) {
                    if (!isAtHand(queue)) {
                        read(queue);
                        return false;
                    }
                    if (refusal != null) {
                        return true;
                    }
                }
            }
            settlement++;
            first();
        }
        return true;
    }

    /** From the beginning again: what was at hand need not be any more. */
    void begin() {
        settlement = 0;
        logged = 0;
        first();
    }

    private void first() {
        sequence = settlement < open.settlements() ? open.first(settlement) : 0;
    }

    private boolean mayKill(Queue queue) {
        return open.outcome(settlement) != Outcome.ACCEPTED && queue.features().deadLetterTarget() != null;
    }

    private boolean dies(Queue queue) {
        Consumer consumer = lane.consumer(open.consumer(settlement), queue);
        QueueState state = queue.state();
        return consumer != null
                && queue.dispatch().inFlight().holder(sequence) == consumer
                && state.live().contains(sequence)
                && (open.outcome(settlement) == Outcome.REJECTED
                        || state.attempts().of(sequence) >= queue.features().deliveryLimit());
    }

    /** Whether that message needs no reading; what was read is copied, as other reads of the queue would replace it. */
    private boolean isAtHand(Queue queue) {
        if (!dies(queue)) {
            return true;
        }
        logged += DEATH_BYTES;
        if (open.copy(queue.id(), sequence) != null) {
            return true;
        }
        ByteBuffer record = host.reads.atHand(queue, sequence);
        if (record == null) {
            logged -= DEATH_BYTES;
            return false;
        }
        int length = queue.state().locations().length(sequence);
        if (Locations.isInMemory(queue.state().locations().where(sequence))) {
            logged += length;
        } else {
            refusal = transactions.keep(open, queue.id(), sequence, record, host.reads.fetchedAt(), length);
        }
        return true;
    }

    private void read(Queue queue) {
        reading = queue;
        host.reads.load(queue, sequence, () -> transactions.goOn(this), () -> {
            if (!over && dies(queue)) {
                refusal = "message " + sequence + " of queue '" + queue.name() + "' in vhost '" + host.name()
                        + "' cannot be read from disk and so not be dead-lettered";
            }
            transactions.goOn(this);
        });
    }
}
