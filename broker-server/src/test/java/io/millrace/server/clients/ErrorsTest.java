package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients may not do, and that they are told by the code that the protocol has for it. */
class ErrorsTest extends AgainstBroker {
    @AfterEach
    void connection_and_its_other_channels_live() throws Exception {
        assertTrue(connection.isOpen());
        channel.queueDelete(channel.queueDeclare().getQueue());
    }

    @Test
    void unknown_queue_is_404() {
        assertEquals(404, channelError(() -> fresh().basicConsume("no-queue", true, (t, d) -> {}, t -> {})));
        assertEquals(404, channelError(() -> fresh().basicGet("no-queue", true)));
        assertEquals(404, channelError(() -> fresh().queuePurge("no-queue")));
        assertEquals(404, channelError(() -> fresh().queueBind("no-queue", "amq.direct", "k")));
    }

    @Test
    void unknown_exchange_is_404() throws Exception {
        assertEquals(404, channelError(() -> fresh().queueBind(queue(), "no-exchange", "k")));
        Channel publishing = fresh();
        publishing.basicPublish("no-exchange", "k", null, bytes("m"));
        assertEquals(404, laterChannelError(publishing));
    }

    @Test
    void declaration_that_differs_is_406() throws Exception {
        channel.queueDeclare("e.queue", true, false, false, null);
        assertEquals(406, channelError(() -> fresh().queueDeclare("e.queue", false, false, false, null)));
        assertEquals(406, channelError(() -> fresh().queueDeclare("e.queue", true, false, true, null)));
        assertEquals(
                406,
                channelError(() -> fresh().queueDeclare(
                                "e.queue", true, false, false, Map.of("x-dead-letter-exchange", "amq.direct"))));
        channel.queueDelete("e.queue");
        assertEquals(406, channelError(() -> fresh().exchangeDeclare("amq.direct", "fanout", true)));
    }

    @Test
    void wrong_arguments_are_406() {
        assertEquals(406, channelError(() -> fresh().exchangeDeclare("e.x", "no-such-type")));
        assertEquals(406, channelError(() -> declare(Map.of("x-dead-letter-exchange", 1))));
        assertEquals(406, channelError(() -> declare(Map.of("x-dead-letter-routing-key", "without an exchange"))));
        assertEquals(406, channelError(() -> declare(Map.of("x-queue-type", "no-such-type"))));
    }

    @Test
    void reserved_names_are_403() {
        assertEquals(403, channelError(() -> fresh().queueDeclare("amq.mine", false, false, false, null)));
        assertEquals(403, channelError(() -> fresh().exchangeDeclare("amq.mine", "direct")));
        assertEquals(403, channelError(() -> fresh().exchangeDelete("amq.direct")));
        assertEquals(403, channelError(() -> fresh().queueBind(queue(), "", "k")));
    }

    @Test
    void unknown_delivery_tag_is_406() throws Exception {
        Channel victim = fresh();
        victim.basicAck(1, false);
        assertEquals(406, laterChannelError(victim));
    }

    @Test
    void delivery_tag_settled_twice_is_406() throws Exception {
        String queue = queue();
        publishNumbers(queue, 2);
        Channel victim = fresh();
        long tag = awaitMessage(victim, queue).getEnvelope().getDeliveryTag();
        victim.basicAck(tag, false);
        victim.basicAck(tag, false);
        assertEquals(406, laterChannelError(victim));
    }

    @Test
    void foreign_user_id_is_406() throws Exception {
        Channel victim = fresh();
        victim.basicPublish(
                "", queue(), new BasicProperties.Builder().userId("other").build(), bytes("m"));
        assertEquals(406, laterChannelError(victim));
    }

    @Test
    void failed_channel_gives_back_what_it_held_and_its_number_can_be_used_again() throws Exception {
        String queue = queue();
        publish(queue, "m");
        Channel victim = connection.createChannel(77);
        awaitMessage(victim, queue);
        assertEquals(404, channelError(() -> victim.queueDeclarePassive("no-queue")));
        assertFalse(victim.isOpen());
        Channel again = connection.createChannel(77);
        assertTrue(awaitMessage(again, queue).getEnvelope().isRedeliver());
    }

    @Test
    void consumer_tag_in_use_is_530_for_the_connection() throws Exception {
        Connection other = broker().connect();
        Channel victim = other.createChannel();
        String queue = victim.queueDeclare().getQueue();
        victim.basicConsume(queue, true, "tag", (t, d) -> {}, t -> {});
        assertEquals(530, connectionError(() -> victim.basicConsume(queue, true, "tag", (t, d) -> {}, t -> {})));
        assertFalse(other.isOpen());
    }

    @Test
    void immediate_is_540_for_the_connection() throws Exception {
        Connection other = broker().connect();
        Channel victim = other.createChannel();
        victim.basicPublish("", "any", false, true, null, bytes("m"));
        eventually().until(() -> !other.isOpen());
        assertEquals(540, connectionError(() -> victim.queueDeclare()));
    }

    private Channel fresh() throws IOException {
        return connection.createChannel();
    }

    private void declare(Map<String, Object> arguments) throws IOException {
        fresh().queueDeclare("e.arguments", false, true, false, arguments);
    }
}
