package io.millrace.server.torture;

import java.util.ArrayList;
import java.util.List;

/**
 * What clients saw and did, in the order in which it happened to them. A call is noted before it is made, what comes
 * from the broker after it came; so whatever may have caused something stands before it. Thread-safe.
 */
final class History {
    private final List<Event> events = new ArrayList<>();

    /** One thing that happened. Times are nanoseconds of {@link System#nanoTime}. */
    sealed interface Event {}

    /**
     * A message is about to be published; it will reach all these queues or none.
     *
     * @param queues none if it cannot be routed
     * @param unit the first message of those that come to be together: itself, or the first of its transaction
     */
    record Sent(long at, Message message, List<String> queues, int priority, Message unit) implements Event {}

    /** The broker has confirmed it, or answered the commit that it belongs to. */
    record Confirmed(Message message) implements Event {}

    /** The broker has refused it. */
    record Refused(Message message) implements Event {}

    /** The broker has returned it because no queue wants it. */
    record Returned(Message message) implements Event {}

    /**
     * A consumer got it.
     *
     * @param attempts ended attempts before this one, as the broker counts them
     * @param intact whether its body and properties are those that were sent
     */
    record Delivered(String consumer, String queue, Message message, boolean redelivered, long attempts, boolean intact)
            implements Event {}

    /** A consumer is about to acknowledge it. */
    record Acked(String consumer, String queue, Message message) implements Event {}

    /** A consumer is about to give it back. */
    record Requeued(String consumer, String queue, Message message) implements Event {}

    /** A consumer is about to refuse it: it goes to the dead-letter queue of its queue, if there is one. */
    record Rejected(String consumer, String queue, Message message) implements Event {}

    /** The broker has answered a consumer's question, so everything before it has been carried out. */
    record Answered(long at, String consumer) implements Event {}

    /** A consumer goes away, everything that it had settled being answered. It notes nothing any more. */
    record Left(String consumer, String queue) implements Event {}

    /** From now on this consumer is the only one of its queue, and gives nothing back. */
    record Alone(String consumer) implements Event {}

    /**
     * A transaction is about to be committed that acknowledges messages and publishes others.
     *
     * @param unit the first one that it publishes
     */
    record Carrying(Message unit, String queue, List<Message> taken) implements Event {}

    /** The broker has answered that it holds. */
    record Carried(Message unit) implements Event {}

    /** A queue is about to be declared. */
    record Declaring(String queue) implements Event {}

    /** The broker has answered that it is. */
    record Declared(String queue) implements Event {}

    /** A queue is about to be purged: of what nobody holds. */
    record Purging(String queue) implements Event {}

    /** The broker has answered that it is. */
    record Purged(String queue) implements Event {}

    /** A queue is about to be deleted. */
    record Deleting(String queue) implements Event {}

    /** The broker has answered that it is. */
    record Deleted(String queue) implements Event {}

    /** Whether a queue is there. */
    record Found(String queue, boolean there) implements Event {}

    /** The broker was killed or lost its power, and its clients have ended. */
    record Crashed() implements Event {}

    /** The broker has ended as it was told to, and its clients have ended. */
    record Stopped() implements Event {}

    /** The queues were emptied to the last message. */
    record Drained() implements Event {}

    /** A message by its publisher and its number there, from 0. */
    record Message(int publisher, long number) {
        static Message of(String id) {
            int dash = id.indexOf('-');
            return new Message(Integer.parseInt(id.substring(0, dash)), Long.parseLong(id.substring(dash + 1)));
        }

        String id() {
            return publisher + "-" + number;
        }
    }

    synchronized void add(Event event) {
        events.add(event);
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }
}
