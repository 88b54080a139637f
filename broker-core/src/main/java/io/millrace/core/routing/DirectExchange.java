package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import java.util.HashMap;
import java.util.Map;

/** {@code direct}: a message goes where the binding's key equals its routing key. AMQP 0-9-1 §3.1.3.1. */
public final class DirectExchange implements ExchangeType {

    @Override
    public String name() {
        return "direct";
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        return new DirectRouter();
    }

    private static final class DirectRouter implements Router {
        private final Map<String, BoundQueues> byKey = new HashMap<>();

        @Override
        public void bind(BindingSpec binding, int destination) {
            byKey.computeIfAbsent(binding.routingKey(), key -> new BoundQueues())
                    .add(destination);
        }

        @Override
        public void unbind(BindingSpec binding, int destination) {
            BoundQueues bound = byKey.get(binding.routingKey());
            if (bound == null) {
                throw new IllegalStateException("nothing is bound with the key '" + binding.routingKey() + "'");
            }
            bound.remove(destination);
            if (bound.isEmpty()) {
                byKey.remove(binding.routingKey());
            }
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            BoundQueues bound = byKey.get(message.routingKey());
            if (bound != null) {
                bound.addTo(targets);
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
}
