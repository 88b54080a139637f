package io.millrace.core.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.feature.Declared;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
    @ParameterizedTest
    @CsvSource({
        "message-ttl, 10, 20, 10",
        "expires, 20, 10, 10",
        "max-length, 5, 7, 5",
        "max-length-bytes, 7, 5, 5",
        "max-in-memory-length, 7, 5, 5",
        "max-in-memory-bytes, 5, 7, 5",
        "delivery-limit, 5, 7, 5",
        "delivery-limit, -1, 7, 7",
        "delivery-limit, 5, -1, 5",
        "delivery-limit, -1, -1, -1",
        "delayed-retry-min, 5, 7, 7",
        "delayed-retry-max, 5, 7, 5",
        "target-group-size, 3, 5, 5",
        "queue-version, 2, 1, 1",
        "queue-version, 1, 2, 2"
    })
    void two_numbers_are_merged_as_their_key_wants(String key, long user, long operator, long merged) {
        Policies policies = Policies.NONE
                .with(false, policy("u", "", ApplyTo.ALL, 0, Map.of(key, user)))
                .with(true, policy("o", "", ApplyTo.ALL, 0, Map.of(key, operator)));
        assertEquals(Map.of(key, merged), policies.queue(queue("q", "classic")).values());
    }

    @Test
    void of_two_words_the_operators_holds_and_what_one_says_alone_holds_as_well() {
        Policies policies = Policies.NONE
                .with(false, policy("u", "", ApplyTo.ALL, 0, Map.of("overflow", "drop-head", "max-length", 5L)))
                .with(true, policy("o", "", ApplyTo.ALL, 0, Map.of("overflow", "reject-publish", "message-ttl", 9L)));
        assertEquals(
                Map.of("overflow", "reject-publish", "max-length", 5L, "message-ttl", 9L),
                policies.queue(queue("q", "classic")).values());
    }

    @Test
    void the_policy_with_the_highest_priority_holds_alone_and_of_equal_ones_the_first_by_name() {
        Policies policies = Policies.NONE
                .with(false, policy("low", "", ApplyTo.ALL, 1, Map.of("message-ttl", 1L)))
                .with(false, policy("b", "^a", ApplyTo.ALL, 5, Map.of("max-length", 2L)))
                .with(false, policy("a", "^a", ApplyTo.ALL, 5, Map.of("max-length", 3L)));
        assertEquals(
                Map.of("max-length", 3L),
                policies.queue(queue("abc", "classic")).values());
        assertEquals(
                Map.of("message-ttl", 1L),
                policies.queue(queue("cab", "classic")).values());
        assertEquals(
                Map.of("message-ttl", 1L),
                policies.without(false, "a")
                        .without(false, "b")
                        .queue(queue("abc", "classic"))
                        .values());
        assertNull(policies.without(false, "a").named(false, "a"));
    }

    @ParameterizedTest
    @CsvSource({
        "all, true, true, true, true",
        "exchanges, true, false, false, false",
        "queues, false, true, true, true",
        "classic_queues, false, true, false, false",
        "quorum_queues, false, false, true, false",
        "streams, false, false, false, true"
    })
    void a_policy_is_for_the_objects_that_it_names(
            String applyTo, boolean exchange, boolean classic, boolean quorum, boolean stream) {
        ApplyTo kind = ApplyTo.valueOf(applyTo.toUpperCase(Locale.ROOT));
        assertEquals(kind, ApplyTo.named(applyTo));
        Policies policies = Policies.NONE.with(false, policy("p", "", kind, 0, Map.of("max-length", 1L)));
        ExchangeSpec spec = new ExchangeSpec("x", "topic", true, false, false, Arguments.NONE);
        assertEquals(exchange, !policies.exchange(spec).isEmpty());
        assertEquals(classic, !policies.queue(queue("q", "classic")).isEmpty());
        assertEquals(quorum, !policies.queue(queue("q", "quorum")).isEmpty());
        assertEquals(stream, !policies.queue(queue("q", "stream")).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"delivery-limit, -1, 7, 7", "delivery-limit, 3, 7, 3", "max-length, 9, 7, 7"})
    void an_argument_and_a_policy_lead_to_the_stricter_value(String key, long argument, long policy, long merged) {
        QueueSpec spec = new QueueSpec("q", true, false, false, new Arguments(Map.of("x-" + key, argument)));
        assertEquals(merged, new Declared("/", spec, new Arguments(Map.of(key, policy))).number(key));
    }

    @Test
    void settings_are_checked_by_type_and_range() {
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("message-ttl", -1L),
                Map.of("message-ttl", "5"),
                Map.of("expires", 0L),
                Map.of("max-length", 1.5),
                Map.of("overflow", "throw-away"),
                Map.of("delivery-limit", -2L),
                Map.of("dead-letter-exchange", 5L),
                Map.of("max-age", "5 days"),
                Map.of("stream-filter-size-bytes", 15L),
                Map.of("delayed-retry-min", 10L, "delayed-retry-max", 5L),
                Map.of("max-lenght", 5L))) {
            assertThrows(
                    BrokerException.class,
                    () -> PolicyKeys.check(false, new Arguments(Map.copyOf(bad))),
                    bad::toString);
        }
        BrokerException unknown = assertThrows(
                BrokerException.class, () -> PolicyKeys.check(false, new Arguments(Map.of("max-lenght", 5L))));
        assertTrue(unknown.text().startsWith("[\"max-lenght\"] are not recognised policy settings"), unknown.text());
        assertDoesNotThrow(() -> PolicyKeys.check(false, new Arguments(Map.of("max-age", "5D"))));
    }

    @Test
    void an_operator_may_not_say_where_messages_go() {
        Arguments definition = new Arguments(Map.of("dead-letter-exchange", "x"));
        assertDoesNotThrow(() -> PolicyKeys.check(false, definition));
        assertThrows(BrokerException.class, () -> PolicyKeys.check(true, definition));
    }

    private static Policy policy(
            String name, String pattern, ApplyTo applyTo, int priority, Map<String, Object> definition) {
        return new Policy(name, pattern, applyTo, priority, new Arguments(Map.copyOf(definition)));
    }

    private static QueueSpec queue(String name, String type) {
        return new QueueSpec(name, true, false, false, new Arguments(Map.of("x-queue-type", type)));
    }
}
