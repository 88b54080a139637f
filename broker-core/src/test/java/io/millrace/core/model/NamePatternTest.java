package io.millrace.core.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
    @Test
    void an_expression_is_looked_for_anywhere_in_the_name() {
        assertTrue(NamePattern.of("b").in("abc"));
        assertFalse(NamePattern.of("^b").in("abc"));
        assertTrue(NamePattern.of("^(?!amq\\.).*").in("orders"));
        assertFalse(NamePattern.of("^(?!amq\\.).*").in("amq.topic"));
    }

    @Test
    void an_empty_expression_is_everywhere_and_permits_nothing() {
        assertTrue(NamePattern.of("").in("abc"));
        assertFalse(NamePattern.of("").permits("abc"));
        assertFalse(NamePattern.of("^$").permits("abc"));
        assertTrue(NamePattern.of(".*").permits("abc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"^(a+)+$", "^(a|aa)+$", "^(a|a)*$", "(a*)*b", "(.*.*.*.*.*.*.*.*.*.*)x", "^(([a-z])+.)+[A-Z]$"})
    void a_search_that_would_take_years_is_given_up(String expression) {
        NamePattern pattern = NamePattern.of(expression);
        assertFalse(pattern.in("a".repeat(200) + "!"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(()|()){40}x",
                "(|a|b|){30}$x",
                "(a*|b*){40}(?=c)",
                "(^?){64}(?!)",
                "((a?|b?)(c?|d?)){20}(?!)",
                "(?:(?:|)(?:|)(?:|)(?:|)){5}(?!)"
            })
    void an_expression_with_very_many_ways_to_match_nothing_is_refused(String expression) {
        assertThrows(BrokerException.class, () -> NamePattern.check("test", expression));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".*",
                "^$",
                "^(?!amq\\.).*",
                "^(orders|payments|invoices)\\.[a-z0-9-]{1,40}$",
                "^(amq\\.gen.*|amq\\.default|app-\\d+)$",
                "(^|\\.)key($|\\.)",
                "^[^.]*\\.(a|b|c)?(\\.d)*$",
                "^[]a-]+$",
                "\\Q(()|()){40}x\\E",
                "^(?i)ORDERS(?-i)x$",
                "^(?<name>a|b)\\k<name>$",
                "a{2}b{2,}c{2,5}d??e*+f+?"
            })
    void expressions_that_people_write_are_taken(String expression) {
        assertDoesNotThrow(() -> NamePattern.check("test", expression));
    }

    @Test
    void what_is_no_expression_is_refused_when_it_is_given_and_found_nowhere_when_it_is_read() {
        BrokerException refused = assertThrows(BrokerException.class, () -> NamePattern.check("thing", "a("));
        assertEquals(ErrorCode.PRECONDITION_FAILED, refused.code());
        assertTrue(refused.text().startsWith("invalid thing: 'a(' is not a regular expression"), refused.text());
        assertThrows(BrokerException.class, () -> NamePattern.check("thing", "a".repeat(5_000)));
        assertThrows(BrokerException.class, () -> NamePattern.check("thing", "(".repeat(2_000) + ")".repeat(2_000)));
        assertFalse(NamePattern.of("a(").in("a("));
    }
}
