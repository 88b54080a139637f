package io.millrace.core.vhost;

import io.millrace.core.event.Cause;

/** What has happened since the start. Written by the owner's thread; others may read slightly old numbers. */
public final class HostCounters {
    private long published;
    private long unroutable;
    private long delivered;
    private long redelivered;
    private long requeued;
    private long deadLettered;
    private long deadLettersDropped;
    private long takenBack;
    private final long[] settled = new long[Cause.values().length];

    /** Messages taken from publishers. */
    public long published() {
        return published;
    }

    /** Messages that no queue wanted. */
    public long unroutable() {
        return unroutable;
    }

    /** Deliveries to consumers and answers to gets. */
    public long delivered() {
        return delivered;
    }

    /** Deliveries of messages that had been offered before. */
    public long redelivered() {
        return redelivered;
    }

    /** Deliveries given back. */
    public long requeued() {
        return requeued;
    }

    /** Deliveries taken back from consumers that held them for too long. */
    public long takenBack() {
        return takenBack;
    }

    /** Messages moved to where dead letters go. */
    public long deadLettered() {
        return deadLettered;
    }

    /** Dead letters dropped because their exchange was missing or routed them nowhere. */
    public long deadLettersDropped() {
        return deadLettersDropped;
    }

    /** Messages that left their queue for that cause. */
    public long settled(Cause cause) {
        return settled[cause.ordinal()];
    }

    void countPublished() {
        published++;
    }

    void countUnroutable() {
        unroutable++;
    }

    void countDelivered(boolean again) {
        delivered++;
        if (again) {
            redelivered++;
        }
    }

    void countRequeued(long messages) {
        requeued += messages;
    }

    void countTakenBack(long messages) {
        takenBack += messages;
    }

    void countDeadLettered() {
        deadLettered++;
    }

    void countDeadLetterDropped() {
        deadLettersDropped++;
    }

    void countSettled(Cause cause, long messages) {
        settled[cause.ordinal()] += messages;
    }
}
