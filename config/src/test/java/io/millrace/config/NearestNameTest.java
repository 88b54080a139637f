package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    @ParameterizedTest
    @CsvSource({"port, port, 0", "port, prot, 1", "port, ports, 1", "port, por, 1", "port, pord, 1", "'', abc, 3"})
    void distance_counts_the_typing_errors(String a, String b, int errors) {
        assertEquals(errors, NearestName.distance(a, b));
        assertEquals(errors, NearestName.distance(b, a));
    }

    @Test
    void near_name_is_a_question_and_a_far_one_is_only_named() {
        List<String> known = List.of("amqp.port", "data.dir");

        assertEquals("did you mean amqp.port?", NearestName.hint("amqp.prot", known));
        assertEquals("the nearest known one is data.dir", NearestName.hint("zzzzzzzz", known));
    }

    @Test
    void endless_name_is_answered_at_once() {
        assertEquals("the nearest known one is a", NearestName.hint("x".repeat(1_000_000), List.of("a")));
    }
}
