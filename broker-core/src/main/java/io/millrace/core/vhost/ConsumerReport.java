package io.millrace.core.vhost;

import io.millrace.core.model.Arguments;

/**
 * A consumer at one moment.
 *
 * @param queue the queue's name
 * @param client whose it is
 * @param lane the edge's number of the lane
 * @param tag the name that people see
 * @param settled whether its deliveries need no settlement
 * @param exclusive whether it is the queue's only one by its own wish
 * @param active whether it may be given messages; false for one that waits behind a single active consumer
 * @param window most deliveries that it may hold; 0 = no limit
 * @param arguments its free arguments
 */
public record ConsumerReport(
        String queue,
        String client,
        int lane,
        String tag,
        boolean settled,
        boolean exclusive,
        boolean active,
        int window,
        Arguments arguments) {}
