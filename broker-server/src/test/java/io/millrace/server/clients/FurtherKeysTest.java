package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Headers CC and BCC: routing keys besides the first. */
class FurtherKeysTest extends AgainstBroker {

    private static BasicProperties headers(Object... namesAndValues) {
        Map<String, Object> headers = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new BasicProperties.Builder().headers(headers).build();
    }

    private Map<String, String> taken(String queue) throws Exception {
        GetResponse got = awaitMessage(channel, queue);
        channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
        Map<String, String> texts = new HashMap<>();
        got.getProps().getHeaders().forEach((name, value) -> texts.put(name, String.valueOf(value)));
        texts.put("key", got.getEnvelope().getRoutingKey());
        return texts;
    }

    @Test
    void each_queue_gets_the_message_once_and_sees_no_bcc() throws Exception {
        String first = queue();
        String copy = queue();
        String hidden = queue();
        BasicProperties properties =
                headers("CC", List.of(copy, copy, first, "nowhere"), "BCC", List.of(hidden), "own", 1);
        channel.basicPublish("", first, properties, bytes("m"));
        for (String queue : List.of(first, copy, hidden)) {
            Map<String, String> seen = taken(queue);
            assertEquals(first, seen.get("key"), "the key is the one of the publish");
            assertEquals("[" + copy + ", " + copy + ", " + first + ", nowhere]", seen.get("CC"));
            assertEquals(new TreeSet<>(List.of("CC", "key", "own")), new TreeSet<>(seen.keySet()));
            assertNull(channel.basicGet(queue, true));
        }
    }

    @Test
    void every_key_is_routed_by_topic_and_through_other_exchanges() throws Exception {
        channel.exchangeDeclare("cc.topic", "topic", false, true, null);
        channel.exchangeDeclare("cc.direct", "direct", false, true, null);
        String topic = queue();
        String direct = queue();
        channel.queueBind(topic, "cc.topic", "a.*");
        channel.queueBind(direct, "cc.direct", "b.c");
        channel.exchangeBind("cc.direct", "cc.topic", "b.#");
        channel.basicPublish("cc.topic", "none", headers("CC", List.of("a.b", "b.c")), bytes("m"));
        assertEquals("none", taken(topic).get("key"));
        assertEquals("none", taken(direct).get("key"));
    }

    @Test
    void a_message_that_has_to_wait_waits_under_all_its_keys() throws Exception {
        channel.exchangeDeclare("cc.delayed", "x-delayed-message", false, true, Map.of("x-delayed-type", "direct"));
        String queue = queue();
        channel.queueBind(queue, "cc.delayed", "b");
        channel.confirmSelect();
        channel.basicPublish("cc.delayed", "a", headers("CC", List.of("b"), "x-delay", 600_000), bytes("m"));
        channel.waitForConfirmsOrDie(20_000);
        assertEquals(0, ready(queue));
        channel.basicPublish("cc.delayed", "a", headers("CC", List.of("b"), "x-delay", 1), bytes("m"));
        assertEquals("a", taken(queue).get("key"));
    }

    @Test
    void a_returned_message_has_no_bcc() throws Exception {
        BlockingQueue<Map<String, Object>> returned = new LinkedBlockingQueue<>();
        channel.addReturnListener(
                message -> returned.add(message.getProperties().getHeaders()));
        BasicProperties properties = headers("CC", List.of("nowhere"), "BCC", List.of("nowhere else"));
        channel.basicPublish("", "not there", true, properties, bytes("m"));
        assertEquals(List.of("CC"), new ArrayList<>(next(returned).keySet()));
    }

    @Test
    void a_dead_letter_is_routed_by_all_keys_again_and_tells_of_those_that_show() throws Exception {
        channel.exchangeDeclare("cc.dead", "direct", false, true, null);
        Map<String, String> dead = new HashMap<>();
        for (String key : List.of("k", "kc", "kb")) {
            String queue = queue();
            dead.put(key, queue);
            channel.queueBind(queue, "cc.dead", key);
        }
        String source = channel.queueDeclare("", false, true, false, Map.of("x-dead-letter-exchange", "cc.dead"))
                .getQueue();
        channel.queueBind(source, "amq.fanout", "");
        channel.basicPublish("amq.fanout", "k", headers("CC", List.of("kc"), "BCC", List.of("kb")), bytes("m"));
        GetResponse got = awaitMessage(channel, source);
        channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
        for (String queue : dead.values()) {
            GetResponse letter = awaitMessage(channel, queue);
            Map<String, Object> headers = letter.getProps().getHeaders();
            assertEquals("k", letter.getEnvelope().getRoutingKey());
            assertEquals("[kc]", String.valueOf(headers.get("CC")));
            assertNull(headers.get("BCC"));
            List<?> deaths = (List<?>) headers.get("x-death");
            assertNotNull(deaths);
            assertEquals("[k, kc]", String.valueOf(((Map<?, ?>) deaths.get(0)).get("routing-keys")));
        }
    }

    @Test
    void a_dead_letter_with_a_key_of_its_own_has_no_others() throws Exception {
        String target = queue();
        String other = queue();
        String source = channel.queueDeclare(
                        "",
                        false,
                        true,
                        false,
                        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", target))
                .getQueue();
        channel.queueBind(source, "amq.fanout", "");
        channel.basicPublish("amq.fanout", "k", headers("CC", List.of(other)), bytes("m"));
        GetResponse got = awaitMessage(channel, source);
        channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
        assertNull(taken(target).get("CC"));
        assertEquals(0, ready(other));
    }

    @Test
    void keys_that_are_no_array_are_refused() throws Exception {
        for (String header : List.of("CC", "BCC")) {
            com.rabbitmq.client.Channel victim = connection.createChannel();
            victim.basicPublish("", "k", headers(header, "text"), bytes("m"));
            assertEquals(406, laterChannelError(victim));
            com.rabbitmq.client.AMQP.Channel.Close close = (com.rabbitmq.client.AMQP.Channel.Close)
                    victim.getCloseReason().getReason();
            assertEquals(
                    "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"" + header + "\",longstr}",
                    close.getReplyText());
        }
    }
}
