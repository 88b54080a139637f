package io.millrace.core.routing;

import io.millrace.core.model.Arguments;

/** A kind of exchange: one class each. Stateless; makes the router of every exchange of its kind. */
public interface ExchangeType {
    /** The name that a declaration asks for, such as {@code topic}. */
    String name();

    /**
     * A router for one new exchange.
     *
     * @throws io.millrace.core.model.BrokerException if the exchange's arguments are not acceptable
     */
    Router router(Arguments exchangeArguments);
}
