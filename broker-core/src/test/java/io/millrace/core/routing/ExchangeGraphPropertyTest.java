package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.arguments;
import static io.millrace.core.routing.Routing.between;
import static io.millrace.core.routing.Routing.binding;
import static io.millrace.core.routing.Routing.exchange;
import static io.millrace.core.routing.Routing.queues;
import static io.millrace.core.routing.Routing.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges bound to exchanges at random, with circles and alternates, against a plain recursive reference. */
class ExchangeGraphPropertyTest {
    private static final String[] NAMES = {"e0", "e1", "e2", "e3", "e4", "e5", "e6"};
    private static final String[] KEYS = {"a", "b", "a.b"};

    private final Map<String, ExchangeSpec> exchanges = new HashMap<>();
    private final Set<BindingSpec> bindings = new LinkedHashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Topology topology = new Topology(ExchangeTypes.standard());
    private final RouteCache cache = new RouteCache(topology, (record, at) -> Map.of());
    private int nextQueue = 1;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void a_message_goes_where_the_reference_says(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int reached = 0;
        for (int step = 0; step < 8_000; step++) {
            if (random.nextInt(4) == 0) {
                change(random);
            }
            String name = NAMES[random.nextInt(NAMES.length)];
            String key = KEYS[random.nextInt(KEYS.length)];
            ByteBuffer record = record(0, name, key);
            int[] route = cache.route(record, 0);
            if (!exchanges.containsKey(name)) {
                assertTrue(route == RouteCache.NO_EXCHANGE);
            } else if (exchanges.get(name).internal()) {
                assertTrue(route == RouteCache.INTERNAL);
            } else {
                SortedSet<Integer> expected = new TreeSet<>();
                reference(name, key, new HashSet<>(), expected);
                int now = step;
                assertEquals(
                        expected,
                        queues(route),
                        () -> "seed " + seed + " step " + now + " " + name + " " + key + " " + bindings + exchanges);
                reached += expected.size();
            }
        }
        assertTrue(reached > 1_000, "messages reached queues");
    }

    /** What each exchange does for itself: its matching bindings, or its alternate if there are none. */
    private void reference(String name, String key, Set<String> passed, Set<Integer> found) {
        ExchangeSpec exchange = exchanges.get(name);
        if (exchange == null || !passed.add(name)) {
            return;
        }
        boolean any = false;
        for (BindingSpec each : bindings) {
            if (each.exchange().equals(name)
                    && (exchange.type().equals("fanout") || each.routingKey().equals(key))) {
                any = true;
                if (each.toExchange()) {
                    reference(each.destination(), key, passed, found);
                } else {
                    found.add(numbers.get(each.destination()));
                }
            }
        }
        if (!any && exchange.arguments().get("alternate-exchange") instanceof String alternate) {
            reference(alternate, key, passed, found);
        }
    }

    private void change(SplittableRandom random) {
        String name = NAMES[random.nextInt(NAMES.length)];
        String queue = "q" + random.nextInt(6);
        int kind = random.nextInt(20);
        if (!exchanges.containsKey(name)) {
            addExchange(random, name);
        } else if (kind == 0) {
            topology.removeExchange(name);
            exchanges.remove(name);
            bindings.removeIf(each -> each.exchange().equals(name)
                    || (each.toExchange() && each.destination().equals(name)));
        } else if (kind == 1 && numbers.containsKey(queue)) {
            topology.removeQueue(queue);
            numbers.remove(queue);
            bindings.removeIf(each -> !each.toExchange() && each.destination().equals(queue));
        } else if (!numbers.containsKey(queue)) {
            topology.queueAdded(queue, nextQueue);
            numbers.put(queue, nextQueue++);
        } else {
            bindOrUnbind(random, name, queue);
        }
        List<BindingSpec> held = new ArrayList<>();
        topology.forEachBinding(held::add);
        assertEquals(bindings, new HashSet<>(held));
    }

    private void addExchange(SplittableRandom random, String name) {
        Arguments alternate = random.nextInt(2) == 0
                ? Arguments.NONE
                : arguments("alternate-exchange", NAMES[random.nextInt(NAMES.length)]);
        String type = new String[] {"direct", "fanout", "topic"}[random.nextInt(3)];
        ExchangeSpec plain = exchange(name, type, alternate);
        ExchangeSpec spec =
                new ExchangeSpec(name, plain.type(), true, false, random.nextInt(5) == 0, plain.arguments());
        topology.addExchange(spec);
        exchanges.put(name, spec);
    }

    private void bindOrUnbind(SplittableRandom random, String name, String queue) {
        String key = KEYS[random.nextInt(KEYS.length)];
        String destination = NAMES[random.nextInt(NAMES.length)];
        BindingSpec binding = random.nextInt(2) == 0 && exchanges.containsKey(destination)
                ? between(name, destination, key)
                : binding(name, queue, key);
        if (bindings.remove(binding)) {
            topology.unbind(binding);
        } else {
            topology.bind(binding);
            bindings.add(binding);
        }
    }
}
