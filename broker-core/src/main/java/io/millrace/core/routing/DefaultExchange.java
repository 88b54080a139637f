package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.util.Map;

/**
 * The exchange without a name: every queue is bound to it by its own name, and nothing else can be. AMQP 0-9-1 §3.1.3.1.
 */
final class DefaultExchange implements Router {
    static final ExchangeSpec SPEC = new ExchangeSpec("", "direct", true, false, false, Arguments.NONE);

    private final Map<String, Topology.BoundQueue> queues;

    /** @param queues every queue by its name; looked at, never changed */
    DefaultExchange(Map<String, Topology.BoundQueue> queues) {
        this.queues = queues;
    }

    @Override
    public void check(BindingSpec binding) {
        throw Refusals.defaultExchange();
    }

    @Override
    public void bind(BindingSpec binding, int destination) {
        throw new IllegalStateException("the default exchange has no bindings of its own");
    }

    @Override
    public void unbind(BindingSpec binding, int destination) {
        throw new IllegalStateException("the default exchange has no bindings of its own");
    }

    @Override
    public void route(RoutedMessage message, Targets targets) {
        Topology.BoundQueue queue = queues.get(message.routingKey());
        if (queue != null) {
            targets.add(queue.id);
        }
    }

    @Override
    public boolean byKeyAlone() {
        return true;
    }

    @Override
    public boolean byEachKey() {
        return true;
    }
}
