package io.millrace.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All features of one queue, asked as one. */
public final class QueueFeatures {
    /** Every feature there is; the first that has an opinion wins. */
    private static final List<QueueFeature.Type> TYPES =
            List.of(SupportedArguments::of, ExclusiveAccess::of, AutoDelete::of, DeadLettering::of);

    private final boolean ownerOnly;
    private final boolean deletedWithLastConsumer;
    private final @Nullable DeadLetterTarget deadLetterTarget;

    private QueueFeatures(List<QueueFeature> features) {
        boolean owned = false;
        boolean deleted = false;
        DeadLetterTarget target = null;
        for (QueueFeature feature : features) {
            owned |= feature.ownerOnly();
            deleted |= feature.deletedWithLastConsumer();
            target = target == null ? feature.deadLetterTarget() : target;
        }
        this.ownerOnly = owned;
        this.deletedWithLastConsumer = deleted;
        this.deadLetterTarget = target;
    }

    /**
     * The features of a queue.
     *
     * @throws io.millrace.core.model.BrokerException if its declaration is not acceptable
     */
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

    /** Where a message goes that leaves the queue unaccepted, or null if it is dropped. */
    public @Nullable DeadLetterTarget deadLetterTarget() {
        return deadLetterTarget;
    }
}
