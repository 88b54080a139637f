package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.RpcClient;
import com.rabbitmq.client.RpcClientParams;
import com.rabbitmq.client.RpcServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Which message goes first and to whom: priorities, a single active consumer, direct replies, transactions. */
class DispatchingTest extends AgainstBroker {
    private static final String REPLY_TO = "amq.rabbitmq.reply-to";

    private static BasicProperties persistent(int priority) {
        return new BasicProperties.Builder().deliveryMode(2).priority(priority).build();
    }

    private static void consume(Channel on, String queue, int priority, BlockingQueue<Delivery> into) throws Exception {
        on.basicConsume(
                queue, true, "", false, false, Map.of("x-priority", priority), (tag, d) -> into.add(d), tag -> {});
    }

    @Test
    void requests_and_direct_replies_cross_connections() throws Exception {
        try (Connection other = broker().connect()) {
            Channel serving = other.createChannel();
            String queue = serving.queueDeclare().getQueue();
            RpcServer server = new RpcServer(serving, queue) {
                @Override
                public byte[] handleCall(byte[] request, BasicProperties replyProperties) {
                    return bytes("re: " + text(request));
                }
            };
            Thread loop = new Thread(
                    () -> {
                        try {
                            server.mainloop();
                        } catch (Exception e) {
                            // The connection has gone: the test is over.
                        }
                    },
                    "rpc-server");
            loop.start();
            RpcClient client = new RpcClient(new RpcClientParams()
                    .channel(channel)
                    .exchange("")
                    .routingKey(queue)
                    .replyTo(REPLY_TO)
                    .timeout(20_000));
            for (int i = 0; i < 100; i++) {
                assertEquals("re: " + i, text(client.primitiveCall(bytes(String.valueOf(i)))));
            }
            client.close();
            server.terminateMainloop();
            loop.join(20_000);
        }
    }

    @Test
    void a_reply_to_a_channel_that_has_closed_is_returned_if_it_is_mandatory() throws Exception {
        String queue = queue();
        Channel asking = connection.createChannel();
        asking.basicConsume(REPLY_TO, true, (tag, d) -> {}, tag -> {});
        asking.basicPublish(
                "", queue, new BasicProperties.Builder().replyTo(REPLY_TO).build(), bytes("?"));
        String address = awaitMessage(channel, queue).getProps().getReplyTo();
        assertEquals(1, channel.queueDeclarePassive(address).getConsumerCount());
        asking.close();
        BlockingQueue<String> returned = new LinkedBlockingQueue<>();
        channel.addReturnListener(back -> returned.add(text(back.getBody())));
        channel.basicPublish("", address, true, null, bytes("late"));
        assertEquals("late", next(returned));
        assertEquals(404, channelError(() -> connection.createChannel().queueDeclarePassive(address)));
        assertEquals(
                406,
                channelError(() -> connection.createChannel().basicConsume(REPLY_TO, false, (t, d) -> {}, t -> {})));
    }

    @Test
    void a_single_active_consumer_is_followed_by_the_next() throws Exception {
        String queue = "d.single";
        channel.queueDeclare(queue, true, false, false, Map.of("x-single-active-consumer", true));
        BlockingQueue<Delivery> first = new LinkedBlockingQueue<>();
        BlockingQueue<Delivery> second = new LinkedBlockingQueue<>();
        Connection leaving = broker().connect();
        Channel holding = leaving.createChannel();
        holding.basicQos(1);
        holding.basicConsume(queue, false, (tag, d) -> first.add(d), tag -> {});
        Channel waiting = connection.createChannel();
        waiting.basicConsume(queue, true, (tag, d) -> second.add(d), tag -> {});
        assertEquals(
                403,
                channelError(() -> connection
                        .createChannel()
                        .basicConsume(queue, true, "", false, true, Map.of(), (t, d) -> {}, t -> {})));
        for (int i = 0; i < 3; i++) {
            channel.basicPublish("", queue, null, bytes("m" + i));
        }
        assertEquals("m0", text(next(first).getBody()));
        assertNull(second.peek(), "the other one waits");
        leaving.close();
        for (int i = 0; i < 3; i++) {
            Delivery delivery = next(second);
            assertEquals("m" + i, text(delivery.getBody()));
            assertEquals(i == 0, delivery.getEnvelope().isRedeliver());
        }
        assertEquals(1, first.size() + 1, "nothing more came to the first");
        channel.queueDelete(queue);
    }

    @Test
    void the_consumer_of_the_highest_priority_is_served_until_it_goes() throws Exception {
        String queue = queue();
        BlockingQueue<Delivery> low = new LinkedBlockingQueue<>();
        BlockingQueue<Delivery> high = new LinkedBlockingQueue<>();
        Channel highs = connection.createChannel();
        consume(channel, queue, -1, low);
        consume(highs, queue, 10, high);
        for (int i = 0; i < 20; i++) {
            channel.basicPublish("", queue, null, bytes("m" + i));
        }
        for (int i = 0; i < 20; i++) {
            assertEquals("m" + i, text(next(high).getBody()));
        }
        highs.close();
        channel.basicPublish("", queue, null, bytes("last"));
        assertEquals("last", text(next(low).getBody()));
        assertEquals(
                406,
                channelError(() -> connection
                        .createChannel()
                        .basicConsume(queue, true, Map.of("x-priority", "a"), (t, d) -> {}, t -> {})));
    }

    @Test
    void priorities_of_messages_survive_a_restart() throws Exception {
        Map<String, Object> arguments = Map.of("x-max-priority", 10);
        channel.queueDeclare("d.priority", true, false, false, arguments);
        channel.confirmSelect();
        for (int i = 0; i < 100; i++) {
            channel.basicPublish("", "d.priority", persistent(i % 20), bytes(String.valueOf(i)));
        }
        channel.waitForConfirmsOrDie(20_000);
        broker().restart();
        connect();
        channel.queueDeclare("d.priority", true, false, false, arguments);
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            GetResponse next = channel.basicGet("d.priority", true);
            got.add(Integer.parseInt(text(next.getBody())));
        }
        List<Integer> expected = new ArrayList<>(got);
        expected.sort((a, b) ->
                Math.min(10, a % 20) != Math.min(10, b % 20) ? Math.min(10, b % 20) - Math.min(10, a % 20) : a - b);
        assertEquals(expected, got);
        channel.queueDelete("d.priority");
        assertEquals(
                406,
                channelError(() -> connection
                        .createChannel()
                        .queueDeclare("d.priority", true, false, false, Map.of("x-max-priority", 256))));
    }

    @Test
    void a_transaction_is_committed_and_rolled_back_as_a_whole_and_survives_a_restart() throws Exception {
        channel.queueDeclare("d.one", true, false, false, null);
        channel.queueDeclare("d.two", true, false, false, null);
        channel.basicPublish("", "d.one", MessageProperties.PERSISTENT_BASIC, bytes("old"));
        long tag = awaitMessage(channel, "d.one").getEnvelope().getDeliveryTag();
        BlockingQueue<String> returned = new LinkedBlockingQueue<>();
        channel.addReturnListener(back -> returned.add(text(back.getBody())));
        channel.txSelect();
        channel.basicPublish("", "d.two", MessageProperties.PERSISTENT_BASIC, bytes("never"));
        channel.basicAck(tag, false);
        channel.txRollback();
        assertEquals(0, connection.createChannel().queueDeclarePassive("d.two").getMessageCount());
        channel.basicPublish("", "d.two", MessageProperties.PERSISTENT_BASIC, bytes("new"));
        channel.basicPublish("", "d.nowhere", true, null, bytes("back"));
        channel.basicAck(tag, false);
        assertEquals(0, connection.createChannel().queueDeclarePassive("d.two").getMessageCount());
        assertTrue(returned.isEmpty());
        channel.txCommit();
        assertEquals("back", next(returned));

        broker().restart();
        connect();

        assertNull(channel.basicGet("d.one", true));
        assertEquals("new", text(awaitMessage(channel, "d.two").getBody()));
        channel.queueDelete("d.one");
        channel.queueDelete("d.two");
    }

    @Test
    void transactions_and_confirms_exclude_each_other() throws Exception {
        Channel both = connection.createChannel();
        both.txSelect();
        assertEquals(406, channelError(both::confirmSelect));
        assertEquals(406, channelError(() -> connection.createChannel().txCommit()));
    }
}
