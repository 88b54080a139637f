package io.millrace.core.routing;

import io.millrace.core.model.Arguments;

/** The routing state of one exchange. Owner's thread only. */
public interface Router {
    /**
     * Refuses bad arguments of a binding before anything is logged; changes nothing.
     *
     * @throws io.millrace.core.model.BrokerException with the wire's text
     */
    default void check(String routingKey, Arguments arguments) {}

    /** Adds a binding that is not there yet. */
    void bind(String routingKey, Arguments arguments, int queue);

    /** Removes a binding that is there. */
    void unbind(String routingKey, Arguments arguments, int queue);

    /** Adds every queue that this message goes to. */
    void route(RoutedMessage message, Targets targets);

    /** Whether the result depends on the routing key alone, so that it may be remembered until a binding changes. */
    boolean byKeyAlone();
}
