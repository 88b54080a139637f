package io.millrace.server.clients;

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

    /** A message is about to be published; it will reach all these queues or none. */
    record Sent(long at, Message message, List<String> queues) implements Event {}

    /** The broker has confirmed it. */
    record Confirmed(Message message) implements Event {}

    /** The broker has refused it. */
    record Refused(Message message) implements Event {}

    /** A consumer got it, with its body as it was sent, or not. */
    record Delivered(String consumer, String queue, Message message, boolean redelivered, boolean intact)
            implements Event {}

    /** A consumer is about to acknowledge it. */
    record Acked(String consumer, String queue, Message message) implements Event {}

    /** A consumer is about to give it back. */
    record Requeued(String consumer, String queue, Message message) implements Event {}

    /** The broker has answered a consumer's question, so everything before it has been carried out. */
    record Answered(long at, String consumer) implements Event {}

    /** The broker was killed, and its clients have ended. */
    record Killed() implements Event {}

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
