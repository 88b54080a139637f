package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
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
        public void bind(String routingKey, Arguments arguments, int queue) {
            byKey.computeIfAbsent(routingKey, key -> new BoundQueues()).add(queue);
        }

        @Override
        public void unbind(String routingKey, Arguments arguments, int queue) {
            BoundQueues bound = byKey.get(routingKey);
            if (bound == null) {
                throw new IllegalStateException("nothing is bound with the key '" + routingKey + "'");
            }
            bound.remove(queue);
            if (bound.isEmpty()) {
                byKey.remove(routingKey);
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
    }
}
