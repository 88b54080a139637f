package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.assertRefused;
import static io.millrace.core.routing.Routing.bound;
import static io.millrace.core.routing.Routing.message;
import static io.millrace.core.routing.Routing.queues;
import static io.millrace.core.routing.Routing.routed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTypesTest {
    private final ExchangeTypes types = ExchangeTypes.standard();

    @Test
    void an_unknown_type_is_refused_by_name() {
        assertRefused(ErrorCode.PRECONDITION_FAILED, "unknown exchange type 'foo'", () -> types.get("foo"));
    }

    @Test
    void two_types_of_one_name_cannot_be_registered() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ExchangeTypes(List.of(new DirectExchange(), new DirectExchange())));
    }

    @Test
    void only_headers_exchanges_look_at_more_than_the_key() {
        for (String name : types.names()) {
            assertEquals(
                    !name.equals("headers"),
                    types.get(name).router(Arguments.NONE).byKeyAlone(),
                    name);
        }
    }

    @Test
    void direct_goes_where_the_key_is_equal() {
        Router router = types.get("direct").router(Arguments.NONE);
        router.bind(bound("a", Arguments.NONE), 1);
        router.bind(bound("a", Arguments.NONE), 2);
        router.bind(bound("A", Arguments.NONE), 3);
        router.bind(bound("", Arguments.NONE), 4);
        assertEquals(queues(1, 2), routed(router, message("a")));
        assertEquals(queues(4), routed(router, message("")));
        assertEquals(queues(), routed(router, message("b")));
    }

    @Test
    void fanout_goes_everywhere_whatever_the_key() {
        Router router = types.get("fanout").router(Arguments.NONE);
        assertEquals(queues(), routed(router, message("x")));
        router.bind(bound("a", Arguments.NONE), 1);
        router.bind(bound("b", Arguments.NONE), 1);
        router.bind(bound("", Arguments.NONE), 2);
        assertEquals(queues(1, 2), routed(router, message("x")));
        router.unbind(bound("a", Arguments.NONE), 1);
        assertEquals(queues(1, 2), routed(router, message("x")));
        router.unbind(bound("b", Arguments.NONE), 1);
        assertEquals(queues(2), routed(router, message("x")));
    }

    @Test
    void topic_goes_where_the_pattern_matches() {
        Router router = types.get("topic").router(Arguments.NONE);
        router.bind(bound("*.stock.#", Arguments.NONE), 1);
        router.bind(bound("usd.#", Arguments.NONE), 2);
        assertEquals(queues(1, 2), routed(router, message("usd.stock")));
        assertEquals(queues(1), routed(router, message("eur.stock.db")));
        assertEquals(queues(), routed(router, message("stock.nasdaq")));
        router.unbind(bound("*.stock.#", Arguments.NONE), 1);
        assertEquals(queues(2), routed(router, message("usd.stock")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "fanout", "topic"})
    void bindings_that_differ_in_arguments_alone_are_counted_apart(String type) {
        Router router = types.get(type).router(Arguments.NONE);
        Arguments other = Routing.arguments("n", 1L);
        router.bind(bound("k", Arguments.NONE), 1);
        router.bind(bound("k", other), 1);
        router.unbind(bound("k", other), 1);
        assertFalse(routed(router, message("k")).isEmpty());
        router.unbind(bound("k", Arguments.NONE), 1);
        assertTrue(routed(router, message("k")).isEmpty());
        assertThrows(IllegalStateException.class, () -> router.unbind(bound("k", Arguments.NONE), 1));
    }
}
