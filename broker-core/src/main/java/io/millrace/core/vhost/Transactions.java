package io.millrace.core.vhost;

import io.millrace.core.log.Log;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what lanes do in transactions until they commit, and then does all of it in one turn and one frame of the log: after
 * a crash all is there or nothing. A commit that needs records from segments has them read first; meanwhile its lane's later
 * commands wait behind it, and everybody else goes on. Owner's thread.
 */
final class Transactions implements QueueWatch {
    /** Most messages and settlements of one transaction: a commit is one turn, and nobody else has a turn meanwhile. */
    static final int ENTRIES_MAX = 100_000;

    /** What an event takes in the log besides its record and its places, at most. */
    private static final int EVENT_BYTES = 64;
    /** What a target takes in the log: the place, and telling that it may be seen. */
    private static final int TARGET_BYTES = 96;

    private final Host host;
    private final Subscriptions subscriptions;
    /** Commits that wait for records. */
    private final Set<Commit> waiting = new LinkedHashSet<>();

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
        goOn(new Commit(host, this, lane, open, reply));
    }

    /** Carries a commit out as far as it can be: whole, not at all, or it waits for a record. */
    void goOn(Commit commit) {
        Lane lane = commit.lane();
        if (commit.isOver()) {
            return;
        }
        if (host.isFailed()) {
            closed(lane);
            return;
        }
        Transaction open = commit.transaction();
        BrokerException why = lane.takesPublishes() ? null : refused("a part of it failed before");
        if (why == null && commit.refusal() == null) {
            if (!commit.gather()) {
                hold(commit);
                return;
            }
            logged = open.bytes() + commit.logged();
            why = commit.refusal() == null ? refusal(open) : null;
            commit.begin();
            if (why == null && commit.refusal() == null && !commit.gather()) {
                // Something left memory while the last ones were read.
                hold(commit);
                return;
            }
        }
        if (why == null && commit.refusal() != null) {
            why = refused(commit.refusal());
        }
        finish(commit, why);
    }

    private void finish(Commit commit, @Nullable BrokerException why) {
        Lane lane = commit.lane();
        if (why == null) {
            carryOut(lane, commit.transaction());
        }
        commit.over();
        waiting.remove(commit);
        drop(lane);
        Reply<Void> reply = commit.reply();
        if (why == null) {
            host.reply(lane, true, () -> reply.done(Reply.nothing()));
        } else {
            host.refuse(lane, reply, why);
        }
        release(lane);
    }

    private void hold(Commit commit) {
        if (commit.isOver()) {
            return;
        }
        waiting.add(commit);
        Later later = commit.lane().later();
        if (later == null) {
            commit.lane().later(new Later());
        } else {
            later.waiting(true);
        }
    }

    /** Carries out what came behind a commit of that lane. */
    private void release(Lane lane) {
        Later later = lane.later();
        if (later == null) {
            return;
        }
        later.waiting(false);
        later.run();
        if (later == lane.later() && !later.isWaiting() && later.size() == 0) {
            lane.later(null);
        }
    }

    /** Carries a command out, behind a commit of its lane that waits. */
    void inOrder(Lane lane, Runnable command) {
        inOrder(lane, 0, command);
    }

    private void inOrder(Lane lane, int recordLength, Runnable command) {
        host.endings.finish();
        Later later = lane.later();
        if (later == null) {
            command.run();
            return;
        }
        if (!lane.takesPublishes()) {
            // It has failed and is about to be closed; nobody waits for an answer.
            return;
        }
        long cost = Transaction.cost(recordLength);
        String why = full(later.size(), later.bytes(), cost);
        if (why == null) {
            bytes += cost;
            later.add(
                    () -> {
                        bytes -= cost;
                        command.run();
                    },
                    cost);
        } else {
            bytes -= later.bytes();
            later.clear();
            host.publishing.fail(lane, refused("behind a commit that waits for the disk, " + why));
        }
    }

    /** Keeps a copy of a record for a publish behind a commit that waits. */
    void publishLater(Lane lane, ByteBuffer record, int at, Consumer<ByteBuffer> publish) {
        int length = MessageRecord.length(record, at);
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, record, at, length);
        inOrder(lane, length, () -> publish.accept(copy));
    }

    /** Keeps a record that was read for a commit; why there is no room, or null if there is. */
    @Nullable
    String keep(Transaction open, int queue, long sequence, ByteBuffer record, int at, int length) {
        String why = full(0, open.bytes(), Transaction.cost(length));
        if (why == null) {
            open.keep(queue, sequence, record, at, length);
            bytes += Transaction.cost(length);
        }
        return why == null ? null : "with its dead letters, " + why;
    }

    @Override
    public void changed(Queue queue) {
        // A commit asks at its end.
    }

    @Override
    public void gone(Queue queue) {
        for (Commit commit : List.copyOf(waiting)) {
            if (commit.reads(queue)) {
                // Not now: the queue is being deleted.
                host.setup.owner().execute(() -> host.turn(() -> goOn(commit)));
            }
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

    /** The lane is closed: a commit that waits does not happen, and what came behind it neither. */
    void closed(Lane lane) {
        drop(lane);
        for (Commit commit : List.copyOf(waiting)) {
            if (commit.lane() == lane) {
                commit.over();
                waiting.remove(commit);
            }
        }
        Later later = lane.later();
        if (later != null) {
            bytes -= later.bytes();
            later.clear();
            lane.later(null);
        }
    }

    private void carryOut(Lane lane, Transaction open) {
        host.writer.beginUnit(logged);
        host.deadLetters.unit(open);
        for (int i = 0; i < open.messages(); i++) {
            host.publishing.publish(lane, 0, open.flags(i), open.record(i), open.recordAt(i));
        }
        for (int i = 0; i < open.settlements(); i++) {
            subscriptions.settle(lane, open.consumer(i), open.queue(i), open.first(i), open.last(i), open.outcome(i));
        }
        host.deadLetters.unit(null);
        host.writer.endUnit();
    }

    /** Why it cannot be carried out whole, or null if it can; adds up what it takes in the log. */
    private @Nullable BrokerException refusal(Transaction open) {
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
        logged += (long) EVENT_BYTES * open.settlements();
        return logged <= Log.FRAME_BYTES_MAX / 2
                ? null
                : refused("it takes about " + logged + " bytes in the log, with all queues and dead letters, of "
                        + Log.FRAME_BYTES_MAX / 2 + " at most; commit more often");
    }

    private boolean hasRoom(Lane lane, int recordLength) {
        Transaction open = lane.transaction();
        String why = open == null
                ? full(0, 0, Transaction.cost(recordLength))
                : full(open.entries(), open.bytes(), Transaction.cost(recordLength));
        if (why != null) {
            drop(lane);
            host.publishing.fail(lane, refused(why));
        }
        return why == null;
    }

    private @Nullable String full(int entries, long taken, long cost) {
        long most = host.limits.transactionBytes();
        if (entries >= ENTRIES_MAX) {
            return "it has " + ENTRIES_MAX + " publishes and settlements, the most allowed; commit more often";
        }
        if (taken + cost > most) {
            return "it would take more than " + most + " bytes; commit more often, or raise the limit";
        }
        if (bytes + cost > host.limits.transactionsBytes()) {
            return "all open transactions of the virtual host would take more than " + host.limits.transactionsBytes()
                    + " bytes; commit more often, or raise the limit";
        }
        return null;
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
