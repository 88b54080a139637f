package io.millrace.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.benchmarks.scenario.Throughput;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    @ParameterizedTest
    @CsvSource({
        "a.b, a.b, true",
        "a.*, a.b, true",
        "a.*, a, false",
        "a.*, a.b.c, false",
        "a.#, a, true",
        "a.#, a.b.c, true",
        "#.c, a.b.c, true",
        "#.b, a.b.c, false",
        "a.#.c, a.c, true",
        "*.b.#, a.b, true",
        "#, a.b, true"
    })
    void topic_patterns_match_as_brokers_match_them(String pattern, String key, boolean matches) {
        assertEquals(matches, TopicMatch.matches(pattern, key));
    }

    @Test
    void queue_that_two_patterns_name_gets_one_copy() {
        Shape shape = new Shape(
                "topic",
                2,
                List.of(new Shape.Binding(0, "a.#"), new Shape.Binding(0, "*.b"), new Shape.Binding(1, "a.*")),
                List.of("a.b", "c.b", "d"));

        assertArrayEquals(new int[] {2, 1, 0}, shape.copies());
    }

    @Test
    void each_reading_of_the_topic_scenario_goes_to_one_queue() {
        Shape shape = Throughput.TOPIC_1000.load().shape();

        assertEquals(1000, shape.bindings().size());
        assertEquals(
                1000,
                Arrays.stream(shape.copies()).filter(copies -> copies == 1).count());
    }

    @Test
    void copies_of_messages_in_the_middle_of_rounds_add_up() {
        Copies copies = new Copies(new int[] {2, 0, 1});

        assertEquals(2, copies.of(0, 1));
        assertEquals(1, copies.of(1, 2));
        assertEquals(6, copies.of(2, 6));
        assertEquals(2, copies.most());
    }
}
