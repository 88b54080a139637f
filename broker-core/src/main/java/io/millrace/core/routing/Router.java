package io.millrace.core.routing;

import io.millrace.core.model.BindingSpec;
import java.util.List;

/**
 * The routing state of one exchange. A destination is a number: a queue's own, or the negative one by which the topology
 * knows an exchange, see {@link Exchange#destination}; to a router both are the same. Owner's thread only.
 */
public interface Router {
    /**
     * Refuses a bad binding before anything is logged; changes nothing.
     *
     * @throws io.millrace.core.model.BrokerException with the wire's text
     */
    default void check(BindingSpec binding) {}

    /** Adds a binding that is not there yet. */
    void bind(BindingSpec binding, int destination);

    /** Removes a binding that is there. */
    void unbind(BindingSpec binding, int destination);

    /** Adds every destination that this message goes to. */
    void route(RoutedMessage message, Targets targets);

    /** Messages that what is bound now is to get at once, as records, the oldest first; nearly always none. */
    default List<byte[]> recent() {
        return List.of();
    }

    /** The exchange is gone. */
    default void close() {}

    /** Whether the result depends on the routing key alone, so that it may be remembered until a binding changes. */
    boolean byKeyAlone();

    /** Whether a message with several routing keys has to be routed by each of them. */
    default boolean byEachKey() {
        return false;
    }
}
