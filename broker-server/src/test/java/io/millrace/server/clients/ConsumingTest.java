package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Deliveries, and what becomes of them: ack, nack, requeue, get, prefetch, the end of consumers. */
class ConsumingTest extends AgainstBroker {
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

    @Test
    void message_arrives_as_it_was_sent_with_all_properties_and_kinds_of_headers() throws Exception {
        Map<String, Object> headers = new HashMap<>();
        headers.put("text", "grüße");
        headers.put("int", 42);
        headers.put("long", 1L << 40);
        headers.put("short", (short) -3);
        headers.put("byte", (byte) 7);
        headers.put("boolean", true);
        headers.put("double", 2.5);
        headers.put("float", 1.5f);
        headers.put("decimal", new BigDecimal("12.34"));
        headers.put("time", new Date(1_700_000_000_000L));
        headers.put("bytes", new byte[] {1, 2, 3});
        headers.put("none", null);
        headers.put("list", List.of(1, "two", List.of(true)));
        headers.put("table", Map.of("a", Map.of("b", 1)));
        BasicProperties sent = new BasicProperties.Builder()
                .contentType("text/plain")
                .contentEncoding("identity")
                .headers(headers)
                .deliveryMode(2)
                .priority(3)
                .correlationId("c")
                .replyTo("r")
                .messageId("m")
                .timestamp(new Date(1_700_000_001_000L))
                .type("t")
                .userId("guest")
                .appId("a")
                .build();
        byte[] body = new byte[300_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        String queue = queue();
        consume(queue, false);
        channel.basicPublish("", queue, sent, body);

        Delivery got = next(deliveries);
        assertArrayEquals(body, got.getBody());
        assertEquals(queue, got.getEnvelope().getRoutingKey());
        assertEquals("", got.getEnvelope().getExchange());
        assertFalse(got.getEnvelope().isRedeliver());
        assertEquals(
                comparable(sent.getHeaders()), comparable(got.getProperties().getHeaders()));
        assertEquals(
                sent.builder().headers(null).build(),
                got.getProperties().builder().headers(null).build());
    }

    @Test
    void empty_body_arrives_empty() throws Exception {
        String queue = queue();
        consume(queue, true);
        publish(queue, "");
        assertEquals(0, next(deliveries).getBody().length);
    }

    @Test
    void messages_arrive_in_the_order_of_their_publishing() throws Exception {
        String queue = queue();
        publishNumbers(queue, 500);
        consume(queue, true);
        publishNumbers(queue, 500);
        for (int i = 0; i < 1_000; i++) {
            assertEquals(Integer.toString(i % 500), text(next(deliveries).getBody()));
        }
    }

    @Test
    void acknowledged_messages_are_gone_and_the_others_come_back_in_order_and_marked() throws Exception {
        String queue = sharedQueue("ack-some");
        publishNumbers(queue, 10);
        Channel second = connection.createChannel();
        List<GetResponse> got = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            got.add(awaitMessage(second, queue));
        }
        second.basicAck(got.get(3).getEnvelope().getDeliveryTag(), true);
        second.basicAck(got.get(7).getEnvelope().getDeliveryTag(), false);
        second.close();
        for (String expected : List.of("4", "5", "6", "8", "9")) {
            GetResponse again = awaitMessage(channel, queue);
            assertEquals(expected, text(again.getBody()));
            assertTrue(again.getEnvelope().isRedeliver());
        }
        assertNull(channel.basicGet(queue, true));
        channel.queueDelete(queue);
    }

    @Test
    void tag_0_with_multiple_acknowledges_everything() throws Exception {
        String queue = sharedQueue("ack-all");
        publishNumbers(queue, 5);
        Channel second = connection.createChannel();
        for (int i = 0; i < 5; i++) {
            awaitMessage(second, queue);
        }
        second.basicAck(0, true);
        second.close();
        assertEquals(0, channel.queueDelete(queue).getMessageCount());
    }

    @Test
    void requeued_messages_go_back_to_their_old_places() throws Exception {
        String queue = queue();
        publishNumbers(queue, 6);
        List<Long> tags = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tags.add(awaitMessage(channel, queue).getEnvelope().getDeliveryTag());
        }
        channel.basicReject(tags.get(2), true);
        channel.basicNack(tags.get(1), true, true);
        channel.basicAck(tags.get(3), false);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            GetResponse got = awaitMessage(channel, queue);
            order.add(text(got.getBody()) + (got.getEnvelope().isRedeliver() ? "!" : ""));
        }
        assertEquals(List.of("0!", "1!", "2!", "4", "5"), order);
    }

    @Test
    void refused_messages_without_requeue_are_gone() throws Exception {
        String queue = queue();
        publishNumbers(queue, 3);
        consume(queue, false);
        channel.basicReject(next(deliveries).getEnvelope().getDeliveryTag(), false);
        next(deliveries);
        channel.basicNack(next(deliveries).getEnvelope().getDeliveryTag(), true, false);
        channel.basicPublish("", queue, null, bytes("last"));
        assertEquals("last", text(next(deliveries).getBody()));
    }

    @Test
    void requeued_message_is_delivered_again_and_marked() throws Exception {
        String queue = queue();
        consume(queue, false);
        publish(queue, "m");
        Delivery first = next(deliveries);
        assertFalse(first.getEnvelope().isRedeliver());
        for (int i = 0; i < 10; i++) {
            channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
            first = next(deliveries);
            assertTrue(first.getEnvelope().isRedeliver());
        }
    }

    @Test
    void recover_gives_everything_again() throws Exception {
        String queue = queue();
        publishNumbers(queue, 3);
        for (int i = 0; i < 3; i++) {
            awaitMessage(channel, queue);
        }
        channel.basicRecover(true);
        assertEquals("0", text(awaitMessage(channel, queue).getBody()));
    }

    @Test
    void prefetch_bounds_what_one_consumer_holds() throws Exception {
        String queue = queue();
        channel.basicQos(3);
        publishNumbers(queue, 10);
        consume(queue, false);
        List<Delivery> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(next(deliveries));
        }
        assertEquals(7, ready(queue));
        assertTrue(deliveries.isEmpty());
        channel.basicAck(held.get(1).getEnvelope().getDeliveryTag(), true);
        assertEquals("3", text(next(deliveries).getBody()));
        assertEquals("4", text(next(deliveries).getBody()));
        assertEquals(5, ready(queue));
    }

    @Test
    void prefetch_of_the_channel_bounds_all_its_consumers_together() throws Exception {
        String one = queue();
        String other = queue();
        channel.basicQos(4, true);
        publishNumbers(one, 5);
        publishNumbers(other, 5);
        consume(one, false);
        consume(other, false);
        eventually().until(() -> deliveries.size() == 4);
        assertEquals(6, ready(one) + ready(other));
        channel.basicAck(0, true);
        eventually().until(() -> deliveries.size() == 8);
    }

    @Test
    void consumers_of_a_queue_take_turns() throws Exception {
        String queue = queue();
        BlockingQueue<Delivery> others = new LinkedBlockingQueue<>();
        channel.basicConsume(queue, true, (tag, delivery) -> deliveries.add(delivery), tag -> {});
        channel.basicConsume(queue, true, (tag, delivery) -> others.add(delivery), tag -> {});
        publishNumbers(queue, 100);
        eventually().until(() -> deliveries.size() + others.size() == 100);
        assertEquals(50, others.size());
    }

    @Test
    void get_tells_how_many_are_left_and_nothing_of_an_empty_queue() throws Exception {
        String queue = queue();
        publishNumbers(queue, 3);
        eventually().until(() -> ready(queue) == 3);
        assertEquals(2, channel.basicGet(queue, true).getMessageCount());
        assertEquals(1, channel.basicGet(queue, true).getMessageCount());
        assertEquals("2", text(channel.basicGet(queue, true).getBody()));
        assertNull(channel.basicGet(queue, true));
    }

    @Test
    void cancelled_consumer_gets_no_more_and_keeps_what_it_holds() throws Exception {
        String queue = queue();
        String tag = consume(queue, false);
        publish(queue, "held");
        Delivery held = next(deliveries);
        channel.basicCancel(tag);
        publish(queue, "after");
        eventually().until(() -> ready(queue) == 1);
        assertTrue(deliveries.isEmpty());
        channel.basicAck(held.getEnvelope().getDeliveryTag(), false);
        assertEquals("after", text(channel.basicGet(queue, true).getBody()));
    }

    @Test
    void consumer_is_told_when_its_queue_is_deleted() throws Exception {
        String queue = queue();
        BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
        String tag = channel.basicConsume(queue, true, (t, delivery) -> {}, cancelled::add);
        connection.createChannel().queueDelete(queue);
        assertEquals(tag, next(cancelled));
    }

    @Test
    void exclusive_consumer_has_its_queue_to_itself() throws Exception {
        String queue = queue();
        channel.basicConsume(queue, true, "me", false, true, null, (tag, delivery) -> {}, tag -> {});
        Channel second = connection.createChannel();
        assertEquals(403, channelError(() -> second.basicConsume(queue, true, (tag, delivery) -> {}, tag -> {})));
        channel.basicCancel("me");
        connection.createChannel().basicConsume(queue, true, (tag, delivery) -> {}, tag -> {});
    }

    @Test
    void what_a_lost_connection_held_comes_back_marked() throws Exception {
        String queue = sharedQueue("lost-connection");
        publishNumbers(queue, 2);
        try (var other = broker().connect()) {
            assertEquals("0", text(awaitMessage(other.createChannel(), queue).getBody()));
        }
        GetResponse first = awaitMessage(channel, queue);
        assertEquals("0", text(first.getBody()));
        assertTrue(first.getEnvelope().isRedeliver());
        GetResponse second = awaitMessage(channel, queue);
        assertEquals("1", text(second.getBody()));
        assertFalse(second.getEnvelope().isRedeliver());
        channel.queueDelete(queue);
    }

    private String consume(String queue, boolean settled) throws IOException {
        return channel.basicConsume(queue, settled, (tag, delivery) -> deliveries.add(delivery), tag -> {});
    }

    private String sharedQueue(String name) throws IOException {
        return channel.queueDeclare(name, true, false, false, null).getQueue();
    }

    /** Headers as they can be compared: long strings as strings, bytes as lists. */
    private static Object comparable(Object value) {
        if (value instanceof Map<?, ?> table) {
            Map<String, Object> converted = new HashMap<>();
            table.forEach((name, inner) -> converted.put((String) name, inner == null ? "null" : comparable(inner)));
            return converted;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(ConsumingTest::comparable).toList();
        }
        if (value instanceof byte[] bytes) {
            return "bytes " + java.util.Arrays.toString(bytes);
        }
        return value instanceof LongString text ? text.toString() : value;
    }
}
