package io.millrace.core.vhost;

import io.millrace.core.event.Cause;

/** What has happened since the start. Written by the owner's thread; others may read slightly old numbers. */
@SuppressWarnings("EnumOrdinal") // an array of counts is written for every message that is settled
public final class HostCounters {
    private long published;
    private long unroutable;
    private long delivered;
    private long redelivered;
    private long requeued;
    private long deadLettered;
    private long deadLettersDropped;
    private long takenBack;
    private long cyclesDropped;
    private long refused;
    private long refusedInSilence;
    private long duplicates;
    private long unusableIds;
    private long repliesDropped;
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

    /**
     * Times that a dead letter was kept out of a queue where it had died before without having been rejected since: it
     * would have gone round in a circle by itself.
     */
    public long cyclesDropped() {
        return cyclesDropped;
    }

    /** Publishes refused because a queue was full, and their publisher was told. */
    public long refused() {
        return refused;
    }

    /** Publishes refused because a queue was full, whose publisher did not want to know. */
    public long refusedInSilence() {
        return refusedInSilence;
    }

    /** Times that a message was kept out of a queue because its id had come before. */
    public long duplicates() {
        return duplicates;
    }

    /** Times that a message entered a queue that keeps duplicates out with an id that is too long, or neither text nor number. */
    public long unusableIds() {
        return unusableIds;
    }

    /** Direct replies that were dropped because the one who waits does not read. */
    public long repliesDropped() {
        return repliesDropped;
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

    void countCycleDropped() {
        cyclesDropped++;
    }

    void countRefused(boolean told) {
        if (told) {
            refused++;
        } else {
            refusedInSilence++;
        }
    }

    void countDuplicate() {
        duplicates++;
    }

    void countReplyDropped() {
        repliesDropped++;
    }

    void countUnusableId() {
        unusableIds++;
    }

    void countSettled(Cause cause, long messages) {
        settled[cause.ordinal()] += messages;
    }
}
