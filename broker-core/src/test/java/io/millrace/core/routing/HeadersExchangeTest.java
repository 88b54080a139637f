package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.arguments;
import static io.millrace.core.routing.Routing.assertRefused;
import static io.millrace.core.routing.Routing.bound;
import static io.millrace.core.routing.Routing.message;
import static io.millrace.core.routing.Routing.queues;
import static io.millrace.core.routing.Routing.routed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.ErrorCode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersExchangeTest {
    private final Router router = new HeadersExchange().router(Arguments.NONE);

    private record Row(Arguments binding, Arguments headers, boolean matches) {}

    static Stream<Row> table() {
        return Stream.of(
                // all, said or not
                row(b("a", 1L, "b", "x"), h("a", 1L, "b", "x", "c", 2L), true),
                row(b("a", 1L, "b", "x"), h("a", 1L), false),
                row(b("x-match", "all", "a", 1L), h("a", 1L), true),
                row(b("x-match", "all", "a", 1L), h("a", 2L), false),
                row(b("x-match", "all", "a", 1L), h(), false),
                // any
                row(b("x-match", "any", "a", 1L, "b", 2L), h("b", 2L), true),
                row(b("x-match", "any", "a", 1L, "b", 2L), h("a", 2L, "b", 1L), false),
                row(b("x-match", "any", "a", 1L), h(), false),
                // nothing to compare
                row(b(), h(), true),
                row(b(), h("a", 1L), true),
                row(b("x-match", "any"), h("a", 1L), false),
                row(b("x-match", "all-with-x"), h(), true),
                row(b("x-match", "any-with-x"), h("x-match", "any-with-x"), false),
                // x- names are ignored without -with-x
                row(b("x-a", 1L), h(), true),
                row(b("x-a", 1L, "b", 1L), h("b", 1L), true),
                row(b("x-match", "any", "x-a", 1L), h("x-a", 1L), false),
                row(b("x-match", "all-with-x", "x-a", 1L, "b", 1L), h("b", 1L), false),
                row(b("x-match", "all-with-x", "x-a", 1L, "b", 1L), h("b", 1L, "x-a", 1L), true),
                row(b("x-match", "any-with-x", "x-a", 1L, "b", 1L), h("x-a", 1L), true),
                // void asks for presence
                row(b("a", null), h("a", 5L), true),
                row(b("a", null), h("a", null), true),
                row(b("a", null), h("b", 1L), false),
                row(b("x-match", "any", "a", null, "b", 1L), h("a", "z"), true),
                row(b("a", null, "b", null), h("a", 1L), false),
                row(b("a", null, "b", 2L), h("a", 1L, "b", 2L), true),
                row(b("a", 1L), h("a", null), false),
                // types count
                row(b("a", 1L), h("a", "1"), false),
                row(b("a", 1L), h("a", 1.0), true),
                row(b("a", 1.0), h("a", 1L), true),
                row(b("a", 1.5), h("a", 1L), false),
                row(b("a", 1.5), h("a", 1.5), true),
                row(b("a", "1", "b", 2.0), h("a", "1", "b", 2L), true),
                row(b("a", true), h("a", true), true),
                row(b("a", new BigDecimal("1.5")), h("a", new BigDecimal("1.5")), true),
                row(b("a", new byte[] {1, 2}), h("a", new byte[] {1, 2}), true),
                row(b("a", new byte[] {1, 2}), h("a", new byte[] {1, 3}), false),
                row(b("a", List.of(1L, "b")), h("a", List.of(1L, "b")), true));
    }

    @ParameterizedTest
    @MethodSource("table")
    void a_binding_matches_as_its_arguments_say(Row row) {
        router.check(bound("", row.binding()));
        router.bind(bound("", row.binding()), 4);
        RoutedMessage message = message("", flat(row.headers()));
        assertEquals(row.matches() ? queues(4) : queues(), routed(router, message));
        router.unbind(bound("", row.binding()), 4);
        assertEquals(queues(), routed(router, message));
    }

    @Test
    void the_routing_key_does_not_matter() {
        router.bind(bound("a", arguments("n", 1L)), 1);
        router.bind(bound("b", arguments("n", 1L)), 1);
        assertEquals(queues(1), routed(router, message("c", "n", 1L)));
        router.unbind(bound("a", arguments("n", 1L)), 1);
        assertEquals(queues(1), routed(router, message("c", "n", 1L)));
        router.unbind(bound("b", arguments("n", 1L)), 1);
        assertEquals(queues(), routed(router, message("c", "n", 1L)));
        assertThrows(IllegalStateException.class, () -> router.unbind(bound("b", arguments("n", 1L)), 1));
    }

    @Test
    void a_wrong_match_is_refused() {
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "Invalid x-match field value <<\"foo\">>; expected all, any, all-with-x, or any-with-x",
                () -> router.check(bound("", arguments("x-match", "foo"))));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "Invalid x-match field type signedint (value 5); expected longstr",
                () -> router.check(bound("", arguments("x-match", 5L))));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "Invalid x-match field type void (value undefined); expected longstr",
                () -> router.check(bound("", arguments("x-match", null))));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33, 34})
    void many_bindings_match_like_each_of_them_alone(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Arguments> bound = new ArrayList<>();
        for (int queue = 0; queue < 80; queue++) {
            Arguments binding = randomBinding(random);
            router.bind(bound("", binding), queue);
            bound.add(binding);
        }
        for (int i = 0; i < 200; i++) {
            RoutedMessage message = message("", flat(randomHeaders(random)));
            SortedSet<Integer> expected = new TreeSet<>();
            for (int queue = 0; queue < bound.size(); queue++) {
                Router alone = new HeadersExchange().router(Arguments.NONE);
                alone.bind(bound("", bound.get(queue)), queue);
                expected.addAll(routed(alone, message));
            }
            assertEquals(expected, routed(router, message));
        }
    }

    private static Arguments randomBinding(SplittableRandom random) {
        List<@Nullable Object> pairs = new ArrayList<>(flatList(randomHeaders(random)));
        String[] matches = {"all", "any", "all-with-x", "any-with-x"};
        pairs.add("x-match");
        pairs.add(matches[random.nextInt(matches.length)]);
        return arguments(pairs.toArray());
    }

    private static Arguments randomHeaders(SplittableRandom random) {
        String[] names = {"a", "b", "c", "x-d"};
        @Nullable Object[] values = {1L, 2L, "1", null};
        List<@Nullable Object> pairs = new ArrayList<>();
        for (String name : names) {
            if (random.nextInt(2) == 0) {
                pairs.add(name);
                pairs.add(values[random.nextInt(values.length)]);
            }
        }
        return arguments(pairs.toArray());
    }

    private static Row row(Arguments binding, Arguments headers, boolean matches) {
        return new Row(binding, headers, matches);
    }

    private static Arguments b(@Nullable Object... pairs) {
        return arguments(pairs);
    }

    private static Arguments h(@Nullable Object... pairs) {
        return arguments(pairs);
    }

    private static @Nullable Object[] flat(Arguments arguments) {
        return flatList(arguments).toArray();
    }

    private static List<@Nullable Object> flatList(Arguments arguments) {
        List<@Nullable Object> pairs = new ArrayList<>();
        arguments.values().forEach((name, value) -> pairs.addAll(Arrays.asList(name, value)));
        return pairs;
    }
}
