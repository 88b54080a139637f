package io.millrace.core.simulation;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Outlet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A client with one lane. */
final class Peer implements Outlet {
    /** How a client publishes. */
    enum Mode {
        /** Without an answer. */
        PLAIN,
        /** With confirms. */
        CONFIRM,
        /** In transactions. */
        TX
    }

    final int number;
    final Mode mode;
    final Client client;
    final Lane lane;
    final List<Holder> holders = new ArrayList<>();
    /** Publishes that are neither confirmed nor refused. */
    final TreeMap<Long, Message> unconfirmed = new TreeMap<>();

    Tx tx = new Tx();
    /** The commit that is not answered, or null. */
    @Nullable
    Tx committing;

    long published;
    long confirmed;
    int consumers;
    boolean open = true;
    boolean failed;
    boolean room = true;
    /** The get that is not answered: whether it is settled at once; or null. */
    @Nullable
    Boolean getting;

    private final List<Seen> seen;
    private final LongSupplier durable;
    private final LongSupplier millis;

    Peer(int number, Mode mode, List<Seen> seen, LongSupplier durable, LongSupplier millis, Tampering tampering) {
        this.millis = millis;
        this.number = number;
        this.mode = mode;
        this.seen = seen;
        this.durable = durable;
        this.client = new Client("peer " + number);
        this.lane = new Lane(client, 1, tampering.outlet(this));
    }

    /** What it holds of that queue under that number, or null. */
    @Nullable
    Holder holder(int consumer, int queue) {
        for (Holder holder : holders) {
            if (holder.number == consumer && holder.queue == queue) {
                return holder;
            }
        }
        return null;
    }

    @Override
    public void deliver(
            int consumer, int queue, long sequence, boolean redelivered, int attempts, ByteBuffer record, int at) {
        byte[] bytes = new byte[MessageRecord.length(record, at)];
        record.get(at, bytes);
        seen.add(new Seen.Delivered(
                this,
                consumer,
                queue,
                sequence,
                redelivered,
                attempts,
                bytes,
                millis.getAsLong(),
                durable.getAsLong()));
    }

    @Override
    public void got(int queue, long sequence, boolean redelivered, int attempts, long left, ByteBuffer record, int at) {
        deliver(0, queue, sequence, redelivered, attempts, record, at);
    }

    @Override
    public void gotNothing() {
        seen.add(new Seen.Nothing(this));
    }

    @Override
    public void confirmed(long upTo) {
        seen.add(new Seen.Confirmed(this, upTo, durable.getAsLong()));
    }

    @Override
    public void refused(long publish, ErrorCode why) {
        seen.add(new Seen.Refused(this, publish));
    }

    @Override
    public void returned(long publish, ByteBuffer record, int at) {
        seen.add(new Seen.Returned(this, Message.idOf(record, at)));
    }

    @Override
    public void failed(BrokerException why) {
        seen.add(new Seen.Failed(this, why.text()));
    }

    @Override
    public void consumerCancelled(int consumer) {
        seen.add(new Seen.Cancelled(this, consumer));
    }

    @Override
    public boolean hasRoom() {
        return room;
    }

    @Override
    public void flush() {}

    @Override
    public String toString() {
        return "peer " + number;
    }
}
