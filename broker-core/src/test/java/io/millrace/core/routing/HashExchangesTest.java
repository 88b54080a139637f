package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.arguments;
import static io.millrace.core.routing.Routing.assertRefused;
import static io.millrace.core.routing.Routing.message;
import static io.millrace.core.routing.Routing.routed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges that choose one destination by a hash. */
class HashExchangesTest {
    private static final int KEYS = 10_000;

    private static BindingSpec to(int queue, String weight) {
        return new BindingSpec("x", "queue" + queue, weight, Arguments.NONE);
    }

    private static Router consistent(Arguments arguments) {
        return new ConsistentHashExchange().router(arguments);
    }

    private static int[] chosen(Router router) {
        int[] chosen = new int[KEYS];
        for (int i = 0; i < KEYS; i++) {
            SortedSet<Integer> queues = routed(router, message("key." + i));
            assertEquals(1, queues.size());
            chosen[i] = queues.first();
        }
        return chosen;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void when_a_queue_comes_or_goes_only_its_own_share_of_the_keys_moves(long seed) {
        Random random = new Random(seed);
        Router router = consistent(Arguments.NONE);
        List<Integer> queues = new ArrayList<>();
        for (int queue = 1; queue <= 5; queue++) {
            router.bind(to(queue, "3"), queue);
            queues.add(queue);
        }
        for (int step = 0; step < 10; step++) {
            int[] before = chosen(router);
            boolean adds = random.nextBoolean() || queues.size() < 3;
            int changed = adds ? 100 + step : queues.remove(random.nextInt(queues.size()));
            if (adds) {
                router.bind(to(changed, "3"), changed);
                queues.add(changed);
            } else {
                router.unbind(to(changed, "3"), changed);
            }
            int[] after = chosen(router);
            int moved = 0;
            for (int i = 0; i < KEYS; i++) {
                if (before[i] != after[i]) {
                    assertEquals(changed, adds ? after[i] : before[i], "only from or to the queue that changed");
                    moved++;
                }
            }
            int size = adds ? queues.size() : queues.size() + 1;
            assertTrue(moved < 1.3 * KEYS / size && moved > 0.7 * KEYS / size, moved + " of " + KEYS + " moved");
        }
    }

    @Test
    void the_share_of_a_queue_is_that_of_its_weight() {
        Router router = consistent(Arguments.NONE);
        router.bind(to(1, "1"), 1);
        router.bind(to(2, "3"), 2);
        int first = 0;
        for (int queue : chosen(router)) {
            first += queue == 1 ? 1 : 0;
        }
        assertTrue(first > 0.22 * KEYS && first < 0.28 * KEYS, first + " of " + KEYS);
    }

    @Test
    void the_choice_does_not_depend_on_the_order_of_the_bindings() {
        Router router = consistent(Arguments.NONE);
        Router again = consistent(Arguments.NONE);
        List<Integer> order = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7));
        order.forEach(queue -> router.bind(to(queue, "2"), queue));
        Collections.shuffle(order, new Random(7));
        order.forEach(queue -> again.bind(to(queue, "2"), queue));
        assertEquals(boxed(chosen(router)), boxed(chosen(again)));
    }

    private static List<Integer> boxed(int[] values) {
        List<Integer> list = new ArrayList<>();
        for (int value : values) {
            list.add(value);
        }
        return list;
    }

    @Test
    void a_header_is_hashed_in_place_of_the_key() {
        Router router = consistent(arguments("hash-header", "customer"));
        for (int queue = 1; queue <= 8; queue++) {
            router.bind(to(queue, "1"), queue);
        }
        assertFalse(router.byKeyAlone());
        SortedSet<Integer> ada = routed(router, message("k1", "customer", "ada"));
        assertEquals(ada, routed(router, message("k2", "customer", "ada")));
        boolean differs = false;
        for (int i = 0; i < 100; i++) {
            differs |= !ada.equals(routed(router, message("k1", "customer", "c" + i)));
        }
        assertTrue(differs);
        assertEquals(1, routed(router, message("k")).size(), "without the header it goes somewhere as well");
    }

    @Test
    void arguments_and_weights_are_checked_in_the_words_that_clients_know() {
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "hash-header and hash-property are mutually exclusive",
                () -> consistent(arguments("hash-header", "h", "hash-property", "message_id")));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "Unsupported property: app_id",
                () -> consistent(arguments("hash-property", "app_id")));
        Router router = consistent(arguments("x-algorithm", "jump"));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "The binding key must be an integer: <<\"a\">>",
                () -> router.check(to(1, "a")));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "The binding key must be an integer: <<>>",
                () -> router.check(to(1, "")));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "The binding key must be greater than 0",
                () -> router.check(to(1, "0")));
        router.check(to(1, "99999999999999999999999"));
    }

    @Test
    void modulus_hash_depends_on_names_and_not_on_the_order_of_bindings() {
        Router router = new ModulusHashExchange().router(Arguments.NONE);
        Router again = new ModulusHashExchange().router(Arguments.NONE);
        for (int queue = 1; queue <= 5; queue++) {
            router.bind(to(queue, "k"), queue);
            again.bind(to(6 - queue, "k"), 6 - queue);
        }
        again.bind(to(3, "other"), 3);
        again.unbind(to(3, "k"), 3);
        assertEquals(boxed(chosen(router)), boxed(chosen(again)));
        assertEquals(
                List.of(1, 2, 3, 4, 5),
                boxed(chosen(router)).stream().distinct().sorted().toList());
        again.unbind(to(3, "other"), 3);
        assertFalse(boxed(chosen(again)).contains(3));
    }

    @Test
    void random_exchanges_choose_each_destination_equally_often() {
        Draws draws = new Draws(() -> "seed");
        Router router = new RandomExchange("x-random", draws).router(Arguments.NONE);
        for (int queue = 1; queue <= 4; queue++) {
            router.bind(to(queue, "a"), queue);
        }
        router.bind(to(1, "b"), 1);
        int[] counts = new int[5];
        for (int i = 0; i < KEYS; i++) {
            counts[routed(router, message("k")).first()]++;
        }
        for (int queue = 1; queue <= 4; queue++) {
            assertTrue(counts[queue] > 0.22 * KEYS && counts[queue] < 0.28 * KEYS, "seed 'seed': " + counts[queue]);
        }
    }

    @Test
    void nothing_bound_means_nowhere() {
        Arguments arguments = arguments("x-delayed-type", "direct");
        for (ExchangeType type : ExchangeTypes.all(() -> 5).types()) {
            assertEquals(0, routed(type.router(arguments), message("k")).size(), type.name());
        }
    }
}
