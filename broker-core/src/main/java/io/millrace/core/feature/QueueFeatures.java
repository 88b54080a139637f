package io.millrace.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All features of one queue, asked as one. */
public final class QueueFeatures {
    /** Every feature there is; the first that has an opinion wins. */
    private static final List<QueueFeature.Type> TYPES = List.of(
            ExclusiveAccess::of,
            AutoDelete::of,
            SingleActiveConsumer::of,
            Times::of,
            DeadLettering::of,
            LengthLimit::of,
            DeliveryLimit::of,
            Deduplication::of);

    private final boolean ownerOnly;
    private final boolean deletedWithLastConsumer;
    private final long messageTtl;
    private final long expires;
    private final long consumerTimeout;
    private final boolean singleActiveConsumer;
    private final @Nullable DeadLetterTarget deadLetterTarget;
    private final @Nullable LengthLimit lengthLimit;
    private final long deliveryLimit;
    private final @Nullable String deduplicationHeader;

    private QueueFeatures(List<QueueFeature> features) {
        boolean owned = false;
        boolean deleted = false;
        long ttl = -1;
        long unused = 0;
        long holding = 0;
        boolean single = false;
        DeadLetterTarget target = null;
        LengthLimit length = null;
        long deliveries = QueueFeature.UNLIMITED;
        String header = null;
        for (QueueFeature feature : features) {
            owned |= feature.ownerOnly();
            deleted |= feature.deletedWithLastConsumer();
            ttl = ttl < 0 ? feature.messageTtl() : ttl;
            unused = unused == 0 ? feature.expires() : unused;
            holding = holding == 0 ? feature.consumerTimeout() : holding;
            single |= feature.singleActiveConsumer();
            target = target == null ? feature.deadLetterTarget() : target;
            length = length == null ? feature.lengthLimit() : length;
            deliveries = Math.min(deliveries, feature.deliveryLimit());
            header = header == null ? feature.deduplicationHeader() : header;
        }
        this.ownerOnly = owned;
        this.deletedWithLastConsumer = deleted;
        this.messageTtl = ttl;
        this.expires = unused;
        this.consumerTimeout = holding;
        this.singleActiveConsumer = single;
        this.deadLetterTarget = target;
        this.lengthLimit = length;
        this.deliveryLimit = deliveries;
        this.deduplicationHeader = header;
    }

    /** The features of a queue, of one that is restored as well: refuses nothing. */
    public static QueueFeatures of(Declared queue) {
        List<QueueFeature> features = new ArrayList<>();
        for (QueueFeature.Type type : TYPES) {
            QueueFeature feature = type.of(queue);
            if (feature != null) {
                features.add(feature);
            }
        }
        return new QueueFeatures(features);
    }

    /** Whether only the client that declared the queue may use it. */
    public boolean ownerOnly() {
        return ownerOnly;
    }

    /** Whether the queue goes when its last consumer has gone. */
    public boolean deletedWithLastConsumer() {
        return deletedWithLastConsumer;
    }

    /**
     * When the time of a message that arrives is over, milliseconds since the epoch; 0 = never.
     *
     * @param now when it arrives
     * @param expiresAt its own time of expiry, 0 = never
     */
    public long due(long now, long expiresAt) {
        if (messageTtl < 0) {
            return expiresAt;
        }
        return expiresAt == 0 ? now + messageTtl : Math.min(now + messageTtl, expiresAt);
    }

    /** After how long without use the queue goes, milliseconds; 0 = never. */
    public long expires() {
        return expires;
    }

    /** How long a consumer may hold a message, milliseconds; 0 = as the broker is configured. */
    public long consumerTimeout() {
        return consumerTimeout;
    }

    /** Whether only one consumer at a time gets messages. */
    public boolean singleActiveConsumer() {
        return singleActiveConsumer;
    }

    /** Where a message goes that leaves the queue unaccepted, or null if it is dropped. */
    public @Nullable DeadLetterTarget deadLetterTarget() {
        return deadLetterTarget;
    }

    /** How much may be ready in the queue, or null if it has no such limit. */
    public @Nullable LengthLimit lengthLimit() {
        return lengthLimit;
    }

    /** How often a message may be given back before it dies, 0 or more; {@link QueueFeature#UNLIMITED} if ever so often. */
    public long deliveryLimit() {
        return deliveryLimit;
    }

    /** The header with the id of which no two messages enter the queue, or null if all enter. */
    public @Nullable String deduplicationHeader() {
        return deduplicationHeader;
    }
}
