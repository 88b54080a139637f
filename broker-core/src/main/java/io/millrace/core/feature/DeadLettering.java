package io.millrace.core.feature;

import io.millrace.core.model.Arguments;
import org.jspecify.annotations.Nullable;

/** {@code x-dead-letter-exchange} and {@code x-dead-letter-routing-key}. */
final class DeadLettering implements QueueFeature {
    static final String EXCHANGE = "x-dead-letter-exchange";
    static final String ROUTING_KEY = "x-dead-letter-routing-key";

    private final DeadLetterTarget target;

    private DeadLettering(DeadLetterTarget target) {
        this.target = target;
    }

    static @Nullable QueueFeature of(Declared queue) {
        Arguments arguments = queue.spec().arguments();
        String exchange = arguments.string(EXCHANGE);
        return exchange == null
                ? null
                : new DeadLettering(new DeadLetterTarget(exchange, arguments.string(ROUTING_KEY)));
    }

    @Override
    public DeadLetterTarget deadLetterTarget() {
        return target;
    }
}
