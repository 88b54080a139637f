package io.millrace.core.routing;

import static io.millrace.core.routing.Routing.arguments;
import static io.millrace.core.routing.Routing.assertRefused;
import static io.millrace.core.routing.Routing.binding;
import static io.millrace.core.routing.Routing.exchange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclarationsTest {
    private static final String DEFAULT = "operation not permitted on the default exchange";

    private final Topology topology = new Topology(ExchangeTypes.standard());

    @BeforeEach
    void an_exchange_and_a_queue() {
        topology.addExchange(exchange("x", "direct"));
        topology.addExchange(exchange("xae", "direct", arguments("alternate-exchange", "y")));
        topology.queueAdded("q", 1);
    }

    @Test
    void a_new_exchange_is_added_and_an_equal_one_is_not() {
        assertTrue(declares(exchange("new", "topic")));
        assertFalse(declares(exchange("x", "direct")));
        assertFalse(declares(exchange("amq.direct", "direct")));
        assertFalse(declares(exchange("x", "direct", arguments("foo", "unknown arguments are not compared"))));
    }

    @Test
    void an_exchange_that_differs_is_refused_field_by_field() {
        assertUnequal("type", "'fanout'", "'direct'", exchange("x", "fanout"));
        assertUnequal(
                "durable", "'false'", "'true'", new ExchangeSpec("x", "direct", false, true, true, Arguments.NONE));
        assertUnequal(
                "auto_delete", "'true'", "'false'", new ExchangeSpec("x", "direct", true, true, true, Arguments.NONE));
        assertUnequal(
                "internal", "'true'", "'false'", new ExchangeSpec("x", "direct", true, false, true, Arguments.NONE));
        assertUnequal(
                "alternate-exchange",
                "the value 'y' of type 'longstr'",
                "none",
                exchange("x", "direct", arguments("alternate-exchange", "y")));
        assertUnequal("alternate-exchange", "none", "the value 'y' of type 'longstr'", exchange("xae", "direct"));
        assertUnequal(
                "alternate-exchange", "'z'", "'y'", exchange("xae", "direct", arguments("alternate-exchange", "z")));
    }

    @Test
    void an_exchange_that_cannot_be_is_refused() {
        refused(ErrorCode.ACCESS_REFUSED, DEFAULT, exchange("", "direct"));
        refused(ErrorCode.PRECONDITION_FAILED, "unknown exchange type 'foo'", exchange("new", "foo"));
        refused(
                ErrorCode.ACCESS_REFUSED,
                "exchange name 'amq.foo' contains reserved prefix 'amq.*'",
                exchange("amq.foo", "direct"));
        refused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid type 'signedint' for arg 'alternate-exchange' in exchange 'new' in vhost '/'",
                exchange("new", "direct", arguments("alternate-exchange", 5L)));
        refused(
                ErrorCode.PRECONDITION_FAILED,
                "exchange name of 256 bytes is too long; allowed are up to 255 bytes of UTF-8 without control"
                        + " characters",
                exchange("ü".repeat(128), "direct"));
        refused(
                ErrorCode.PRECONDITION_FAILED,
                "exchange name has the control character 10 at place 1; allowed are up to 255 bytes of UTF-8 without"
                        + " control characters",
                exchange("a\nb", "direct"));
    }

    @Test
    void asking_for_an_exchange_finds_it_or_not() {
        Declarations.requireExchange("/", topology, "x");
        assertRefused(
                ErrorCode.NOT_FOUND,
                "no exchange 'nope' in vhost '/'",
                () -> Declarations.requireExchange("/", topology, "nope"));
        assertRefused(ErrorCode.ACCESS_REFUSED, DEFAULT, () -> Declarations.requireExchange("/", topology, ""));
    }

    @Test
    void an_exchange_is_deleted_unless_it_is_in_use_or_the_brokers_own() {
        assertTrue(Declarations.deletesExchange("/", topology, "x", true));
        assertFalse(Declarations.deletesExchange("/", topology, "nope", true));
        topology.bind(binding("x", "q", "k"));
        assertTrue(Declarations.deletesExchange("/", topology, "x", false));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "exchange 'x' in vhost '/' in use",
                () -> Declarations.deletesExchange("/", topology, "x", true));
        assertRefused(
                ErrorCode.ACCESS_REFUSED,
                "deletion of system exchange 'amq.direct' in vhost '/' not allowed",
                () -> Declarations.deletesExchange("/", topology, "amq.direct", false));
        assertRefused(ErrorCode.ACCESS_REFUSED, DEFAULT, () -> Declarations.deletesExchange("/", topology, "", false));
    }

    @Test
    void a_binding_needs_both_ends() {
        assertTrue(Declarations.binds("/", topology, binding("x", "q", "k")));
        topology.bind(binding("x", "q", "k"));
        assertFalse(Declarations.binds("/", topology, binding("x", "q", "k")));
        assertRefused(
                ErrorCode.NOT_FOUND,
                "no exchange 'nope' in vhost 'v'",
                () -> Declarations.binds("v", topology, binding("nope", "none", "k")));
        assertRefused(
                ErrorCode.NOT_FOUND,
                "no queue 'none' in vhost 'v'",
                () -> Declarations.binds("v", topology, binding("x", "none", "k")));
        assertRefused(
                ErrorCode.ACCESS_REFUSED, DEFAULT, () -> Declarations.binds("v", topology, binding("", "q", "k")));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "Invalid x-match field value <<\"foo\">>; expected all, any, all-with-x, or any-with-x",
                () -> Declarations.binds(
                        "v", topology, new BindingSpec("amq.headers", "q", "k", arguments("x-match", "foo"))));
    }

    @Test
    void the_end_of_a_binding_that_is_not_there_is_done_already() {
        topology.bind(binding("x", "q", "k"));
        assertTrue(Declarations.unbinds(topology, binding("x", "q", "k")));
        assertFalse(Declarations.unbinds(topology, binding("x", "q", "other")));
        assertFalse(Declarations.unbinds(topology, binding("nope", "q", "k")));
        assertFalse(Declarations.unbinds(topology, binding("x", "nope", "k")));
        assertRefused(ErrorCode.ACCESS_REFUSED, DEFAULT, () -> Declarations.unbinds(topology, binding("", "q", "k")));
    }

    @Test
    void a_queue_that_differs_is_refused_field_by_field() {
        QueueSpec current = new QueueSpec("q", true, false, false, arguments("x-message-ttl", 1000L));
        Declarations.requireEquivalent("/", current, current);
        assertUnequal(
                "durable",
                "'false'",
                "'true'",
                current,
                new QueueSpec("q", false, false, true, arguments("x-message-ttl", 1000L)));
        assertUnequal(
                "auto_delete",
                "'true'",
                "'false'",
                current,
                new QueueSpec("q", true, false, true, arguments("x-message-ttl", 1000L)));
        assertUnequal(
                "x-message-ttl", "none", "the value '1000' of type 'signedint'", current, queue("q", Arguments.NONE));
        assertUnequal("x-message-ttl", "'5'", "'1000'", current, queue("q", arguments("x-message-ttl", 5L)));
        assertUnequal(
                "x-max-length",
                "the value '9999999999' of type 'long'",
                "none",
                current,
                queue("q", arguments("x-message-ttl", 1000L, "x-max-length", 9_999_999_999L)));
        assertRefused(
                ErrorCode.RESOURCE_LOCKED,
                "cannot obtain exclusive access to locked queue 'q' in vhost '/'. It could be originally declared on"
                        + " another connection or the exclusive property value does not match that of the original"
                        + " declaration.",
                () -> Declarations.requireEquivalent(
                        "/", current, new QueueSpec("q", true, true, false, arguments("x-message-ttl", 1000L))));
    }

    @Test
    void naming_the_classic_type_makes_no_difference_and_another_type_does() {
        QueueSpec plain = queue("q", Arguments.NONE);
        QueueSpec classic = queue("q", arguments("x-queue-type", "classic"));
        Declarations.requireEquivalent("/", plain, classic);
        Declarations.requireEquivalent("/", classic, plain);
        assertUnequal(
                "x-queue-type",
                "the value 'quorum' of type 'longstr'",
                "none",
                plain,
                queue("q", arguments("x-queue-type", "quorum")));
        Declarations.requireEquivalent("/", plain, queue("q", arguments("x-unknown", 1L)));
    }

    @Test
    void queue_names_are_checked() {
        Declarations.requireUnreserved("amqp");
        assertRefused(
                ErrorCode.ACCESS_REFUSED,
                "queue name 'amq.foo' contains reserved prefix 'amq.*'",
                () -> Declarations.requireUnreserved("amq.foo"));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "queue name has the control character 0 at place 0; allowed are up to 255 bytes of UTF-8 without"
                        + " control characters",
                () -> Declarations.requireDeclarable("/", queue("\0", Arguments.NONE)));
    }

    @Test
    void good_queue_arguments_pass() {
        Declarations.requireDeclarable(
                "/",
                queue(
                        "q",
                        arguments(
                                "x-expires",
                                1L,
                                "x-message-ttl",
                                0L,
                                "x-max-length",
                                0L,
                                "x-max-length-bytes",
                                1L << 40,
                                "x-max-priority",
                                255L,
                                "x-overflow",
                                "reject-publish",
                                "x-dead-letter-exchange",
                                "",
                                "x-dead-letter-routing-key",
                                "k",
                                "x-single-active-consumer",
                                true,
                                "x-queue-type",
                                "quorum",
                                "x-delivery-limit",
                                -1L,
                                "x-anything-else",
                                null)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x-message-ttl|-1|{value_negative,-1}",
                "x-message-ttl|1125899906842624|{value_too_large,1125899906842624}",
                "x-message-ttl|'5'|\"expected integer, got longstr\"",
                "x-expires|0|{value_zero,0}",
                "x-expires|'a'|\"expected integer, got longstr\"",
                "x-max-length|-1|{value_negative,-1}",
                "x-max-length-bytes|-1|{value_negative,-1}",
                "x-max-priority|256|{max_value_exceeded,256}",
                "x-max-priority|-1|{value_negative,-1}",
                "x-overflow|'foo'|invalid_overflow",
                "x-overflow|1|{unacceptable_type,signedint}",
                "x-dead-letter-routing-key|'a'|routing_key_but_no_dlx_defined",
                "x-dead-letter-routing-key|1|{unacceptable_type,signedint}",
                "x-single-active-consumer|'a'|{unacceptable_type,longstr}",
                "x-queue-type|'foo'|\"unsupported queue type 'foo'\"",
                "x-queue-type|1|{unacceptable_type,signedint}",
                "x-queue-type|'stream'|'stream' is not supported by this broker; use 'classic' or 'quorum'",
                "x-message-ttl|315360000001|{value_too_large,315360000001}",
                "x-expires|-1|{value_negative,-1}",
                "x-dead-letter-strategy|'foo'|invalid_dlx_strategy",
                "x-queue-mode|'foo'|\"unsupported queue mode 'foo'\"",
                "x-queue-mode|1|{unacceptable_type,signedint}",
                "x-queue-version|'2'|\"expected integer, got longstr\"",
                "x-cache-size|0|{value_zero,0}",
                "x-message-deduplication|1|{unacceptable_type,signedint}",
                "x-max-in-memory-length|-1|{value_negative,-1}"
            })
    void a_bad_queue_argument_is_refused(String argument, String value, String why) {
        Object given = value.startsWith("'") ? value.replace("'", "") : Long.valueOf(value);
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg '" + argument + "' for queue 'q' in vhost '/': " + why,
                () -> Declarations.requireDeclarable("/", queue("q", arguments(argument, given))));
    }

    @Test
    void a_dead_letter_exchange_must_be_a_name() {
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid type 'signedint' for arg 'x-dead-letter-exchange' in queue 'q' in vhost '/'",
                () -> Declarations.requireDeclarable("/", queue("q", arguments("x-dead-letter-exchange", 1L))));
    }

    @Test
    void an_argument_of_streams_is_refused_for_other_queues() {
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg 'x-max-age' for queue 'q' in vhost '/' of queue type rabbit_classic_queue",
                () -> Declarations.requireDeclarable("/", queue("q", arguments("x-max-age", "1D"))));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg 'x-max-age' for queue 'q' in vhost '/' of queue type rabbit_quorum_queue",
                () -> Declarations.requireDeclarable(
                        "/", queue("q", arguments("x-max-age", "1D", "x-queue-type", "quorum"))));
    }

    @Test
    void bad_arguments_of_consumers_are_refused() {
        QueueSpec queue = queue("q", Arguments.NONE);
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg 'x-priority' for queue 'q' in vhost '/': \"expected integer, got longstr\"",
                () -> ConsumeArguments.check("/", queue, arguments("x-priority", "a")));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg 'x-cancel-on-ha-failover' for queue 'q' in vhost '/': {unacceptable_type,longstr}",
                () -> ConsumeArguments.check("/", queue, arguments("x-cancel-on-ha-failover", "a")));
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid arg 'x-stream-offset' for queue 'q' in vhost '/' of queue type rabbit_classic_queue",
                () -> ConsumeArguments.check("/", queue, arguments("x-stream-offset", "first")));
        ConsumeArguments.check("/", queue, arguments("x-priority", -5L, "x-consumer-timeout", 0L, "own", null));
    }

    @Test
    void the_broker_names_no_quorum_queue() {
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "Cannot declare a server-named queue for type rabbit_quorum_queue",
                () -> Declarations.requireNameless(queue("", arguments("x-queue-type", "quorum"))));
        Declarations.requireNameless(queue("", Arguments.NONE));
    }

    @Test
    void arguments_that_lost_their_meaning_are_accepted_and_named() {
        QueueSpec spec = queue(
                "q",
                arguments(
                        "x-queue-mode", "lazy",
                        "x-queue-version", 2L,
                        "x-queue-master-locator", "min-masters",
                        "x-ha-policy", "all",
                        "x-max-in-memory-length", 5L,
                        "x-quorum-initial-group-size", 3L,
                        "x-message-ttl", 5L));
        Declarations.requireDeclarable("/", spec);
        assertEquals(
                List.of(
                        "x-queue-mode",
                        "x-queue-version",
                        "x-queue-master-locator",
                        "x-ha-policy",
                        "x-max-in-memory-length"),
                QueueArguments.legacy(spec));
    }

    @Test
    void a_quorum_queue_must_outlive_everybody() {
        Arguments quorum = arguments("x-queue-type", "quorum");
        assertProperty("non-durable", new QueueSpec("q", false, false, false, quorum));
        assertProperty("exclusive-owner", new QueueSpec("q", true, true, false, quorum));
        assertProperty("auto-delete", new QueueSpec("q", true, false, true, quorum));
    }

    private boolean declares(ExchangeSpec spec) {
        return Declarations.declaresExchange("/", topology, spec);
    }

    private void refused(ErrorCode code, String text, ExchangeSpec spec) {
        assertRefused(code, text, () -> declares(spec));
    }

    private void assertUnequal(String field, String received, String current, ExchangeSpec spec) {
        refused(
                ErrorCode.PRECONDITION_FAILED,
                "inequivalent arg '" + field + "' for exchange '" + spec.name() + "' in vhost '/': received " + received
                        + " but current is " + current,
                spec);
    }

    private static void assertUnequal(
            String field, String received, String current, QueueSpec there, QueueSpec declared) {
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "inequivalent arg '" + field + "' for queue 'q' in vhost '/': received " + received + " but current is "
                        + current,
                () -> Declarations.requireEquivalent("/", there, declared));
    }

    private static void assertProperty(String property, QueueSpec spec) {
        assertRefused(
                ErrorCode.PRECONDITION_FAILED,
                "invalid property '" + property + "' for queue 'q' in vhost '/'",
                () -> Declarations.requireDeclarable("/", spec));
    }

    private static QueueSpec queue(String name, Arguments arguments) {
        return new QueueSpec(name, true, false, false, arguments);
    }
}
