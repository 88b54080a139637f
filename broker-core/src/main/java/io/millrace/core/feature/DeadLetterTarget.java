package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/**
 * Where dead letters of a queue go.
 *
 * @param exchange the exchange that routes them
 * @param routingKey the routing key they get, or null to keep their own
 */
public record DeadLetterTarget(String exchange, @Nullable String routingKey) {}
