package io.millrace.server.torture;

import io.millrace.server.torture.History.Message;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong.
 *
 * @param queue where
 * @param message which, or null if it is the queue itself
 */
record Finding(Kind kind, String queue, @Nullable Message message) {
    /** What may be wrong. */
    enum Kind {
        /** A confirmed message did not come again although nobody had settled it. */
        LOST,
        /** Nobody had sent it there, or the broker had refused it. */
        UNEXPECTED,
        /** Its body is not the one that was sent. */
        CORRUPT,
        /** It came while it was with a consumer already, or after it was settled for good. */
        DOUBLED,
        /** It came from a queue that it had left for a dead-letter queue, or from there without having left its own. */
        MISPLACED,
        /** It had been seen and came without the mark. */
        UNMARKED,
        /** It came for the first time, and nothing had happened that explains its mark. */
        MARKED_WITHOUT_CAUSE,
        /** Its count of attempts was higher before. */
        UNCOUNTED,
        /** Deliveries to a consumer are not in the order of publishing. */
        DISORDERED,
        /** A part of what comes to be together is there, and this is not. */
        TORN,
        /** It came although it had been purged, or its queue deleted; or the queue itself is there again. */
        GHOST,
        /** The queue was declared, not deleted, and is not there. */
        QUEUE_LOST,
        /** It was confirmed, no queue had wanted it, and it was not returned. */
        NOT_RETURNED
    }
}
