package io.millrace.core.vhost;

import io.millrace.core.log.Log;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what lanes do in transactions until they commit, and then does all of it in one turn and one frame of the log: after
 * a crash all is there or nothing. Owner's thread.
 */
final class Transactions {
    /** Most messages and settlements of one transaction: a commit is one turn, and nobody else has a turn meanwhile. */
    static final int ENTRIES_MAX = 100_000;

    /** What an event takes in the log besides its record and its places, at most. */
    private static final int EVENT_BYTES = 64;
    /** What a target takes in the log: the place, and telling that it may be seen. */
    private static final int TARGET_BYTES = 96;
    /** What a death adds to a record, usually less. */
    private static final int DEATH_BYTES = 2048;

    private final Host host;
    private final Subscriptions subscriptions;
    private long bytes;
    /** What the transaction that is being committed takes in the log, about. */
    private long logged;

    Transactions(Host host, Subscriptions subscriptions) {
        this.host = host;
        this.subscriptions = subscriptions;
    }

    /** A message that is to be published when the lane commits. */
    void publish(Lane lane, int flags, ByteBuffer record, int at) {
        if (host.publishing.mayPublish(lane, record, at) && hasRoom(lane, MessageRecord.length(record, at))) {
            opened(lane).publish(flags, record, at);
            bytes += Transaction.cost(MessageRecord.length(record, at));
        }
    }

    /** A settlement that is to be done when the lane commits. */
    void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        if (lane.takesPublishes() && hasRoom(lane, 0)) {
            opened(lane).settle(consumer, queue, first, last, outcome);
            bytes += Transaction.cost(0);
        }
    }

    void commit(Lane lane, Reply<Void> reply) {
        if (!lane.takesPublishes()) {
            // The edge is about to close it, because something of this transaction failed.
            drop(lane);
            host.refuse(lane, reply, refused("a part of it failed before"));
            return;
        }
        Transaction open = lane.transaction();
        if (open == null) {
            host.reply(lane, false, () -> reply.done(Reply.nothing()));
            return;
        }
        BrokerException why = refusal(open);
        if (why == null) {
            carryOut(lane, open);
        }
        drop(lane);
        if (why == null) {
            host.reply(lane, true, () -> reply.done(Reply.nothing()));
        } else {
            host.refuse(lane, reply, why);
        }
    }

    void rollback(Lane lane, Reply<Void> reply) {
        drop(lane);
        host.reply(lane, false, () -> reply.done(Reply.nothing()));
    }

    /** Forgets what the lane has not committed. */
    void drop(Lane lane) {
        Transaction open = lane.transaction();
        if (open != null) {
            bytes -= open.bytes();
            lane.transaction(null);
        }
    }

    private void carryOut(Lane lane, Transaction open) {
        host.writer.beginUnit(logged);
        for (int i = 0; i < open.messages(); i++) {
            host.publishing.publish(lane, 0, open.flags(i), open.record(i), open.recordAt(i));
        }
        for (int i = 0; i < open.settlements(); i++) {
            subscriptions.settle(lane, open.consumer(i), open.queue(i), open.first(i), open.last(i), open.outcome(i));
        }
        host.writer.endUnit();
    }

    /** Why it cannot be carried out whole, or null if it can; finds out what it takes in the log. */
    private @Nullable BrokerException refusal(Transaction open) {
        logged = open.bytes();
        CommitCheck limits = host.admission.isNeeded() ? new CommitCheck(host) : null;
        for (int i = 0; i < open.messages(); i++) {
            int[] targets = host.routes.route(open.record(i), open.recordAt(i));
            BrokerException why = host.publishing.refusal(targets, open.record(i), open.recordAt(i));
            if (why != null) {
                return why;
            }
            Queue full = limits == null ? null : limits.refusing(targets, open.record(i), open.recordAt(i));
            if (full != null) {
                return refused("queue '" + full.name() + "' in vhost '" + host.name() + "' has no room for all of it");
            }
            logged += EVENT_BYTES + (long) TARGET_BYTES * targets.length;
        }
        for (int i = 0; i < open.settlements(); i++) {
            logged += EVENT_BYTES;
            if (open.outcome(i) == Outcome.REJECTED) {
                logged += deadLetterBytes(open, i);
            }
        }
        return logged <= Log.FRAME_BYTES_MAX / 2
                ? null
                : refused("it takes about " + logged + " bytes in the log, with all queues and dead letters, of "
                        + Log.FRAME_BYTES_MAX / 2 + " at most; commit more often");
    }

    /** About what moving those to where dead letters go takes in the log. */
    private long deadLetterBytes(Transaction open, int settlement) {
        Queue queue = host.state.queues().numbered(open.queue(settlement));
        if (queue == null || queue.features().deadLetterTarget() == null) {
            return 0;
        }
        long sum = 0;
        for (long sequence = open.first(settlement); sequence <= open.last(settlement); sequence++) {
            sum += DEATH_BYTES + queue.state().locations().length(sequence);
        }
        return sum;
    }

    private boolean hasRoom(Lane lane, int recordLength) {
        Transaction open = lane.transaction();
        long most = host.limits.transactionBytes();
        long cost = Transaction.cost(recordLength);
        String why = null;
        if (open != null && open.entries() >= ENTRIES_MAX) {
            why = "it has " + ENTRIES_MAX + " publishes and settlements, the most allowed; commit more often";
        } else if ((open == null ? 0 : open.bytes()) + cost > most) {
            why = "it would take more than " + most + " bytes; commit more often, or raise the limit";
        } else if (bytes + cost > host.limits.transactionsBytes()) {
            why = "all open transactions of the virtual host would take more than " + host.limits.transactionsBytes()
                    + " bytes; commit more often, or raise the limit";
        }
        if (why != null) {
            drop(lane);
            host.publishing.fail(lane, refused(why));
        }
        return why == null;
    }

    private static BrokerException refused(String why) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, "the transaction is refused: " + why);
    }

    private static Transaction opened(Lane lane) {
        Transaction open = lane.transaction();
        if (open == null) {
            open = new Transaction();
            lane.transaction(open);
        }
        return open;
    }
}
