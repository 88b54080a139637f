package io.millrace.core.routing;

import io.millrace.core.model.Arguments;

/** {@code fanout}: a message goes to every bound queue. AMQP 0-9-1 §3.1.3.2. */
public final class FanoutExchange implements ExchangeType {

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        return new FanoutRouter();
    }

    private static final class FanoutRouter implements Router {
        private final BoundQueues bound = new BoundQueues();

        @Override
        public void bind(String routingKey, Arguments arguments, int queue) {
            bound.add(queue);
        }

        @Override
        public void unbind(String routingKey, Arguments arguments, int queue) {
            bound.remove(queue);
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            bound.addTo(targets);
        }

        @Override
        public boolean byKeyAlone() {
            return true;
        }
    }
}
