package io.millrace.core.simulation;

import io.millrace.core.model.Outcome;
import java.util.ArrayList;
import java.util.List;

/** A transaction as its client knows it. */
final class Tx {
    /** What is to be settled at commit. */
    record Settlement(Holder holder, long first, long last, Outcome outcome) {}

    final List<Message> messages = new ArrayList<>();
    final List<Settlement> settlements = new ArrayList<>();
    boolean committing;
    /** The frame of the log in which it is; 0 if none was seen. */
    long position;

    boolean isEmpty() {
        return messages.isEmpty() && settlements.isEmpty();
    }

    /** Whether it settles one of those that the holder has. */
    boolean settles(Holder holder, long first, long last) {
        for (Settlement settlement : settlements) {
            if (settlement.holder() == holder && settlement.first() <= last && settlement.last() >= first) {
                return true;
            }
        }
        return false;
    }

    /** Something of it stands in that frame. */
    void in(long frame) {
        Breach.unless(
                committing, () -> "D7: something of a transaction is in frame " + frame + " that was not committed");
        Breach.unless(
                position == 0 || position == frame,
                () -> "D7: a transaction stands in frame " + position + " and in frame " + frame);
        position = frame;
    }
}
