package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What has to do with time, as a client sees it. No test asks how long something took, only what comes and in which order. */
class TimesTest extends AgainstBroker {

    private void publish(String exchange, String key, String body, BasicProperties properties) throws IOException {
        channel.basicPublish(exchange, key, properties, bytes(body));
    }

    private static BasicProperties expiring(String millis) {
        return new BasicProperties.Builder().expiration(millis).deliveryMode(2).build();
    }

    private static BasicProperties delayed(Object millis) {
        return new BasicProperties.Builder()
                .headers(Map.of("x-delay", millis, "mine", "kept"))
                .deliveryMode(2)
                .build();
    }

    private BlockingQueue<Delivery> consume(String queue, Map<String, Object> arguments) throws IOException {
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        DeliverCallback callback = (tag, delivery) -> deliveries.add(delivery);
        channel.basicConsume(queue, false, arguments, callback, tag -> {});
        return deliveries;
    }

    @Test
    void message_with_a_ttl_of_zero_lives_only_if_a_consumer_takes_it_at_once() throws Exception {
        channel.queueDeclare("t.zero", false, false, true, Map.of("x-message-ttl", 0));
        publish("t.zero", "nobody is there");
        assertNull(channel.basicGet("t.zero", true));
        BlockingQueue<Delivery> deliveries = consume("t.zero", Map.of());
        publish("t.zero", "taken");
        assertEquals("taken", text(next(deliveries).getBody()));
    }

    @Test
    void message_expires_behind_one_that_stays_longer() throws Exception {
        String grave = queue();
        channel.queueDeclare(
                "t.behind",
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", grave));
        publish("", "t.behind", "long", expiring("3600000"));
        publish("", "t.behind", "short", expiring("20"));
        GetResponse dead = awaitMessage(channel, grave);
        assertEquals("short", text(dead.getBody()));
        assertNull(dead.getProps().getExpiration(), "taken away, or it would expire again");
        Map<?, ?> death = (Map<?, ?>) ((List<?>) dead.getProps().getHeaders().get("x-death")).get(0);
        assertEquals("expired", String.valueOf(death.get("reason")));
        assertEquals("20", String.valueOf(death.get("original-expiration")));
        assertEquals(1, ready("t.behind"));
        GetResponse left = channel.basicGet("t.behind", true);
        assertEquals("3600000", left.getProps().getExpiration());
    }

    @Test
    void rejected_message_comes_again_by_a_retry_queue_with_a_ttl() throws Exception {
        channel.queueDeclare(
                "t.work",
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "t.retry"));
        channel.queueDeclare(
                "t.retry",
                true,
                false,
                false,
                Map.of("x-message-ttl", 50, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", "t.work"));
        BlockingQueue<Delivery> deliveries = consume("t.work", Map.of());
        publish("t.work", "m");
        for (int attempt = 0; attempt < 3; attempt++) {
            Delivery delivery = next(deliveries);
            channel.basicReject(delivery.getEnvelope().getDeliveryTag(), false);
        }
        Delivery last = next(deliveries);
        List<?> deaths = (List<?>) last.getProperties().getHeaders().get("x-death");
        assertEquals(2, deaths.size());
        for (Object death : deaths) {
            assertEquals(3L, ((Map<?, ?>) death).get("count"));
        }
        channel.basicAck(last.getEnvelope().getDeliveryTag(), false);
    }

    @Test
    void queue_that_nobody_uses_expires() throws Exception {
        channel.queueDeclare("t.expires", true, false, false, Map.of("x-expires", 100));
        // Asking is a use: it must be asked less often than it expires.
        eventually().pollInterval(Duration.ofSeconds(1)).until(() -> {
            Channel asking = connection.createChannel();
            try {
                asking.queueDeclarePassive("t.expires");
                asking.close();
                return false;
            } catch (IOException gone) {
                return true;
            }
        });
    }

    @Test
    void delayed_messages_come_in_the_order_of_their_times_with_the_sign_turned() throws Exception {
        channel.exchangeDeclare("t.delayed", "x-delayed-message", true, false, Map.of("x-delayed-type", "direct"));
        String queue = queue();
        channel.queueBind(queue, "t.delayed", "k");
        channel.confirmSelect();
        publish("t.delayed", "k", "last", delayed(4_000));
        publish("t.delayed", "k", "first", delayed(100L));
        publish("t.delayed", "k", "second", delayed((short) 2_000));
        publish("t.delayed", "k", "at once", delayed(0));
        publish("t.delayed", "k", "plain", null);
        publish("t.delayed", "k", "text is no delay", delayed("5000"));
        channel.waitForConfirmsOrDie(20_000);
        BlockingQueue<Delivery> deliveries = consume(queue, Map.of());
        List<String> bodies = new ArrayList<>();
        List<Object> delays = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Delivery delivery = next(deliveries);
            bodies.add(text(delivery.getBody()));
            Map<String, Object> headers = delivery.getProperties().getHeaders();
            delays.add(headers == null ? "none" : headers.get("x-delay"));
        }
        assertEquals(List.of("at once", "plain", "text is no delay", "first", "second", "last"), bodies);
        assertEquals(List.of(-100L, (short) -2_000, -4_000), delays.subList(3, 6));
        assertEquals(0, delays.get(0));
    }

    @Test
    void delayed_exchange_without_a_known_inner_type_is_refused() throws Exception {
        for (Map<String, Object> arguments :
                List.<Map<String, Object>>of(Map.of(), Map.of("x-delayed-type", "nothing"))) {
            Channel victim = connection.createChannel();
            assertEquals(
                    406,
                    channelError(() -> victim.exchangeDeclare("t.bad", "x-delayed-message", true, false, arguments)));
        }
    }

    @Test
    void consumer_that_settles_nothing_gives_back_what_it_holds_and_goes_on_after_a_late_ack() throws Exception {
        channel.queueDeclare("t.slow", true, false, false, Map.of("x-consumer-timeout", 200));
        channel.basicQos(1);
        BlockingQueue<Delivery> slow = consume("t.slow", Map.of());
        publish("t.slow", "m");
        Delivery held = next(slow);
        try (Channel other = connection.createChannel()) {
            GetResponse again = eventually().until(() -> other.basicGet("t.slow", true), got -> got != null);
            assertEquals("m", text(again.getBody()));
            assertTrue(again.getEnvelope().isRedeliver());
        }
        publish("t.slow", "n");
        channel.basicAck(held.getEnvelope().getDeliveryTag(), false);
        Delivery next = next(slow);
        assertEquals("n", text(next.getBody()), "the channel is open and the consumer goes on");
        channel.basicAck(next.getEnvelope().getDeliveryTag(), false);
    }
}
