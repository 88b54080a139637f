package io.millrace.server.amqp091;

import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;

/**
 * The methods of class tx, AMQP 0-9-1 §1.9. From tx.select on, publishes and settlements of the channel wait for its commit;
 * what basic.recover gives back does not.
 */
final class TxMethods {
    private final Channel091 channel;
    private final Commands commands;
    private final Lane lane;
    private final Unsettled unsettled;
    private final Settlements settlements;
    private boolean selected;

    TxMethods(Channel091 channel, Unsettled unsettled, Settlements settlements) {
        this.channel = channel;
        this.commands = channel.commands();
        this.lane = channel.lane();
        this.unsettled = unsettled;
        this.settlements = settlements;
    }

    /** Whether the channel is transactional. */
    boolean selected() {
        return selected;
    }

    /** Takes a method; settlements that came before it were sent. */
    void method(MethodReader reader, int method) {
        reader.finish();
        switch (method) {
            case Method.TX_SELECT -> select();
            case Method.TX_COMMIT -> commit();
            case Method.TX_ROLLBACK -> rollback();
            default -> throw Channel091.unimplemented(method);
        }
    }

    private void select() {
        if (channel.isConfirming()) {
            throw WireException.of(
                    ReplyCode.PRECONDITION_FAILED, "cannot switch from confirm to tx mode", Method.TX_SELECT);
        }
        selected = true;
        settlements.atCommit(true);
        unsettled.keepSettled(true);
        channel.output().method(channel.number(), Method.TX_SELECT_OK);
    }

    private void commit() {
        requireSelected(Method.TX_COMMIT);
        unsettled.forgetSettled();
        commands.commit(lane, Pending.ok(channel, Method.TX_COMMIT, Method.TX_COMMIT_OK, false));
    }

    private void rollback() {
        requireSelected(Method.TX_ROLLBACK);
        unsettled.restoreSettled();
        commands.rollback(lane, Pending.ok(channel, Method.TX_ROLLBACK, Method.TX_ROLLBACK_OK, false));
    }

    private void requireSelected(int method) {
        if (!selected) {
            throw WireException.of(ReplyCode.PRECONDITION_FAILED, "channel is not transactional", method);
        }
    }

    /** Gives back all that waits for its settlement, at once. */
    void recover() {
        settlements.send();
        settlements.atCommit(false);
        unsettled.keepSettled(false);
        unsettled.settleAll(Outcome.RELEASED, settlements);
        settlements.send();
        settlements.atCommit(selected);
        unsettled.keepSettled(selected);
    }
}
