package io.millrace.core.simulation;

/** What came back from a virtual host to a client, with how far its log was flushed then. */
sealed interface Seen {
    /** A message for a consumer, or, with number 0, for a get. */
    record Delivered(
            Peer peer,
            int consumer,
            int queue,
            long sequence,
            boolean redelivered,
            int attempts,
            byte[] record,
            long millis,
            long durable)
            implements Seen {}

    /** A get found nothing. */
    record Nothing(Peer peer) implements Seen {}

    /** Publishes up to that number are safe. */
    record Confirmed(Peer peer, long upTo, long durable) implements Seen {}

    /** A publish was refused. */
    record Refused(Peer peer, long number) implements Seen {}

    /** A message came back that no queue wanted. */
    record Returned(Peer peer, long id) implements Seen {}

    /** The lane takes no more publishes. */
    record Failed(Peer peer, String why) implements Seen {}

    /** A consumer's queue is gone. */
    record Cancelled(Peer peer, int consumer) implements Seen {}

    /** A command was answered; the refusal is empty if it was done. */
    record Answered(Asked asked, String refusal, long durable) implements Seen {}
}
