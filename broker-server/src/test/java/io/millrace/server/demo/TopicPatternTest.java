package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPatternTest {

    @ParameterizedTest
    @CsvSource({
        "#, a.b, true",
        "a.#, a, true",
        "a.#, a.b.c, true",
        "a.#, b.a, false",
        "*.b, a.b, true",
        "*.b, a.c, false",
        "*.b, a.x.b, false",
        "#.b, a.x.b, true",
        "*.*.c, a.b.c, true",
        "a.#.c, a.c, true"
    })
    void matches_by_the_definition(String pattern, String key, boolean matches) {
        assertEquals(matches, TopicPattern.anyMatches(List.of(pattern), key));
        assertEquals(matches, TopicPattern.anyMatches(List.of("never", pattern, pattern), key));
    }
}
