package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/**
 * {@code x-delivery-limit}: how often a message may be given back. A quorum queue has one by default, as clients of this
 * protocol family expect; any other queue only if it is asked for. A negative one means that there is none.
 */
final class DeliveryLimit implements QueueFeature {
    private static final String KEY = "delivery-limit";
    /** What a quorum queue has if nobody says otherwise. */
    private static final long QUORUM_DEFAULT = 20;

    private final long limit;

    private DeliveryLimit(long limit) {
        this.limit = limit;
    }

    static @Nullable QueueFeature of(Declared queue) {
        Object own = queue.spec().arguments().get("x-" + KEY);
        Object ruled = queue.policy().get(KEY);
        long limit = QueueFeature.UNLIMITED;
        if (own instanceof Long argument && ruled instanceof Long policy) {
            limit = argument < 0 || policy < 0 ? Math.max(argument, policy) : Math.min(argument, policy);
        } else if (own instanceof Long argument) {
            limit = argument;
        } else if (ruled instanceof Long policy) {
            limit = policy;
        } else if ("quorum".equals(queue.spec().arguments().get("x-queue-type"))) {
            limit = QUORUM_DEFAULT;
        }
        return limit < 0 || limit == QueueFeature.UNLIMITED ? null : new DeliveryLimit(limit);
    }

    @Override
    public long deliveryLimit() {
        return limit;
    }
}
