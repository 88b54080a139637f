package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Dead letters, and the history that they carry. */
class DeadLettersTest extends AgainstBroker {
    @Test
    void refused_message_moves_and_tells_its_death() throws Exception {
        String grave = queue();
        channel.exchangeDeclare("graves", "direct", false, true, null);
        channel.queueBind(grave, "graves", "work");
        channel.queueDeclare("d.work", true, true, false, Map.of("x-dead-letter-exchange", "graves"));
        channel.queueBind("d.work", "amq.topic", "work");
        BasicProperties properties = new BasicProperties.Builder()
                .messageId("id")
                .deliveryMode(2)
                .headers(Map.of("mine", 1))
                .build();
        channel.basicPublish("amq.topic", "work", properties, bytes("body"));
        reject("d.work");

        GetResponse dead = awaitMessage(channel, grave);
        assertEquals("body", text(dead.getBody()));
        assertEquals("graves", dead.getEnvelope().getExchange());
        assertEquals("work", dead.getEnvelope().getRoutingKey());
        assertFalse(dead.getEnvelope().isRedeliver());
        assertEquals("id", dead.getProps().getMessageId());
        assertEquals(2, dead.getProps().getDeliveryMode());
        Map<String, Object> headers = dead.getProps().getHeaders();
        assertEquals(1, headers.get("mine"));
        Map<?, ?> death = deaths(dead).get(0);
        assertEquals(1, deaths(dead).size());
        assertInstanceOf(Date.class, death.remove("time"));
        assertEquals(
                "{count=1, exchange=amq.topic, queue=d.work, reason=rejected, routing-keys=[work]}",
                new java.util.TreeMap<>(strings(death)).toString());
        assertInstanceOf(Long.class, death.get("count"));
        for (String when : List.of("x-first-death-", "x-last-death-")) {
            assertEquals("rejected", String.valueOf(headers.get(when + "reason")));
            assertEquals("d.work", String.valueOf(headers.get(when + "queue")));
            assertEquals("amq.topic", String.valueOf(headers.get(when + "exchange")));
        }
    }

    @Test
    void deaths_in_the_same_place_are_counted_and_those_in_another_come_first() throws Exception {
        channel.queueDeclare("d.first", false, true, false, to("d.second"));
        channel.queueDeclare("d.second", false, true, false, to("d.first"));
        publish("d.first", "m");
        for (int round = 0; round < 3; round++) {
            reject("d.first");
            reject("d.second");
        }
        GetResponse dead = awaitMessage(channel, "d.first");
        List<Map<String, String>> deaths =
                deaths(dead).stream().map(DeadLettersTest::strings).toList();
        assertEquals("d.second", deaths.get(0).get("queue"));
        assertEquals("3", deaths.get(0).get("count"));
        assertEquals("d.first", deaths.get(1).get("queue"));
        assertEquals("3", deaths.get(1).get("count"));
        Map<String, Object> headers = dead.getProps().getHeaders();
        assertEquals("d.first", String.valueOf(headers.get("x-first-death-queue")));
        assertEquals("d.second", String.valueOf(headers.get("x-last-death-queue")));
    }

    @Test
    void requeued_message_does_not_die() throws Exception {
        String grave = queue();
        channel.queueDeclare("d.requeue", false, true, false, to(grave));
        publish("d.requeue", "m");
        channel.basicReject(awaitMessage(channel, "d.requeue").getEnvelope().getDeliveryTag(), true);
        GetResponse again = awaitMessage(channel, "d.requeue");
        assertTrue(again.getEnvelope().isRedeliver());
        assertFalse(again.getProps().getHeaders().containsKey("x-death"));
        assertEquals(0, ready(grave));
    }

    @Test
    void dead_letter_without_a_target_is_dropped() throws Exception {
        channel.queueDeclare("d.nowhere", false, true, false, to("no-such-queue"));
        channel.queueDeclare("d.no-exchange", false, true, false, Map.of("x-dead-letter-exchange", "not-there"));
        for (String queue : List.of("d.nowhere", "d.no-exchange")) {
            publish(queue, "m");
            reject(queue);
            assertNull(channel.basicGet(queue, true));
        }
    }

    @Test
    void history_that_a_client_publishes_again_is_continued() throws Exception {
        String grave = queue();
        channel.queueDeclare("d.again", false, true, false, to(grave));
        publish("d.again", "m");
        reject("d.again");
        GetResponse dead = awaitMessage(channel, grave);
        channel.basicPublish("", "d.again", dead.getProps(), dead.getBody());
        reject("d.again");
        GetResponse twice = awaitMessage(channel, grave);
        assertEquals(2L, deaths(twice).get(0).get("count"));
        assertEquals(1, deaths(twice).size());
    }

    @Test
    void history_that_a_client_made_up_does_no_harm() throws Exception {
        String grave = queue();
        channel.queueDeclare("d.made-up", false, true, false, to(grave));
        List<Object> entries = List.of(
                "no table",
                Map.of("queue", "without the rest"),
                Map.of("queue", "d.made-up", "reason", "no-reason", "count", 1L, "exchange", ""),
                Map.of("queue", "x".repeat(300), "reason", "rejected", "count", 1L, "exchange", ""),
                Map.of("queue", "d.made-up", "reason", "rejected", "count", -5L, "exchange", ""),
                Map.of("queue", "d.made-up", "reason", "rejected", "count", Long.MAX_VALUE, "exchange", "e"));
        for (Object deaths : List.of(entries, "no list", 5, Map.of(), List.of())) {
            BasicProperties properties = new BasicProperties.Builder()
                    .headers(Map.of("x-death", deaths, "x-first-death-queue", 7))
                    .build();
            channel.basicPublish("", "d.made-up", properties, bytes("m"));
            reject("d.made-up");
            GetResponse dead = awaitMessage(channel, grave);
            assertEquals("m", text(dead.getBody()));
            assertEquals(1, deaths(dead).size());
            assertEquals("d.made-up", String.valueOf(deaths(dead).get(0).get("queue")));
        }
    }

    /** Every field that RabbitMQ 3.10.8 was seen to write, and its type; of several entries the newest comes first. */
    @Test
    void history_of_several_hops_is_as_clients_know_it() throws Exception {
        String grave = queue();
        channel.exchangeDeclare("d.hops", "topic", false, true, null);
        channel.queueBind(grave, "d.hops", "last.#");
        channel.queueDeclare("d.one", false, true, false, to("d.two"));
        channel.queueDeclare(
                "d.two",
                false,
                true,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "d.three", "x-message-ttl", 1));
        channel.queueDeclare(
                "d.three",
                false,
                true,
                false,
                Map.of("x-dead-letter-exchange", "d.hops", "x-dead-letter-routing-key", "last.hop", "x-max-length", 0));
        channel.basicPublish(
                "",
                "d.one",
                new BasicProperties.Builder()
                        .expiration("1")
                        .headers(Map.of("mine", "x"))
                        .build(),
                bytes("m"));
        GetResponse dead = awaitMessage(channel, grave);
        assertEquals("last.hop", dead.getEnvelope().getRoutingKey());
        assertNull(dead.getProps().getExpiration());
        List<String> deaths = new java.util.ArrayList<>();
        for (Map<String, Object> death : deaths(dead)) {
            assertInstanceOf(Long.class, death.get("count"));
            assertInstanceOf(Date.class, death.remove("time"));
            deaths.add(new java.util.TreeMap<>(strings(death)).toString());
        }
        assertEquals(
                List.of(
                        "{count=1, exchange=, queue=d.three, reason=maxlen, routing-keys=[d.three]}",
                        "{count=1, exchange=, queue=d.two, reason=expired, routing-keys=[d.two]}",
                        "{count=1, exchange=, original-expiration=1, queue=d.one, reason=expired,"
                                + " routing-keys=[d.one]}"),
                deaths);
        Map<String, String> headers = strings(dead.getProps().getHeaders());
        headers.remove("x-death");
        assertEquals(
                "{mine=x, x-first-death-exchange=, x-first-death-queue=d.one, x-first-death-reason=expired,"
                        + " x-last-death-exchange=, x-last-death-queue=d.three, x-last-death-reason=maxlen}",
                new java.util.TreeMap<>(headers).toString());
    }

    @Test
    void message_that_goes_round_by_itself_is_dropped_and_the_other_queues_get_it() throws Exception {
        String other = queue();
        channel.exchangeDeclare("d.fan", "fanout", false, true, null);
        channel.queueDeclare(
                "d.circle", false, true, false, Map.of("x-dead-letter-exchange", "d.fan", "x-message-ttl", 1));
        channel.queueBind("d.circle", "d.fan", "");
        channel.queueBind(other, "d.fan", "");
        publish("d.circle", "m");
        assertEquals("m", text(awaitMessage(channel, other).getBody()));
        assertEquals(0, ready("d.circle"));
        assertEquals(0, ready(other));
    }

    @Test
    void message_that_was_rejected_on_its_way_may_go_round() throws Exception {
        channel.queueDeclare("d.retry", false, true, false, to("d.pause"));
        channel.queueDeclare(
                "d.pause",
                false,
                true,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "d.retry", "x-message-ttl", 1));
        publish("d.retry", "m");
        for (int round = 0; round < 3; round++) {
            reject("d.retry");
        }
        GetResponse again = awaitMessage(channel, "d.retry");
        assertEquals(
                List.of("d.pause 3", "d.retry 3"),
                deaths(again).stream()
                        .map(death -> death.get("queue") + " " + death.get("count"))
                        .toList());
    }

    @Test
    void new_expiration_of_a_message_published_again_holds_and_is_lost_by_its_next_death() throws Exception {
        String grave = queue();
        channel.queueDeclare("d.anew", false, true, false, to(grave));
        BasicProperties first = new BasicProperties.Builder().expiration("40").build();
        channel.basicPublish("", "d.anew", first, bytes("m"));
        GetResponse dead = awaitMessage(channel, grave);
        BasicProperties anew = dead.getProps().builder().expiration("60").build();
        channel.basicPublish("", "d.anew", anew, dead.getBody());
        GetResponse twice = awaitMessage(channel, grave);
        assertNull(twice.getProps().getExpiration());
        assertEquals(2L, deaths(twice).get(0).get("count"));
        assertEquals("40", String.valueOf(deaths(twice).get(0).get("original-expiration")), "of its first death here");
    }

    private void reject(String queue) throws Exception {
        channel.basicReject(awaitMessage(channel, queue).getEnvelope().getDeliveryTag(), false);
    }

    private static Map<String, Object> to(String queue) {
        return Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", queue);
    }

    private static List<Map<String, Object>> deaths(GetResponse message) {
        List<?> deaths =
                assertInstanceOf(List.class, message.getProps().getHeaders().get("x-death"));
        return deaths.stream().map(DeadLettersTest::table).toList();
    }

    // Tables of the client have no type of their own.
    @SuppressWarnings("unchecked")
    private static Map<String, Object> table(Object value) {
        return (Map<String, Object>) value;
    }

    private static Map<String, String> strings(Map<?, ?> table) {
        return table.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> String.valueOf(entry.getKey()),
                        entry -> entry.getValue() instanceof LongString text
                                ? text.toString()
                                : String.valueOf(entry.getValue())));
    }
}
