package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.FrameSink;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.MessageBatch;
import io.millrace.benchmarks.wire.Wire;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes what one consuming connection gets: checks the length and the last byte of every body, and its number where that
 * can tell a loss; acknowledges. Of a message nothing else is looked at.
 */
final class Deliveries implements FrameSink {
    private static final int ACK_BYTES = 21;

    private final int size;
    private final int ackEvery;
    private final boolean dense;
    private final int producers;
    private final long[] next;
    private final int[] unacknowledged;
    private final @Nullable Latencies latencies;
    private ByteBuffer acks = ByteBuffer.allocateDirect(64 * ACK_BYTES);
    private long tag;
    private long bodyLeft;
    private long stamp;
    private long count;
    private volatile long delivered;
    private long deliveredMax = Long.MAX_VALUE;
    private boolean redeliveredToo;
    private long arrivedNanos;

    /**
     * @param channels  the highest channel number
     * @param ackEvery  0: they are acknowledged automatically
     * @param dense     true: each channel consumes from one queue that gets every message
     */
    Deliveries(int size, int channels, int producers, int ackEvery, boolean dense, @Nullable Latencies latencies) {
        this.size = size;
        this.ackEvery = ackEvery;
        this.dense = dense;
        this.producers = producers;
        this.latencies = latencies;
        next = new long[(channels + 1) * producers];
        unacknowledged = new int[channels + 1];
    }

    /**
     * Begins with another message than the first, and counts no more than so many: what comes beyond them stays
     * unacknowledged.
     *
     * @param redelivered true: messages may be marked so
     */
    void expect(long first, long messages, boolean redelivered) {
        java.util.Arrays.fill(next, first);
        deliveredMax = messages;
        redeliveredToo = redelivered;
    }

    /** How many were taken. */
    long delivered() {
        return delivered;
    }

    /** Waits for deliveries, takes them, acknowledges; returns how many there were. */
    long take(Link link) {
        long before = count;
        arrivedNanos = 0;
        link.read(this);
        if (acks.position() > 0) {
            link.write(acks.flip());
            acks.clear();
        }
        delivered = count;
        return count - before;
    }

    @Override
    public void method(int channel, int method, ByteBuffer buffer, int at, int end) {
        if (method == Wire.BASIC_DELIVER) {
            if (bodyLeft != 0) {
                throw new BrokerFailure("a delivery came before the one before it was complete");
            }
            int behindTag = at + 1 + (buffer.get(at) & 0xFF);
            tag = buffer.getLong(behindTag);
            if (buffer.get(behindTag + 8) != 0 && !redeliveredToo) {
                throw new BrokerFailure("message " + tag + " came as redelivered; nothing was given back");
            }
        } else if (method != Wire.BASIC_CONSUME_OK) {
            Link.unexpected(method, buffer, at);
        }
    }

    @Override
    public void header(int channel, long bodySize) {
        if (bodySize != size) {
            throw new BrokerFailure("a message of " + bodySize + " bytes came; sent were messages of " + size);
        }
        bodyLeft = bodySize;
    }

    @Override
    public void body(int channel, ByteBuffer buffer, int at, int length) {
        if (bodyLeft == size) {
            stamp = buffer.getLong(at);
        }
        bodyLeft -= length;
        if (bodyLeft > 0) {
            return;
        }
        if (bodyLeft < 0 || buffer.get(at + length - 1) != MessageBatch.last(stamp)) {
            throw new BrokerFailure("the body of message " + Stamp.number(stamp) + " is not what was published");
        }
        complete(channel);
    }

    private void complete(int channel) {
        if (count == deliveredMax) {
            return;
        }
        count++;
        int producer = Stamp.producer(stamp);
        long number = Stamp.number(stamp);
        if (producer >= producers) {
            throw new BrokerFailure("a message came that this run has not published");
        }
        int slot = channel * producers + producer;
        if (dense && number != next[slot]) {
            throw new BrokerFailure("message " + number + " came where " + next[slot] + " was due: "
                    + (number > next[slot] ? number - next[slot] + " lost" : "twice, or out of order"));
        }
        next[slot] = number + 1;
        if (latencies != null) {
            if (arrivedNanos == 0) {
                arrivedNanos = System.nanoTime();
            }
            latencies.record(number, arrivedNanos);
        }
        if (ackEvery > 0 && ++unacknowledged[channel] == ackEvery) {
            unacknowledged[channel] = 0;
            acknowledge(channel);
        }
    }

    private void acknowledge(int channel) {
        if (acks.remaining() < ACK_BYTES) {
            acks = ByteBuffer.allocateDirect(acks.capacity() * 2).put(acks.flip());
        }
        acks.put(Wire.METHOD).putShort((short) channel).putInt(13).putInt(Wire.BASIC_ACK);
        acks.putLong(tag).put((byte) 1).put(Wire.END);
    }
}
