package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import java.util.function.LongSupplier;

/**
 * {@code x-random} and {@code x-local-random}: a message goes to one of the destinations, each as likely as the others
 * however many bindings it has. On one node every queue is local, so both are the same.
 */
public final class RandomExchange implements ExchangeType {
    private final String name;
    private final LongSupplier random;

    /**
     * @param name the name of the type
     * @param random numbers with all bits random
     */
    public RandomExchange(String name, LongSupplier random) {
        this.name = name;
        this.random = random;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        return new RandomRouter(random);
    }

    private static final class RandomRouter implements Router {
        private final BoundQueues bound = new BoundQueues();
        private final LongSupplier random;

        RandomRouter(LongSupplier random) {
            this.random = random;
        }

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
            int size = bound.size();
            if (size > 0) {
                targets.add(bound.at((int) Long.remainderUnsigned(random.getAsLong(), size)));
            }
        }

        @Override
        public boolean byKeyAlone() {
            return false;
        }
    }
}
