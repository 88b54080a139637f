package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code x-modulus-hash}: a message goes to one of the destinations, by its routing key's hash modulo their number; they
 * stand in the order of their names, so a restart changes nothing, and a new one changes nearly everything.
 */
public final class ModulusHashExchange implements ExchangeType {

    @Override
    public String name() {
        return "x-modulus-hash";
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        return new ModulusRouter();
    }

    private static final class Place {
        final String name;
        final int destination;
        int bindings;

        Place(String name, int destination) {
            this.name = name;
            this.destination = destination;
        }
    }

    private static final class ModulusRouter implements Router {
        private final List<Place> places = new ArrayList<>();

        @Override
        public void bind(BindingSpec binding, int destination) {
            int at = find(binding.destination(), destination);
            if (at < 0) {
                at = -1 - at;
                places.add(at, new Place(binding.destination(), destination));
            }
            places.get(at).bindings++;
        }

        @Override
        public void unbind(BindingSpec binding, int destination) {
            int at = find(binding.destination(), destination);
            if (at < 0) {
                throw new IllegalStateException("destination " + destination + " is not bound here");
            }
            if (--places.get(at).bindings == 0) {
                places.remove(at);
            }
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            if (!places.isEmpty()) {
                long hash = WeightedDestinations.hash(message.routingKey());
                targets.add(places.get((int) Long.remainderUnsigned(hash, places.size())).destination);
            }
        }

        @Override
        public boolean byKeyAlone() {
            return true;
        }

        /** The place of a destination, or -1 minus the one where it would go. A queue and an exchange may share a name. */
        private int find(String name, int destination) {
            int low = 0;
            int high = places.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                Place place = places.get(middle);
                int order = place.name.compareTo(name);
                if (order == 0) {
                    order = Boolean.compare(place.destination < 0, destination < 0);
                }
                if (order == 0) {
                    return middle;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -1 - low;
        }
    }
}
