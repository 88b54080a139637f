package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.arguments;
import static io.millrace.core.routing.Routing.binding;
import static io.millrace.core.routing.Routing.exchange;
import static io.millrace.core.routing.Routing.queues;
import static io.millrace.core.routing.Routing.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteCacheTest {
    private final Topology topology = new Topology(ExchangeTypes.standard());
    private Map<String, @Nullable Object> headers = Map.of();
    private final RouteCache cache = new RouteCache(topology, (record, at) -> headers);

    @BeforeEach
    void two_queues() {
        topology.queueAdded("q1", 1);
        topology.queueAdded("q2", 2);
    }

    @Test
    void a_route_is_worked_out_once() {
        topology.bind(binding("amq.topic", "q1", "a.#"));
        int[] first = cache.route(record(0, "amq.topic", "a.b"), 0);
        assertEquals(queues(1), queues(first));
        assertSame(first, cache.route(record(64, "amq.topic", "a.b"), 64));
        assertEquals(1, cache.misses());
    }

    @Test
    void a_change_of_topology_is_seen_by_the_next_message() {
        ByteBuffer record = record(0, "amq.topic", "a.b");
        assertEquals(queues(), queues(cache.route(record, 0)));
        topology.bind(binding("amq.topic", "q1", "a.#"));
        assertEquals(queues(1), queues(cache.route(record, 0)));
        topology.bind(binding("amq.topic", "q2", "#"));
        assertEquals(queues(1, 2), queues(cache.route(record, 0)));
        topology.removeQueue("q1");
        assertEquals(queues(2), queues(cache.route(record, 0)));
    }

    @Test
    void the_default_exchange_sees_queues_come_and_go() {
        ByteBuffer record = record(0, "", "q3");
        assertEquals(queues(), queues(cache.route(record, 0)));
        topology.queueAdded("q3", 3);
        assertEquals(queues(3), queues(cache.route(record, 0)));
        topology.removeQueue("q3");
        assertEquals(queues(), queues(cache.route(record, 0)));
    }

    @Test
    void a_default_exchange_as_alternate_sees_queues_come_and_go() {
        topology.addExchange(exchange("x", "direct", arguments("alternate-exchange", "")));
        ByteBuffer record = record(0, "x", "q3");
        assertEquals(queues(), queues(cache.route(record, 0)));
        topology.queueAdded("q3", 3);
        assertEquals(queues(3), queues(cache.route(record, 0)));
    }

    @Test
    void queues_without_bindings_do_not_disturb_other_routes() {
        topology.bind(binding("amq.topic", "q1", "a"));
        cache.route(record(0, "amq.topic", "a"), 0);
        topology.queueAdded("q3", 3);
        topology.removeQueue("q3");
        cache.route(record(0, "amq.topic", "a"), 0);
        assertEquals(1, cache.misses());
    }

    @Test
    void missing_and_internal_exchanges_are_told_apart_from_empty_routes() {
        topology.addExchange(new ExchangeSpec("inside", "fanout", true, false, true, Arguments.NONE));
        assertSame(RouteCache.NO_EXCHANGE, cache.route(record(0, "nope", "k"), 0));
        assertSame(RouteCache.INTERNAL, cache.route(record(0, "inside", "k"), 0));
        int[] empty = cache.route(record(0, "amq.direct", "k"), 0);
        assertEquals(0, empty.length);
        assertTrue(empty != RouteCache.NO_EXCHANGE && empty != RouteCache.INTERNAL);
        topology.addExchange(exchange("nope", "direct"));
        assertTrue(cache.route(record(0, "nope", "k"), 0) != RouteCache.NO_EXCHANGE);
        topology.removeExchange("nope");
        assertSame(RouteCache.NO_EXCHANGE, cache.route(record(0, "nope", "k"), 0));
    }

    @Test
    void the_border_between_exchange_and_key_counts() {
        topology.addExchange(exchange("ab", "direct"));
        topology.addExchange(exchange("a", "direct"));
        topology.bind(binding("ab", "q1", "c"));
        topology.bind(binding("a", "q2", "bc"));
        for (int round = 0; round < 2; round++) {
            assertEquals(queues(1), queues(cache.route(record(0, "ab", "c"), 0)));
            assertEquals(queues(2), queues(cache.route(record(0, "a", "bc"), 0)));
        }
    }

    @Test
    void headers_are_looked_at_every_time() {
        topology.bind(new BindingSpec("amq.headers", "q1", "", arguments("n", 1L)));
        ByteBuffer record = record(0, "amq.headers", "k");
        headers = new HashMap<>(Map.of("n", 1L));
        assertEquals(queues(1), queues(cache.route(record, 0)));
        headers = new HashMap<>(Map.of("n", 2L));
        assertEquals(queues(), queues(cache.route(record, 0)));
    }

    @Test
    void a_headers_exchange_as_alternate_keeps_routes_from_being_remembered() {
        topology.addExchange(exchange("x", "direct", arguments("alternate-exchange", "amq.headers")));
        topology.bind(new BindingSpec("amq.headers", "q1", "", arguments("n", 1L)));
        ByteBuffer record = record(0, "x", "k");
        headers = new HashMap<>(Map.of("n", 1L));
        assertEquals(queues(1), queues(cache.route(record, 0)));
        headers = new HashMap<>(Map.of("n", 2L));
        assertEquals(queues(), queues(cache.route(record, 0)));
    }

    @Test
    void a_fanout_shares_one_route_among_all_keys() {
        topology.bind(binding("amq.fanout", "q1", ""));
        topology.bind(binding("amq.fanout", "q2", ""));
        int[] first = cache.route(record(0, "amq.fanout", "k1"), 0);
        for (int i = 0; i < 20_000; i++) {
            assertSame(first, cache.route(record(0, "amq.fanout", "k" + i), 0));
        }
    }

    @Test
    void a_hundred_thousand_keys_that_come_again_and_again_stay_remembered() {
        topology.bind(binding("amq.topic", "q1", "even.#"));
        topology.bind(binding("amq.topic", "q2", "odd.#"));
        int keys = 100_000;
        long missesOfRound = keys;
        for (int round = 0; round < 24 && missesOfRound > keys / 20; round++) {
            long before = cache.misses();
            for (int i = 0; i < keys; i++) {
                String key = (i % 2 == 0 ? "even" : "odd") + ".plant.region-of-some-length.device-" + i;
                cache.route(record(0, "amq.topic", key), 0);
            }
            missesOfRound = cache.misses() - before;
        }
        assertTrue(missesOfRound <= keys / 20, "keys that were worked out in the last round: " + missesOfRound);
    }

    @Test
    void a_hit_allocates_nothing() {
        topology.bind(binding("amq.topic", "q1", "a.*.c.#"));
        topology.bind(binding("amq.topic", "q2", "#"));
        ByteBuffer topic = record(24, "amq.topic", "a.grün.c.created.0001");
        ByteBuffer direct = record(8, "", "q2");
        assertTrue(allocatedBy(topic, 24, direct, 8) >= 0, "warm-up");
        long bytes = allocatedBy(topic, 24, direct, 8);
        assertTrue(bytes < 4_096, () -> bytes + " bytes for 200,000 hits");
    }

    private long allocatedBy(ByteBuffer first, int firstAt, ByteBuffer second, int secondAt) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        int found = 0;
        for (int i = 0; i < 100_000; i++) {
            found += cache.route(first, firstAt).length + cache.route(second, secondAt).length;
        }
        long bytes = threads.getThreadAllocatedBytes(thread) - before;
        assertEquals(300_000, found);
        return bytes;
    }
}
