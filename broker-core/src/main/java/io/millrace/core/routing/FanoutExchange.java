package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;

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
        public void bind(BindingSpec binding, int destination) {
            bound.add(destination);
        }

        @Override
        public void unbind(BindingSpec binding, int destination) {
            bound.remove(destination);
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
