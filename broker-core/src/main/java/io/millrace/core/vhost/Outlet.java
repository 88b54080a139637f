package io.millrace.core.vhost;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.nio.ByteBuffer;

/**
 * What comes back to a lane. Implemented by an edge; called on the virtual host's owner; must neither block nor call back
 * into the virtual host. Record buffers are valid during the call only, little-endian, laid out as
 * {@link io.millrace.core.model.MessageRecord}.
 */
public interface Outlet {
    /**
     * Offers a message to a consumer.
     *
     * @param consumer the number that the edge gave the consumer
     * @param queue the queue's number, to be given back when settling
     * @param sequence the message's sequence in that queue, to be given back when settling
     * @param redelivered whether any consumer may have seen it before
     * @param deliveryCount ended attempts before this one
     */
    void deliver(
            int consumer,
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            ByteBuffer record,
            int recordAt);

    /**
     * Answers a get with a message.
     *
     * @param remaining messages ready in the queue after this one
     */
    void got(
            int queue,
            long sequence,
            boolean redelivered,
            int deliveryCount,
            long remaining,
            ByteBuffer record,
            int recordAt);

    /** Answers a get: the queue has nothing ready. */
    void gotNothing();

    /** Every publish with a number up to this one, and not refused before, is safe. Numbers only grow. */
    void confirmed(long upTo);

    /** The publish with that number was refused and stored nowhere. */
    void refused(long number, ErrorCode why);

    /** A mandatory message had no queue to go to; always before its confirm. */
    void returned(long number, ByteBuffer record, int recordAt);

    /** A publish could not be carried out: the lane takes no more publishes and the edge must close it. */
    void failed(BrokerException why);

    /** The consumer is gone because its queue is gone. */
    void consumerCancelled(int consumer);

    /** Whether there is room for another delivery; when false, {@link VirtualHost#resume} must be called later. */
    boolean hasRoom();

    /** The turn has ended: send what was collected. Called only if something else was called in this turn. */
    void flush();
}
