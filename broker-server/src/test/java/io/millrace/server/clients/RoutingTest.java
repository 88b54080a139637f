package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which queues a message reaches, by type of exchange. */
class RoutingTest extends AgainstBroker {
    private final List<String> queues = new ArrayList<>();

    @Test
    void direct_exchange_compares_keys() throws Exception {
        exchange("r.direct", BuiltinExchangeType.DIRECT);
        bound("r.direct", "a", "b", "a.b");
        assertEquals("0", reached("r.direct", "a", null));
        assertEquals("2", reached("r.direct", "a.b", null));
        assertEquals("", reached("r.direct", "A", null));
    }

    @Test
    void fanout_exchange_reaches_all() throws Exception {
        exchange("r.fanout", BuiltinExchangeType.FANOUT);
        bound("r.fanout", "a", "b", "");
        assertEquals("0 1 2", reached("r.fanout", "whatever", null));
    }

    @Test
    void topic_exchange_matches_words() throws Exception {
        exchange("r.topic", BuiltinExchangeType.TOPIC);
        bound("r.topic", "order.*.paid", "order.#", "#", "*.eu.*", "#.paid", "");
        assertEquals("0 1 2 3 4", reached("r.topic", "order.eu.paid", null));
        assertEquals("1 2", reached("r.topic", "order", null));
        assertEquals("1 2", reached("r.topic", "order.eu.paid.late", null));
        assertEquals("2 4", reached("r.topic", "paid", null));
        assertEquals("2 5", reached("r.topic", "", null));
    }

    @Test
    void headers_exchange_matches_all_or_any() throws Exception {
        exchange("r.headers", BuiltinExchangeType.HEADERS);
        for (Map<String, Object> arguments : List.<Map<String, Object>>of(
                Map.of("x-match", "all", "format", "pdf", "pages", 2),
                Map.of("x-match", "any", "format", "pdf", "pages", 2),
                Map.of("format", "zip"))) {
            String queue = queue();
            queues.add(queue);
            channel.queueBind(queue, "r.headers", "", arguments);
        }
        assertEquals("0 1", reached("r.headers", "", Map.of("format", "pdf", "pages", 2)));
        assertEquals("1", reached("r.headers", "", Map.of("format", "pdf", "pages", 3)));
        assertEquals("2", reached("r.headers", "", Map.of("format", "zip", "other", true)));
        assertEquals("", reached("r.headers", "", null));
    }

    @Test
    void message_reaches_a_queue_once_even_over_two_bindings() throws Exception {
        exchange("r.twice", BuiltinExchangeType.TOPIC);
        String queue = queue();
        channel.queueBind(queue, "r.twice", "#");
        channel.queueBind(queue, "r.twice", "a.*");
        channel.basicPublish("r.twice", "a.b", null, bytes("m"));
        eventually().until(() -> ready(queue) > 0);
        assertEquals(1, ready(queue));
    }

    @Test
    void default_exchange_reaches_the_queue_of_that_name() throws Exception {
        queues.add(queue());
        assertEquals("0", reached("", queues.get(0), null));
    }

    @Test
    void alternate_exchange_gets_what_no_queue_takes() throws Exception {
        exchange("r.rest", BuiltinExchangeType.FANOUT);
        bound("r.rest", "");
        channel.exchangeDeclare(
                "r.first", BuiltinExchangeType.DIRECT, false, true, Map.of("alternate-exchange", "r.rest"));
        bound("r.first", "known");
        assertEquals("1", reached("r.first", "known", null));
        assertEquals("0", reached("r.first", "unknown", null));
    }

    private void exchange(String name, BuiltinExchangeType type) throws IOException {
        channel.exchangeDeclare(name, type, false, true, null);
    }

    private void bound(String exchange, String... keys) throws IOException {
        for (String key : keys) {
            String queue = queue();
            queues.add(queue);
            channel.queueBind(queue, exchange, key);
        }
    }

    /** The numbers of the queues that a message reaches. */
    private String reached(String exchange, String key, Map<String, Object> headers) throws Exception {
        BasicProperties properties = new BasicProperties.Builder()
                .headers(headers == null ? null : new HashMap<>(headers))
                .build();
        channel.confirmSelect();
        channel.basicPublish(exchange, key, properties, bytes("m"));
        channel.waitForConfirmsOrDie(20_000);
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < queues.size(); i++) {
            if (channel.basicGet(queues.get(i), true) != null) {
                reached.add(Integer.toString(i));
            }
        }
        return String.join(" ", reached);
    }
}
