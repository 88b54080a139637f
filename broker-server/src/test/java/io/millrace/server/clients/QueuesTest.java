package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Life of queues, exchanges and bindings. */
class QueuesTest extends AgainstBroker {
    @Test
    void names_given_by_the_broker_differ_and_are_marked() throws Exception {
        String one = queue();
        String other = queue();
        assertTrue(one.startsWith("amq.gen-"), one);
        assertNotEquals(one, other);
    }

    @Test
    void equal_declaration_changes_nothing_and_counts() throws Exception {
        Map<String, Object> arguments = Map.of("x-dead-letter-exchange", "amq.fanout");
        channel.queueDeclare("again", true, false, false, arguments);
        publishNumbers("again", 3);
        channel.basicQos(1);
        channel.basicConsume("again", false, (tag, delivery) -> {}, tag -> {});
        eventually().until(() -> ready("again") == 2);
        DeclareOk again = channel.queueDeclare("again", true, false, false, arguments);
        assertEquals("again", again.getQueue());
        assertEquals(2, again.getMessageCount());
        assertEquals(1, again.getConsumerCount());
        channel.queueDelete("again");
    }

    @Test
    void passive_declaration_finds_what_is_there_only() throws Exception {
        String queue = queue();
        publishNumbers(queue, 3);
        eventually().until(() -> ready(queue) == 3);
        assertEquals(0, channel.queueDeclarePassive(queue).getConsumerCount());
        assertEquals(404, channelError(() -> connection.createChannel().queueDeclarePassive("not-there")));
        channel.exchangeDeclarePassive("amq.topic");
        assertEquals(404, channelError(() -> connection.createChannel().exchangeDeclarePassive("not-there")));
    }

    @Test
    void exclusive_queue_is_locked_for_others_and_ends_with_its_connection() throws Exception {
        try (Connection owner = broker().connect()) {
            owner.createChannel().queueDeclare("mine", false, true, false, null);
            assertEquals(405, channelError(() -> connection.createChannel().queueDeclarePassive("mine")));
            assertEquals(
                    405,
                    channelError(() ->
                            connection.createChannel().basicConsume("mine", true, (tag, delivery) -> {}, tag -> {})));
            assertEquals(405, channelError(() -> connection.createChannel().queueDelete("mine")));
            assertTrue(connection.isOpen());
        }
        channel.queueDeclare("mine", false, true, false, null);
    }

    @Test
    void auto_delete_queue_ends_with_its_last_consumer() throws Exception {
        channel.queueDeclare("fleeting", false, false, true, null);
        String one = channel.basicConsume("fleeting", true, (tag, delivery) -> {}, tag -> {});
        String other = channel.basicConsume("fleeting", true, (tag, delivery) -> {}, tag -> {});
        channel.basicCancel(one);
        assertEquals(1, channel.queueDeclarePassive("fleeting").getConsumerCount());
        channel.basicCancel(other);
        assertEquals(404, channelError(() -> connection.createChannel().queueDeclarePassive("fleeting")));
    }

    @Test
    void auto_delete_queue_ends_with_the_connection_of_its_last_consumer() throws Exception {
        try (Connection other = broker().connect()) {
            Channel consumer = other.createChannel();
            consumer.queueDeclare("fleeting-2", false, false, true, null);
            consumer.basicConsume("fleeting-2", true, (tag, delivery) -> {}, tag -> {});
            channel.queueDeclarePassive("fleeting-2");
        }
        eventually().until(() -> {
            Channel asking = connection.createChannel();
            try {
                asking.queueDeclarePassive("fleeting-2");
                asking.close();
                return false;
            } catch (java.io.IOException e) {
                return true;
            }
        });
    }

    @Test
    void purge_removes_what_waits_and_counts_it() throws Exception {
        String queue = queue();
        publishNumbers(queue, 5);
        awaitMessage(channel, queue);
        assertEquals(4, channel.queuePurge(queue).getMessageCount());
        assertEquals(0, ready(queue));
        channel.basicRecover(true);
        eventually().until(() -> ready(queue) == 1);
    }

    @Test
    void delete_heeds_its_conditions() throws Exception {
        String queue = queue();
        publish(queue, "m");
        eventually().until(() -> ready(queue) == 1);
        assertEquals(406, channelError(() -> connection.createChannel().queueDelete(queue, false, true)));
        channel.basicConsume(queue, true, "c", (tag, delivery) -> {}, tag -> {});
        assertEquals(406, channelError(() -> connection.createChannel().queueDelete(queue, true, false)));
        channel.basicCancel("c");
        channel.queuePurge(queue);
        channel.queueDelete(queue, true, true);
        // A queue that is not there is as deleted as can be.
        assertEquals(0, channel.queueDelete(queue).getMessageCount());
    }

    @Test
    void unbound_queue_gets_no_more() throws Exception {
        String queue = queue();
        channel.exchangeDeclare("unbinding", "direct");
        channel.queueBind(queue, "unbinding", "k");
        channel.queueBind(queue, "unbinding", "k");
        channel.basicPublish("unbinding", "k", null, bytes("1"));
        eventually().until(() -> ready(queue) == 1);
        channel.queueUnbind(queue, "unbinding", "k");
        channel.basicPublish("unbinding", "k", null, bytes("2"));
        channel.queueUnbind(queue, "unbinding", "k");
        assertEquals(1, ready(queue));
        channel.exchangeDelete("unbinding");
    }

    @Test
    void empty_name_stands_for_the_queue_that_the_channel_declared_last() throws Exception {
        String queue = queue();
        channel.queueBind("", "amq.direct", "last-declared");
        channel.basicPublish("amq.direct", "last-declared", null, bytes("m"));
        eventually().until(() -> ready(queue) == 1);
        assertEquals(1, channel.queuePurge("").getMessageCount());
    }

    @Test
    void exchange_in_use_is_not_deleted_if_unused_is_asked_for() throws Exception {
        String queue = queue();
        channel.exchangeDeclare("used", "fanout", true);
        channel.queueBind(queue, "used", "");
        assertEquals(406, channelError(() -> connection.createChannel().exchangeDelete("used", true)));
        channel.queueUnbind(queue, "used", "");
        channel.exchangeDelete("used", true);
        assertEquals(404, channelError(() -> connection.createChannel().exchangeDeclarePassive("used")));
    }

    @Test
    void auto_delete_exchange_ends_with_its_last_binding() throws Exception {
        String queue = queue();
        channel.exchangeDeclare("fleeting-exchange", "direct", false, true, null);
        channel.queueBind(queue, "fleeting-exchange", "a");
        channel.queueBind(queue, "fleeting-exchange", "b");
        channel.queueUnbind(queue, "fleeting-exchange", "a");
        channel.exchangeDeclarePassive("fleeting-exchange");
        channel.queueUnbind(queue, "fleeting-exchange", "b");
        assertEquals(404, channelError(() -> connection.createChannel().exchangeDeclarePassive("fleeting-exchange")));
    }

    @Test
    void names_may_be_long_and_of_any_script() throws Exception {
        for (String name : List.of("x".repeat(255), "очередь/队列 'q' \"q\" %2F", "a b")) {
            channel.queueDeclare(name, false, false, false, null);
            publish(name, "m");
            assertEquals("m", text(awaitMessage(channel, name).getBody()));
            channel.queueDelete(name);
        }
    }
}
