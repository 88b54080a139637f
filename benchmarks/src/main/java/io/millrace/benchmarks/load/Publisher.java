package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.ConfirmTracker;
import io.millrace.benchmarks.wire.FrameSink;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.MessageBatch;
import io.millrace.benchmarks.wire.Wire;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One publishing connection. As fast as it may: one thread writes a batch, and reads confirms only when its window is full.
 * At a fixed rate: one thread writes what is due, and another reads the confirms as they come.
 */
final class Publisher implements FrameSink, ConfirmTracker.Confirmed {
    /** A confirm may be late by so many others. */
    private static final int FOLLOWED_MAX = 1 << 20;

    private final Link link;
    private final MessageBatch batch;
    private final Load load;
    private final Copies copies;
    private final Credit credit;
    private final Crew crew;
    private final int number;
    private final long firstNumber;
    private final ConfirmTracker tracker = new ConfirmTracker(FOLLOWED_MAX);
    private final @Nullable Latencies latencies;
    private volatile long sent;
    private volatile long confirmed;

    /**
     * @param number      of the producer
     * @param firstNumber of its first message
     * @param latencies   null: they are not taken
     */
    Publisher(
            Link link,
            MessageBatch batch,
            Load load,
            Copies copies,
            Credit credit,
            Crew crew,
            int number,
            long firstNumber,
            @Nullable Latencies latencies) {
        this.link = link;
        this.batch = batch;
        this.load = load;
        this.copies = copies;
        this.credit = credit;
        this.crew = crew;
        this.number = number;
        this.firstNumber = firstNumber;
        this.latencies = latencies;
    }

    long sent() {
        return sent;
    }

    long confirmed() {
        return confirmed;
    }

    /** Publishes as fast as window and credit let it, up to a count or until the run is over, and waits for all confirms. */
    void publishUpTo(long messages) {
        while (sent < messages && !crew.isOver()) {
            long room = load.window() == 0 ? Long.MAX_VALUE : load.window() - (sent - confirmed);
            if (room == 0) {
                readConfirms();
                continue;
            }
            long allowed = credit.room(crew) / copies.most();
            write((int) Math.min(Math.min(room, batch.slots()), Math.min(Math.max(allowed, 1), messages - sent)));
        }
        while (load.window() > 0 && confirmed < sent) {
            readConfirms();
        }
    }

    /** Publishes each message when it is due. */
    void publishAt(Pace pace, long messages) {
        while (sent < messages && !crew.isOver()) {
            long now = System.nanoTime();
            long due = Math.min(pace.dueBy(now), messages) - sent;
            if (due > 0) {
                write((int) Math.min(due, batch.slots()));
            } else {
                LockSupport.parkNanos(this, pace.dueNanos(sent) - now);
            }
        }
    }

    /** Reads confirms until the count is confirmed. */
    void readConfirmsUpTo(long messages) {
        while (confirmed < messages) {
            readConfirms();
        }
    }

    private void write(int wanted) {
        long from = sent;
        int count = batch.upTo(wanted);
        credit.publish(copies.of(from, count));
        sent = from + count;
        link.write(batch.take(count, Stamp.of(number, firstNumber + from)));
    }

    private void readConfirms() {
        link.read(this);
        confirmed = tracker.confirmed();
        if (confirmed > sent) {
            throw new BrokerFailure("the broker confirmed " + confirmed + " messages; published were " + sent);
        }
    }

    @Override
    public void method(int channel, int method, ByteBuffer buffer, int at, int end) {
        if (method == Wire.BASIC_ACK) {
            tracker.confirm(buffer.getLong(at), buffer.get(at + 8) != 0, this);
        } else if (method == Wire.BASIC_NACK) {
            throw new BrokerFailure("the broker refused message " + buffer.getLong(at) + " (basic.nack)");
        } else {
            Link.unexpected(method, buffer, at);
        }
    }

    @Override
    public void confirmed(long tag) {
        if (latencies != null) {
            latencies.record(tag - 1, System.nanoTime());
        }
    }
}
