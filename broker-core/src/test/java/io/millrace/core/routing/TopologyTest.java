package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.arguments;
import static io.millrace.core.routing.Routing.binding;
import static io.millrace.core.routing.Routing.exchange;
import static io.millrace.core.routing.Routing.message;
import static io.millrace.core.routing.Routing.queues;
import static io.millrace.core.routing.Routing.routed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private final Topology topology = new Topology(ExchangeTypes.standard());

    @BeforeEach
    void three_queues() {
        topology.queueAdded("q1", 1);
        topology.queueAdded("q2", 2);
        topology.queueAdded("q3", 3);
    }

    @Test
    void starts_with_the_predeclared_exchanges() {
        List<String> found = new ArrayList<>();
        for (ExchangeSpec spec : topology.exchanges()) {
            assertTrue(spec.durable() && Topology.predeclared(spec.name()), spec.name());
            found.add(spec.name() + ":" + spec.type());
        }
        assertEquals(
                List.of(
                        ":direct",
                        "amq.direct:direct",
                        "amq.fanout:fanout",
                        "amq.topic:topic",
                        "amq.headers:headers",
                        "amq.match:headers"),
                found);
        assertFalse(Topology.predeclared("orders"));
    }

    @Test
    void the_default_exchange_goes_to_the_queue_of_that_name() {
        assertEquals(queues(2), routed(topology, "", message("q2")));
        assertEquals(queues(), routed(topology, "", message("q9")));
        topology.removeQueue("q2");
        assertEquals(queues(), routed(topology, "", message("q2")));
    }

    @Test
    void routes_by_bindings_until_they_end() {
        topology.addExchange(exchange("x", "topic"));
        topology.bind(binding("x", "q1", "a.#"));
        topology.bind(binding("x", "q2", "a.b"));
        assertEquals(queues(1, 2), routed(topology, "x", message("a.b")));
        topology.unbind(binding("x", "q1", "a.#"));
        assertEquals(queues(2), routed(topology, "x", message("a.b")));
        assertFalse(topology.hasBinding(binding("x", "q1", "a.#")));
        assertTrue(topology.hasBinding(binding("x", "q2", "a.b")));
    }

    @Test
    void an_unknown_exchange_is_told_apart_from_one_without_targets() {
        Targets targets = new Targets();
        assertFalse(topology.route("nope", message("k"), targets));
        assertTrue(topology.route("amq.direct", message("k"), targets));
        assertEquals(0, targets.size());
    }

    @Test
    void a_binding_is_identified_by_arguments_too() {
        BindingSpec plain = new BindingSpec("amq.headers", "q1", "", arguments("a", new byte[] {1}));
        BindingSpec equal = new BindingSpec("amq.headers", "q1", "", arguments("a", new byte[] {1}));
        BindingSpec other = new BindingSpec("amq.headers", "q1", "", arguments("a", new byte[] {2}));
        topology.bind(plain);
        assertTrue(topology.hasBinding(equal));
        assertFalse(topology.hasBinding(other));
        assertThrows(IllegalStateException.class, () -> topology.bind(equal));
    }

    @Test
    void removing_a_queue_ends_its_bindings_everywhere_and_no_others() {
        topology.addExchange(exchange("x", "direct"));
        topology.bind(binding("x", "q1", "k"));
        topology.bind(binding("x", "q2", "k"));
        topology.bind(binding("amq.fanout", "q1", ""));
        topology.removeQueue("q1");
        assertEquals(queues(2), routed(topology, "x", message("k")));
        assertTrue(topology.isUnused("amq.fanout"));
        assertFalse(topology.hasQueue("q1"));
        assertEquals(1, topology.bindingsOf("x").size());
        topology.queueAdded("q1", 11);
        assertEquals(queues(2), routed(topology, "x", message("k")));
    }

    @Test
    void removing_an_exchange_ends_its_bindings() {
        topology.addExchange(exchange("x", "direct"));
        topology.bind(binding("x", "q1", "k"));
        topology.bind(binding("amq.direct", "q1", "k"));
        topology.removeExchange("x");
        assertNull(topology.exchange("x"));
        assertEquals(1, topology.bindingsTo("q1").size());
        topology.addExchange(exchange("x", "direct"));
        assertEquals(queues(), routed(topology, "x", message("k")));
    }

    @Test
    void lists_bindings_by_exchange_in_the_order_in_which_they_were_made() {
        topology.bind(binding("amq.topic", "q2", "b"));
        topology.bind(binding("amq.direct", "q1", "z"));
        topology.bind(binding("amq.direct", "q2", "a"));
        List<BindingSpec> found = new ArrayList<>();
        topology.forEachBinding(found::add);
        assertEquals(
                List.of(
                        binding("amq.direct", "q1", "z"),
                        binding("amq.direct", "q2", "a"),
                        binding("amq.topic", "q2", "b")),
                found);
    }

    @Test
    void every_change_changes_the_version() {
        List<Runnable> changes = List.of(
                () -> topology.addExchange(exchange("x", "direct")),
                () -> topology.bind(binding("x", "q1", "k")),
                () -> topology.unbind(binding("x", "q1", "k")),
                () -> topology.removeExchange("x"),
                () -> topology.queueAdded("q4", 4),
                () -> topology.removeQueue("q4"));
        for (Runnable change : changes) {
            long before = topology.version();
            change.run();
            assertNotEquals(before, topology.version());
        }
    }

    @Test
    void an_alternate_exchange_takes_what_has_no_target() {
        topology.addExchange(exchange("x", "direct", arguments("alternate-exchange", "y")));
        assertEquals(queues(), routed(topology, "x", message("k")), "the alternate need not be there");
        topology.addExchange(exchange("y", "direct", arguments("alternate-exchange", "amq.fanout")));
        topology.bind(binding("amq.fanout", "q3", ""));
        assertEquals(queues(3), routed(topology, "x", message("k")));
        topology.bind(binding("y", "q2", "k"));
        assertEquals(queues(2), routed(topology, "x", message("k")));
        topology.bind(binding("x", "q1", "k"));
        assertEquals(queues(1), routed(topology, "x", message("k")));
    }

    @Test
    void a_circle_of_alternate_exchanges_ends() {
        topology.addExchange(exchange("x", "direct", arguments("alternate-exchange", "y")));
        topology.addExchange(exchange("y", "direct", arguments("alternate-exchange", "x")));
        topology.addExchange(exchange("z", "direct", arguments("alternate-exchange", "z")));
        assertEquals(queues(), routed(topology, "x", message("k")));
        assertEquals(queues(), routed(topology, "z", message("k")));
    }

    @Test
    void tells_which_auto_delete_exchanges_a_removal_would_orphan() {
        topology.addExchange(new ExchangeSpec("auto", "direct", true, true, false, Arguments.NONE));
        topology.addExchange(new ExchangeSpec("shared", "direct", true, true, false, Arguments.NONE));
        topology.addExchange(exchange("plain", "direct"));
        topology.bind(binding("auto", "q1", "a"));
        topology.bind(binding("auto", "q1", "b"));
        topology.bind(binding("shared", "q1", "a"));
        topology.bind(binding("shared", "q2", "a"));
        topology.bind(binding("plain", "q1", "a"));
        assertEquals(List.of("auto"), topology.orphanedByQueue("q1"));
        assertEquals(List.of(), topology.orphanedByQueue("q2"));
        assertEquals(List.of(), topology.orphanedByUnbind(binding("auto", "q1", "a")));
        topology.unbind(binding("auto", "q1", "a"));
        assertEquals(List.of("auto"), topology.orphanedByUnbind(binding("auto", "q1", "b")));
        assertEquals(List.of(), topology.orphanedByUnbind(binding("auto", "q1", "zz")));
    }

    @Test
    void what_cannot_be_carried_out_is_a_defect() {
        assertThrows(IllegalStateException.class, () -> topology.addExchange(exchange("amq.topic", "topic")));
        assertThrows(IllegalStateException.class, () -> topology.removeExchange("amq.topic"));
        assertThrows(IllegalStateException.class, () -> topology.removeExchange("nope"));
        assertThrows(IllegalStateException.class, () -> topology.queueAdded("q1", 9));
        assertThrows(IllegalStateException.class, () -> topology.removeQueue("nope"));
        assertThrows(IllegalStateException.class, () -> topology.bind(binding("nope", "q1", "")));
        assertThrows(IllegalStateException.class, () -> topology.bind(binding("amq.topic", "nope", "")));
        assertThrows(IllegalStateException.class, () -> topology.unbind(binding("amq.topic", "q1", "")));
    }
}
