package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x-consistent-hash}: a message goes to one of the destinations, always the same for the same routing key, or for
 * the same value of a header or a property. A binding's key is its weight, a whole number from 1.
 *
 * <p>Arguments: {@code hash-header} (or {@code x-hash-on}) names the header, {@code hash-property} is {@code message_id},
 * {@code correlation_id} or {@code timestamp}. {@code x-algorithm} may be {@code ring} or {@code jump} and makes no
 * difference: see {@link WeightedDestinations} for the one that there is.
 */
public final class ConsistentHashExchange implements ExchangeType {
    static final String HASH_HEADER = "hash-header";
    static final String HASH_ON = "x-hash-on";
    static final String HASH_PROPERTY = "hash-property";
    static final String ALGORITHM = "x-algorithm";

    private static final List<String> PROPERTIES = List.of("message_id", "correlation_id", "timestamp");
    private static final List<String> ALGORITHMS = List.of("ring", "jump");
    private static final double WEIGHT_MAX = 1e15;

    @Override
    public String name() {
        return "x-consistent-hash";
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        String header = text(exchangeArguments, HASH_HEADER);
        if (header == null) {
            header = text(exchangeArguments, HASH_ON);
        }
        String property = text(exchangeArguments, HASH_PROPERTY);
        if (header != null && property != null) {
            throw refused("hash-header and hash-property are mutually exclusive");
        }
        if (property != null && !PROPERTIES.contains(property)) {
            throw refused("Unsupported property: " + property);
        }
        String algorithm = text(exchangeArguments, ALGORITHM);
        if (algorithm != null && !ALGORITHMS.contains(algorithm)) {
            throw refused("Unsupported algorithm: " + algorithm + "; expected ring or jump");
        }
        return new HashRouter(header, property);
    }

    private static @Nullable String text(Arguments arguments, String name) {
        if (!arguments.has(name)) {
            return null;
        }
        if (arguments.get(name) instanceof String text) {
            return text;
        }
        throw refused("invalid arg '" + name + "': {unacceptable_type," + FieldText.type(arguments.get(name)) + "}");
    }

    private static BrokerException refused(String text) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, text);
    }

    private static final class HashRouter implements Router {
        private final WeightedDestinations destinations = new WeightedDestinations();
        private final @Nullable String header;
        private final @Nullable String property;

        HashRouter(@Nullable String header, @Nullable String property) {
            this.header = header;
            this.property = property;
        }

        @Override
        public void check(BindingSpec binding) {
            weight(binding.routingKey());
        }

        @Override
        public void bind(BindingSpec binding, int destination) {
            destinations.add(binding, destination, weight(binding.routingKey()));
        }

        @Override
        public void unbind(BindingSpec binding, int destination) {
            destinations.remove(destination, weight(binding.routingKey()));
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            int count = destinations.size();
            if (count > 0 && targets.spend(count)) {
                targets.add(destinations.choose(hash(message)));
            }
        }

        /** What is not there is hashed as well: all such messages go to the same destination. */
        private long hash(RoutedMessage message) {
            if (header != null) {
                return Arguments.hashOf(message.headers().get(header));
            }
            String text = property == null ? message.routingKey() : message.property(property);
            return text == null ? 0 : WeightedDestinations.hash(text);
        }

        @Override
        public boolean byKeyAlone() {
            return header == null && property == null;
        }

        private static double weight(String key) {
            if (!key.matches("[+-]?[0-9]+")) {
                throw refused(
                        "The binding key must be an integer: <<" + (key.isEmpty() ? "" : "\"" + key + "\"") + ">>");
            }
            double weight = new BigInteger(key).doubleValue();
            if (weight < 1) {
                throw refused("The binding key must be greater than 0");
            }
            return Math.min(weight, WEIGHT_MAX);
        }
    }
}
