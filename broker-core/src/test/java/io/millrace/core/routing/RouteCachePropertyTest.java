package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.binding;
import static io.millrace.core.routing.Routing.exchange;
import static io.millrace.core.routing.Routing.queues;
import static io.millrace.core.routing.Routing.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.BindingSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteCachePropertyTest {
    private static final String[] EXCHANGES = {"", "amq.direct", "amq.topic", "amq.fanout", "x", "y"};
    private static final String[] KEYS = {"", "a", "a.b", "a.b.c", "#", "*.b", "a.#", "q1", "q2", "b.b", "x.q1"};

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {41, 42, 43, 44, 45, 46})
    void a_remembered_route_is_the_one_that_would_be_worked_out(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Topology topology = new Topology(ExchangeTypes.standard());
        RouteCache cache = new RouteCache(topology, (record, at) -> Map.of());
        RecordMessage message = new RecordMessage((record, at) -> Map.of());
        List<BindingSpec> bound = new ArrayList<>();
        int nextQueue = 1;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(20) == 0) {
                nextQueue = change(random, topology, bound, nextQueue);
            }
            int at = random.nextInt(40);
            String exchange = EXCHANGES[random.nextInt(EXCHANGES.length)];
            String key = random.nextInt(4) == 0 ? "k" + random.nextInt(30_000) : KEYS[random.nextInt(KEYS.length)];
            ByteBuffer record = record(at, exchange, key);
            Targets targets = new Targets();
            boolean found = topology.route(exchange, message.at(record, at), targets);
            int[] route = cache.route(record, at);
            if (found) {
                assertTrue(route != RouteCache.NO_EXCHANGE);
                assertEquals(queues(targets.toArray()), queues(route), () -> exchange + " " + key);
            } else {
                assertSame(RouteCache.NO_EXCHANGE, route);
            }
        }
        assertTrue(cache.misses() < 20_000, "something was remembered");
    }

    private static int change(SplittableRandom random, Topology topology, List<BindingSpec> bound, int nextQueue) {
        String exchange = EXCHANGES[random.nextInt(1, EXCHANGES.length)];
        String queue = "q" + random.nextInt(5);
        if (topology.exchange(exchange) == null) {
            topology.addExchange(exchange(exchange, random.nextInt(2) == 0 ? "topic" : "direct"));
        } else if (!Topology.predeclared(exchange) && random.nextInt(20) == 0) {
            topology.removeExchange(exchange);
            bound.removeIf(binding -> binding.exchange().equals(exchange));
        } else if (!topology.hasQueue(queue)) {
            topology.queueAdded(queue, nextQueue);
            return nextQueue + 1;
        } else if (random.nextInt(10) == 0) {
            topology.removeQueue(queue);
            bound.removeIf(binding -> binding.destination().equals(queue));
        } else {
            BindingSpec binding = binding(exchange, queue, KEYS[random.nextInt(KEYS.length)]);
            if (!topology.hasBinding(binding)) {
                topology.bind(binding);
                bound.add(binding);
            } else {
                topology.unbind(bound.remove(bound.indexOf(binding)));
            }
        }
        return nextQueue;
    }
}
