package io.millrace.core.routing;

import io.millrace.core.model.Arguments;

/** The arguments of consumers that have a meaning: their types. Unknown ones pass unchecked. */
public final class ConsumeArguments {
    /** Whose turn comes first: any integer, the higher first. */
    public static final String PRIORITY = "x-priority";

    /** How long the consumer may hold a message: milliseconds, 0 = for ever. */
    public static final String TIMEOUT = "x-consumer-timeout";

    private ConsumeArguments() {}

    /** @throws io.millrace.core.model.BrokerException for an argument that is not acceptable */
    public static void check(String vhost, String queue, Arguments arguments) {
        if (arguments.has(PRIORITY) && !(arguments.get(PRIORITY) instanceof Long)) {
            throw Refusals.invalidArgument(
                    PRIORITY,
                    Refusals.queue(vhost, queue),
                    "\"expected integer, got " + FieldText.type(arguments.get(PRIORITY)) + "\"");
        }
        if (arguments.has(TIMEOUT)) {
            ArgumentChecks.integer(
                    TIMEOUT, Refusals.queue(vhost, queue), arguments.get(TIMEOUT), 0, ArgumentChecks.MILLIS_MAX);
        }
    }
}
