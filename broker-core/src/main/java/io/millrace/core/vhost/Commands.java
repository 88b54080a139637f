package io.millrace.core.vhost;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import java.nio.ByteBuffer;

/**
 * What an edge may ask of a virtual host. Owner's thread only; commands of one lane are carried out in their order, and
 * the replies of one lane come in the order of its commands.
 *
 * <p>Anything may be refused with {@link io.millrace.core.model.ErrorCode} texts that are the wire's own.
 */
public interface Commands {

    /** Flag of {@link #publish}: give the message back if no queue takes it. */
    int MANDATORY = 1;

    /** Flag of {@link #publish}: not before the lane commits. */
    int TRANSACTIONAL = 2;

    /** A client has connected. */
    void connect(Client client);

    /** The client is gone: its lanes close, its exclusive queues are deleted. */
    void disconnect(Client client);

    /** Opens a lane, an ordered sequence of commands (a 0-9-1 channel, a 1.0 session). */
    void openLane(Lane lane);

    /** Closes a lane: consumers end, unsettled deliveries are released. The outlet is not called any more. */
    void closeLane(Lane lane);

    /** The outlet of that lane has room again. */
    void resume(Lane lane);

    /** Declares an exchange; nothing happens if it is there and equal. */
    void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply);

    /** Answers whether the exchange is there. */
    void checkExchange(Lane lane, String name, Reply<Void> reply);

    /** Deletes an exchange with its bindings; done as well if it is not there. */
    void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply);

    /** Declares a queue; nothing happens if it is there and equal. An empty name lets the broker generate one. */
    void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply);

    /** Answers whether the queue is there and how it stands. */
    void checkQueue(Lane lane, String name, Reply<QueueStatus> reply);

    /** Deletes a queue with its bindings and messages; answers how many were ready. Done as well if it is not there. */
    void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply);

    /** Removes all ready messages; answers how many. */
    void purge(Lane lane, String queue, Reply<Long> reply);

    /** Binds; nothing happens if an equal binding is there. */
    void bind(Lane lane, BindingSpec spec, Reply<Void> reply);

    /** Unbinds; done as well if the binding is not there. */
    void unbind(Lane lane, BindingSpec spec, Reply<Void> reply);

    /**
     * Takes a message. The record is copied during the call.
     *
     * @param number 1 or more and growing if the lane wants a confirm, 0 if not
     * @param flags {@link #MANDATORY}, {@link #TRANSACTIONAL}, both or 0
     * @param record little-endian, laid out as {@link io.millrace.core.model.MessageRecord}
     * @param recordAt where it begins in the buffer
     */
    void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt);

    /**
     * Subscribes a consumer. Its first delivery comes after the reply.
     *
     * <p>If the queue's name is {@link ReplyAddress#PREFIX} and a token, which the edge chooses so that nobody can guess it,
     * the lane waits for direct replies: messages to the default exchange with that name as routing key. They are settled,
     * come with queue and sequence 0, and are never stored.
     */
    void consume(Lane lane, Subscription subscription, Reply<Void> reply);

    /** Ends a consumer; what it has not settled stays with the lane. */
    void cancel(Lane lane, int consumer, Reply<Void> reply);

    /** Asks for one message; answered by {@link Outlet#got} or {@link Outlet#gotNothing}, or by {@code refused}. */
    void get(Lane lane, String queue, boolean settled, Reply<Void> onRefusal);

    /**
     * Settles the deliveries of one consumer with sequences from {@code first} to {@code last}; those that are not with
     * that consumer any more (its queue was deleted) are passed over.
     *
     * @param consumer the edge's number, 0 for messages that came by {@link #get}
     */
    void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome);

    /**
     * As {@link #settle}, but not before the lane commits. Until then the deliveries stay with their consumer.
     *
     * @param consumer the edge's number, 0 for messages that came by {@link #get}
     */
    void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome);

    /**
     * Does all that the lane has published and settled transactionally since the last commit or rollback: publishes first,
     * then settlements, each in their order. All of it or, when refused, nothing; mandatory messages without a queue are
     * returned before the reply.
     */
    void commit(Lane lane, Reply<Void> reply);

    /** Forgets all that the lane has published and settled transactionally; what it held it still holds. */
    void rollback(Lane lane, Reply<Void> reply);

    /** Limits the unsettled deliveries of all consumers of the lane together; 0 = no limit. */
    void window(Lane lane, int window);
}
