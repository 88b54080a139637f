package io.millrace.server.amqp091;

import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;

/**
 * Joins the settlements of one read burst: acks of consecutive messages become one command. They wait for the end of the
 * burst or for the next command of their channel that could tell the difference; a publish may overtake them, because an
 * ack that is late only brings a message again.
 */
final class Settlements {
    private final Commands commands;
    private final Lane lane;

    private int consumer;
    private int queue;
    private long first;
    private long last;
    private Outcome outcome = Outcome.ACCEPTED;
    private boolean waiting;
    private boolean atCommit;

    Settlements(Commands commands, Lane lane) {
        this.commands = commands;
        this.lane = lane;
    }

    /** Settles one message. */
    void add(int ofConsumer, int ofQueue, long sequence, Outcome how) {
        if (waiting) {
            if (sequence == last + 1 && ofConsumer == consumer && ofQueue == queue && how == outcome) {
                last = sequence;
                return;
            }
            send();
        }
        consumer = ofConsumer;
        queue = ofQueue;
        first = sequence;
        last = sequence;
        outcome = how;
        waiting = true;
    }

    /** Whether what is added from now on waits for the commit; nothing may be waiting to be sent. */
    void atCommit(boolean transactional) {
        atCommit = transactional;
    }

    /** Sends what waits. */
    void send() {
        if (waiting) {
            waiting = false;
            if (atCommit) {
                commands.settleAtCommit(lane, consumer, queue, first, last, outcome);
            } else {
                commands.settle(lane, consumer, queue, first, last, outcome);
            }
        }
    }
}
