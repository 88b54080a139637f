package io.millrace.benchmarks.load;

/**
 * What publishers and consumers do.
 *
 * @param size        bytes of a body
 * @param persistent  durable queues and persistent messages; else neither
 * @param producers   connections that publish, each with a thread
 * @param consumers   connections that consume; with several queues, they share them out
 * @param window      unconfirmed messages of each producer at most; 0: without confirms
 * @param inFlightMax messages that are published and not yet delivered to all their queues at most, of all producers
 *                    together, so that the queues stay short and what is measured is the passing of messages; 0: no limit
 * @param prefetch    unacknowledged messages on a channel at most; 0: acknowledged automatically
 * @param ackEvery    one acknowledgement for so many messages
 */
public record Load(
        Shape shape,
        int size,
        boolean persistent,
        int producers,
        int consumers,
        int window,
        int inFlightMax,
        int prefetch,
        int ackEvery) {
    /** The same with other numbers of producers and consumers. */
    public Load with(int otherProducers, int otherConsumers) {
        return new Load(
                shape, size, persistent, otherProducers, otherConsumers, window, inFlightMax, prefetch, ackEvery);
    }

    /** True if a consumer can tell by the numbers of what it gets that something is missing. */
    boolean isDense() {
        return shape.isDense() && (consumers == 1 || shape.queues() >= consumers);
    }
}
