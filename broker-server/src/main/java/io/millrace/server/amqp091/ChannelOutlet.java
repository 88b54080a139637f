package io.millrace.server.amqp091;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.vhost.Outlet;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * What comes back to a channel from the virtual host: deliveries, confirms, returns. Calls that were on their way when the
 * channel closed are passed over; what they brought is released by the virtual host.
 */
final class ChannelOutlet implements Outlet {
    private final Channel091 channel;
    private final Connection091 connection;
    private final Output output;
    private final ContentWriter writer;
    private final Consumers consumers;
    private final Unsettled unsettled;
    private final int unsettledMax;
    private final int number;

    private long lastTag;
    private long lastConfirmed;
    private final RefusedPublishes refusals = new RefusedPublishes();
    private boolean awaitsGet;
    /** Whether the get that waits wants its message settled. */
    private boolean getSettled;

    private boolean starved;

    ChannelOutlet(Channel091 channel, Connection091 connection, Consumers consumers, Unsettled unsettled) {
        this.channel = channel;
        this.connection = connection;
        this.output = connection.output();
        this.writer = connection.contentWriter();
        this.consumers = consumers;
        this.unsettled = unsettled;
        this.unsettledMax = connection.settings().unsettledMax();
        this.number = channel.number();
    }

    @Override
    public void deliver(
            int consumer,
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            ByteBuffer record,
            int recordAt) {
        Consumer091 to = channel.isOpen() ? consumers.byNumber(consumer) : null;
        if (to == null || !understood(record, recordAt)) {
            return;
        }
        long tag = ++lastTag;
        if (!to.settled()) {
            unsettled.add(tag, consumer, queue, sequence);
        }
        writer.deliver(number, to.tagField(), tag, redelivered, deliveryCount, record, recordAt);
    }

    @Override
    public void got(
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            long remaining,
            ByteBuffer record,
            int recordAt) {
        endGet();
        if (!channel.isOpen() || !understood(record, recordAt)) {
            return;
        }
        long tag = ++lastTag;
        if (!getSettled) {
            unsettled.add(tag, 0, queue, sequence);
        }
        writer.got(number, tag, redelivered, deliveryCount, remaining, record, recordAt);
    }

    @Override
    public void gotNothing() {
        endGet();
        if (channel.isOpen()) {
            ByteBuf out = output.begin(number, Method.BASIC_GET_EMPTY, 1);
            output.end(out.writeByte(0));
        }
    }

    @Override
    public void confirmed(long upTo) {
        if (!channel.isOpen() || upTo <= lastConfirmed) {
            return;
        }
        long next = lastConfirmed + 1;
        while (refusals.first() <= upTo) {
            acknowledge(next, refusals.first() - 1);
            next = refusals.takeFirst() + 1;
        }
        acknowledge(next, upTo);
        lastConfirmed = Math.max(upTo, next - 1);
    }

    private void acknowledge(long from, long to) {
        if (from <= to) {
            answer(Method.BASIC_ACK, to, to > from);
        }
    }

    @Override
    public void refused(long publish, ErrorCode why) {
        if (!channel.isOpen() || publish == 0) {
            return;
        }
        answer(Method.BASIC_NACK, publish, false);
        refusals.add(publish);
    }

    @Override
    public void returned(long publish, ByteBuffer record, int recordAt) {
        if (channel.isOpen()) {
            writer.returned(number, record, recordAt);
        }
    }

    @Override
    public void failed(BrokerException why) {
        channel.fail(ReplyCode.of(why, Method.BASIC_PUBLISH));
    }

    @Override
    public void consumerCancelled(int consumer) {
        Consumer091 gone = channel.isOpen() ? consumers.byNumber(consumer) : null;
        if (gone != null) {
            if (consumers.remove(gone)) {
                channel.cancelNotices().gone(gone);
            }
        }
    }

    @Override
    public boolean hasRoom() {
        boolean room = output.hasRoom() && unsettled.held() < unsettledMax;
        if (!room) {
            starved = true;
            connection.starved();
        }
        return room;
    }

    @Override
    public void flush() {
        connection.turnEnded();
    }

    /** Whether the virtual host was told that there is no room. */
    boolean isStarved() {
        return starved;
    }

    /** Whether the virtual host was told that there is no room, and there is again; forgets it then. */
    boolean takeRoom() {
        if (starved && output.hasRoom() && unsettled.held() < unsettledMax) {
            starved = false;
            return true;
        }
        return false;
    }

    /** Notes a get; the channel has no other that waits. */
    void beginGet(boolean settled) {
        awaitsGet = true;
        getSettled = settled;
        connection.getBegun();
    }

    /** The highest publish that was answered. */
    long lastConfirmed() {
        return lastConfirmed;
    }

    /** Whether a get waits for its answer. */
    boolean awaitsGet() {
        return awaitsGet;
    }

    /** The get was answered or refused, or never will be. */
    void endGet() {
        if (awaitsGet) {
            awaitsGet = false;
            connection.getEnded();
        }
    }

    private void answer(int method, long publish, boolean multiple) {
        ByteBuf out = output.begin(number, method, 9);
        output.end(out.writeLong(publish).writeByte(multiple ? 1 : 0));
    }

    private boolean understood(ByteBuffer record, int recordAt) {
        int encoding = MessageRecord.encoding(record, recordAt);
        if (encoding != MessageRecord.AMQP_0_9_1) {
            channel.fail(WireException.of(
                    ReplyCode.NOT_IMPLEMENTED,
                    "a message of encoding " + encoding + " cannot be delivered over AMQP 0-9-1",
                    0));
            return false;
        }
        return true;
    }
}
