package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/** {@code x-dead-letter-exchange} and {@code x-dead-letter-routing-key}: each from the argument, or else from a policy. */
final class DeadLettering implements QueueFeature {
    private final DeadLetterTarget target;

    private DeadLettering(DeadLetterTarget target) {
        this.target = target;
    }

    static @Nullable QueueFeature of(Declared queue) {
        String exchange = queue.text("dead-letter-exchange");
        return exchange == null
                ? null
                : new DeadLettering(new DeadLetterTarget(exchange, queue.text("dead-letter-routing-key")));
    }

    @Override
    public DeadLetterTarget deadLetterTarget() {
        return target;
    }
}
