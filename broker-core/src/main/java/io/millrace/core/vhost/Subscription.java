package io.millrace.core.vhost;

import io.millrace.core.model.Arguments;

/**
 * What a new consumer asks for.
 *
 * @param consumer the edge's number for it, unique in its lane, 1 or more
 * @param tag the name that people see
 * @param queue the queue's name
 * @param settled whether deliveries count as accepted when they are handed out
 * @param exclusive whether it wants to be the queue's only consumer
 * @param window most deliveries that may be unsettled at a time; 0 = no limit. Not counted when {@code settled}
 * @param arguments its free arguments
 */
public record Subscription(
        int consumer, String tag, String queue, boolean settled, boolean exclusive, int window, Arguments arguments) {}
