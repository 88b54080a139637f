package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/** What one feature of one queue has to say when something is decided. Every answer has a default: no opinion. */
public interface QueueFeature {
    /** No limit. */
    long UNLIMITED = Long.MAX_VALUE;

    /**
     * A kind of feature: recognises the queues that have it.
     */
    interface Type {
        /**
         * Makes the feature for a queue, or null if the queue does not have it. Called for queues that are restored as
         * well, so it refuses nothing: a value that makes no sense counts as absent.
         *
         * @param queue what was declared
         */
        @Nullable
        QueueFeature of(Declared queue);
    }

    /** Whether only the client that declared the queue may use it. */
    default boolean ownerOnly() {
        return false;
    }

    /** Whether the queue goes when its last consumer has gone. */
    default boolean deletedWithLastConsumer() {
        return false;
    }

    /** How long a message may wait in the queue, milliseconds; below 0 if this feature sets no time. */
    default long messageTtl() {
        return -1;
    }

    /** After how long without use the queue goes, milliseconds; 0 if this feature sets no time. */
    default long expires() {
        return 0;
    }

    /** How long a consumer may hold a message, milliseconds; 0 if this feature sets no time. */
    default long consumerTimeout() {
        return 0;
    }

    /** Whether only one consumer at a time gets messages. */
    default boolean singleActiveConsumer() {
        return false;
    }

    /** Where a message goes that leaves the queue unaccepted, or null if this feature has no target for it. */
    default @Nullable DeadLetterTarget deadLetterTarget() {
        return null;
    }

    /** How much may be ready in the queue, or null if this feature does not limit it. */
    default @Nullable LengthLimit lengthLimit() {
        return null;
    }

    /** How often a message may be given back, 0 or more; {@link #UNLIMITED} if this feature does not limit it. */
    default long deliveryLimit() {
        return UNLIMITED;
    }

    /** The header with the id of which no two messages enter the queue, or null if this feature does not care. */
    default @Nullable String deduplicationHeader() {
        return null;
    }
}
