package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exchange types beyond those of the specification, and exchanges bound to exchanges, as a client sees them. */
class ExchangeTypesTest extends AgainstBroker {
    private static final int MESSAGES = 400;

    private void declare(String name, String type, Map<String, Object> arguments) throws IOException {
        channel.exchangeDeclare(name, type, false, true, arguments);
    }

    private List<String> bound(String exchange, String... keys) throws IOException {
        List<String> queues = new ArrayList<>();
        for (String key : keys) {
            String queue = queue();
            channel.queueBind(queue, exchange, key);
            queues.add(queue);
        }
        return queues;
    }

    private void publish(String exchange, String key, BasicProperties properties, String body) throws Exception {
        channel.confirmSelect();
        channel.basicPublish(exchange, key, properties, bytes(body));
        channel.waitForConfirmsOrDie(20_000);
    }

    private List<Integer> counts(List<String> queues) throws IOException {
        List<Integer> counts = new ArrayList<>();
        for (String queue : queues) {
            counts.add(ready(queue));
        }
        return counts;
    }

    private static int sum(List<Integer> counts) {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    void consistent_hash_spreads_keys_by_weight_and_keeps_a_key_where_it_is() throws Exception {
        declare("t.hash", "x-consistent-hash", Map.of());
        List<String> queues = bound("t.hash", "1", "3");
        channel.confirmSelect();
        for (int i = 0; i < MESSAGES; i++) {
            channel.basicPublish("t.hash", "k" + i, null, bytes("m"));
        }
        channel.waitForConfirmsOrDie(20_000);
        List<Integer> counts = counts(queues);
        assertEquals(MESSAGES, sum(counts));
        assertTrue(counts.get(1) > counts.get(0) * 2, counts::toString);
        List<Integer> before = counts(queues);
        for (int i = 0; i < 10; i++) {
            publish("t.hash", "same", null, "m");
        }
        List<Integer> after = counts(queues);
        assertTrue(after.get(0) - before.get(0) == 10 || after.get(1) - before.get(1) == 10, after::toString);
    }

    @Test
    void consistent_hash_goes_by_a_header_or_a_property() throws Exception {
        declare("t.header", "x-consistent-hash", Map.of("hash-header", "customer"));
        declare("t.property", "x-consistent-hash", Map.of("hash-property", "message_id"));
        for (String exchange : List.of("t.header", "t.property")) {
            List<String> queues = bound(exchange, "1", "1", "1", "1");
            for (int i = 0; i < 40; i++) {
                BasicProperties properties = new BasicProperties.Builder()
                        .headers(Map.of("customer", "ada"))
                        .messageId("id")
                        .build();
                publish(exchange, "k" + i, properties, "m");
            }
            assertTrue(counts(queues).contains(40), "one value, one queue");
            for (int i = 0; i < 40; i++) {
                BasicProperties properties = new BasicProperties.Builder()
                        .headers(Map.of("customer", "c" + i))
                        .messageId("id" + i)
                        .build();
                publish(exchange, "k", properties, "m");
            }
            assertTrue(counts(queues).stream().filter(count -> count > 0).count() > 1, "many values, many queues");
        }
    }

    @Test
    void random_and_modulus_exchanges_give_a_message_to_one_queue() throws Exception {
        for (String type : List.of("x-random", "x-local-random", "x-modulus-hash")) {
            declare("t." + type, type, Map.of());
            List<String> queues = bound("t." + type, "a", "b", "c");
            channel.confirmSelect();
            for (int i = 0; i < MESSAGES; i++) {
                channel.basicPublish("t." + type, "k" + i, null, bytes("m"));
            }
            channel.waitForConfirmsOrDie(20_000);
            List<Integer> counts = counts(queues);
            assertEquals(MESSAGES, sum(counts), type);
            assertTrue(counts.stream().allMatch(count -> count > MESSAGES / 6), type + " " + counts);
        }
    }

    @Test
    void recent_history_is_given_to_a_queue_that_comes_later() throws Exception {
        declare("t.recent", "x-recent-history", Map.of("x-recent-history-length", 2));
        bound("t.recent", "");
        for (int i = 0; i < 3; i++) {
            publish("t.recent", "k", null, "m" + i);
        }
        BasicProperties unkept = new BasicProperties.Builder()
                .headers(Map.of("x-recent-history-no-store", true))
                .build();
        publish("t.recent", "k", unkept, "not kept");
        String late = bound("t.recent", "").get(0);
        assertEquals("m1", text(awaitMessage(channel, late).getBody()));
        assertEquals("m2", text(awaitMessage(channel, late).getBody()));
        assertEquals(0, ready(late));
    }

    @Test
    void messages_pass_exchanges_that_are_bound_to_exchanges() throws Exception {
        declare("t.first", "topic", Map.of());
        declare("t.last", "direct", Map.of("alternate-exchange", "t.rest"));
        channel.exchangeDeclare("t.inside", "fanout", false, true, true, Map.of());
        declare("t.rest", "fanout", Map.of());
        channel.exchangeBind("t.inside", "t.first", "a.#");
        channel.exchangeBind("t.last", "t.inside", "");
        channel.exchangeBind("t.first", "t.last", "a.circle");
        String queue = queue();
        channel.queueBind(queue, "t.last", "a.b");
        String rest = bound("t.rest", "").get(0);
        publish("t.first", "a.b", null, "m");
        publish("t.first", "a.circle", null, "m");
        publish("t.first", "a.other", null, "m");
        assertEquals(1, ready(queue));
        assertEquals(1, ready(rest), "the alternate of an exchange on the way");
        Channel victim = connection.createChannel();
        victim.basicPublish("t.inside", "k", null, bytes("m"));
        assertEquals(403, laterChannelError(victim));
        channel.exchangeUnbind("t.last", "t.inside", "");
        assertEquals(404, channelError(() -> connection.createChannel().exchangeDeclarePassive("t.inside")));
        assertEquals(404, channelError(() -> connection.createChannel().exchangeDeclarePassive("t.first")));
    }

    @Test
    void refusals_have_the_texts_that_clients_know() throws Exception {
        String queue = queue();
        declare("t.plain", "direct", Map.of());
        declare("t.weights", "x-consistent-hash", Map.of());
        assertText("unknown exchange type 'x-nope'", c -> c.exchangeDeclare("t.x", "x-nope"));
        assertText("hash-header and hash-property are mutually exclusive", c -> {
            Map<String, Object> both = Map.of("hash-header", "h", "hash-property", "message_id");
            c.exchangeDeclare("t.y", "x-consistent-hash", false, false, both);
        });
        assertText("The binding key must be an integer: <<\"a\">>", c -> c.queueBind(queue, "t.weights", "a"));
        assertText("The binding key must be greater than 0", c -> c.queueBind(queue, "t.weights", "0"));
        assertText(
                "Invalid argument 0, 'x-recent-history-length' must be a positive integer",
                c -> c.exchangeDeclare("t.z", "x-recent-history", false, false, Map.of("x-recent-history-length", 0)));
        assertText(
                "inequivalent arg 'type' for exchange 't.plain' in vhost '/': received 'fanout' but current is 'direct'",
                c -> c.exchangeDeclare("t.plain", "fanout", false, true, null));
        assertText(
                "inequivalent arg 'internal' for exchange 't.plain' in vhost '/': received 'true' but current is"
                        + " 'false'",
                c -> c.exchangeDeclare("t.plain", "direct", false, true, true, null));
        assertText(
                "inequivalent arg 'alternate-exchange' for exchange 't.plain' in vhost '/': received the value 'y' of"
                        + " type 'longstr' but current is none",
                c -> c.exchangeDeclare("t.plain", "direct", false, true, Map.of("alternate-exchange", "y")));
        assertText(
                "invalid type 'signedint' for arg 'alternate-exchange' in exchange 't.ae' in vhost '/'",
                c -> c.exchangeDeclare("t.ae", "direct", false, false, Map.of("alternate-exchange", 5)));
    }

    @Test
    void queues_are_refused_in_the_texts_that_clients_know() throws Exception {
        channel.queueDeclare("t.q", false, false, true, Map.of("x-message-ttl", 5, "x-max-priority", 3));
        assertText(
                "inequivalent arg 'durable' for queue 't.q' in vhost '/': received 'true' but current is 'false'",
                c -> c.queueDeclare("t.q", true, false, true, null));
        assertText(
                "inequivalent arg 'x-message-ttl' for queue 't.q' in vhost '/': received none but current is the value"
                        + " '5' of type 'signedint'",
                c -> c.queueDeclare("t.q", false, false, true, null));
        assertText(
                "inequivalent arg 'x-message-ttl' for queue 't.q' in vhost '/': received '6' but current is '5'",
                c -> c.queueDeclare("t.q", false, false, true, Map.of("x-message-ttl", 6)));
        assertText(
                "inequivalent arg 'x-max-length' for queue 't.q' in vhost '/': received the value '1' of type"
                        + " 'signedint' but current is none",
                c -> c.queueDeclare(
                        "t.q", false, false, true, Map.of("x-message-ttl", 5, "x-max-priority", 3, "x-max-length", 1)));
        assertText(
                "invalid arg 'x-message-ttl' for queue 't.n' in vhost '/': \"expected integer, got longstr\"",
                c -> c.queueDeclare("t.n", false, false, true, Map.of("x-message-ttl", "5")));
        assertText(
                "invalid arg 'x-single-active-consumer' for queue 't.n' in vhost '/': {unacceptable_type,longstr}",
                c -> c.queueDeclare("t.n", false, false, true, Map.of("x-single-active-consumer", "yes")));
        Map<String, Object> quorum = Map.of("x-queue-type", "quorum");
        assertText(
                "invalid property 'non-durable' for queue 't.n' in vhost '/'",
                c -> c.queueDeclare("t.n", false, false, false, quorum));
        assertText(
                "Cannot declare a server-named queue for type rabbit_quorum_queue",
                c -> c.queueDeclare("", true, false, false, quorum));
        Map<String, Object> legacy = new HashMap<>(Map.of("x-queue-mode", "lazy", "x-queue-version", 2));
        channel.queueDeclare("t.legacy", false, false, true, legacy);
    }

    private interface Refused {
        void by(Channel victim) throws Exception;
    }

    private void assertText(String text, Refused call) throws IOException {
        Channel victim = connection.createChannel();
        assertEquals(406, channelError(() -> call.by(victim)));
        Object reason = victim.getCloseReason().getReason();
        assertNotNull(reason);
        assertEquals("PRECONDITION_FAILED - " + text, ((com.rabbitmq.client.AMQP.Channel.Close) reason).getReplyText());
    }
}
