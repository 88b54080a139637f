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
