package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What a clean stop and the start after it keep, and how clients come through. */
class RestartTest extends AgainstBroker {
    @Test
    void durable_things_stay_with_their_content_and_the_others_go() throws Exception {
        Map<String, Object> arguments = Map.of("x-dead-letter-exchange", "r.exchange");
        channel.exchangeDeclare("r.exchange", "topic", true);
        channel.queueDeclare("r.durable", true, false, false, arguments);
        channel.queueBind("r.durable", "r.exchange", "k.#");
        channel.exchangeDeclare("r.transient-exchange", "topic", false);
        channel.queueDeclare("r.transient", false, false, false, null);
        channel.confirmSelect();
        for (int i = 0; i < 10; i++) {
            channel.basicPublish("r.exchange", "k.a", MessageProperties.PERSISTENT_BASIC, bytes("p" + i));
            channel.basicPublish("r.exchange", "k.a", MessageProperties.BASIC, bytes("t" + i));
        }
        channel.basicPublish("", "r.transient", MessageProperties.PERSISTENT_BASIC, bytes("m"));
        channel.waitForConfirmsOrDie(20_000);
        // The first two are gone, the third has been seen.
        channel.basicGet("r.durable", true);
        channel.basicGet("r.durable", true);
        awaitMessage(channel, "r.durable");

        broker().restart();
        connect();

        assertEquals(404, channelError(() -> connection.createChannel().queueDeclarePassive("r.transient")));
        assertEquals(
                404, channelError(() -> connection.createChannel().exchangeDeclarePassive("r.transient-exchange")));
        channel.exchangeDeclare("r.exchange", "topic", true);
        channel.queueDeclare("r.durable", true, false, false, arguments);
        for (int i = 1; i < 10; i++) {
            GetResponse got = awaitMessage(channel, "r.durable");
            assertEquals("p" + i, text(got.getBody()));
            assertEquals(i == 1, got.getEnvelope().isRedeliver());
            channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
        }
        assertNull(channel.basicGet("r.durable", true));
        channel.basicPublish("r.exchange", "k.b", null, bytes("new"));
        assertEquals("new", text(awaitMessage(channel, "r.durable").getBody()));
        channel.queueDelete("r.durable");
        channel.exchangeDelete("r.exchange");
    }

    @Test
    void ids_limits_and_delivery_counts_hold_after_a_restart() throws Exception {
        channel.queueDeclare(
                "r.limited",
                true,
                false,
                false,
                Map.of("x-message-deduplication", true, "x-max-length", 2, "x-delivery-limit", 1));
        channel.confirmSelect();
        for (String id : new String[] {"a", "b", "c"}) {
            publishWithId("r.limited", id);
        }
        channel.waitForConfirmsOrDie(20_000);
        channel.basicReject(awaitMessage(channel, "r.limited").getEnvelope().getDeliveryTag(), true);
        assertEquals(2, channel.queueDeclarePassive("r.limited").getMessageCount());

        broker().restart();
        connect();

        channel.confirmSelect();
        publishWithId("r.limited", "a");
        channel.waitForConfirmsOrDie(20_000);
        GetResponse b = awaitMessage(channel, "r.limited");
        assertEquals("b", text(b.getBody()));
        channel.basicReject(b.getEnvelope().getDeliveryTag(), true);
        assertEquals("c", text(awaitMessage(channel, "r.limited").getBody()), "b was given back once too often");
        assertNull(channel.basicGet("r.limited", true), "a came before the restart");
        channel.queueDelete("r.limited");
    }

    private void publishWithId(String queue, String id) throws Exception {
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(2)
                .headers(Map.of("x-deduplication-header", id))
                .build();
        channel.basicPublish("", queue, properties, bytes(id));
    }

    @Test
    void deleted_things_stay_deleted() throws Exception {
        channel.queueDeclare("r.deleted", true, false, false, null);
        channel.queueDeclare("r.purged", true, false, false, null);
        for (String queue : new String[] {"r.deleted", "r.purged"}) {
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, bytes("m"));
        }
        channel.queueDelete("r.deleted");
        channel.queuePurge("r.purged");

        broker().restart();
        connect();

        assertEquals(404, channelError(() -> connection.createChannel().queueDeclarePassive("r.deleted")));
        assertEquals(0, channel.queueDelete("r.purged").getMessageCount());
    }

    @Test
    void clients_are_told_that_the_broker_goes() throws Exception {
        BlockingQueue<ShutdownSignalException> signals = new LinkedBlockingQueue<>();
        connection.addShutdownListener(signals::add);
        broker().restart();
        ShutdownSignalException signal = next(signals);
        assertEquals(
                320,
                assertInstanceOf(AMQP.Connection.Close.class, signal.getReason())
                        .getReplyCode());
        assertFalse(signal.isInitiatedByApplication());
    }

    @Test
    void client_with_recovery_goes_on_by_itself() throws Exception {
        ConnectionFactory factory = broker().factory();
        factory.setAutomaticRecoveryEnabled(true);
        factory.setNetworkRecoveryInterval(100);
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        BlockingQueue<Recoverable> recovered = new LinkedBlockingQueue<>();
        try (Connection recovering = factory.newConnection()) {
            ((Recoverable) recovering).addRecoveryListener(new RecoveryListener() {
                @Override
                public void handleRecovery(Recoverable what) {
                    recovered.add(what);
                }

                @Override
                public void handleRecoveryStarted(Recoverable what) {}
            });
            Channel own = recovering.createChannel();
            own.queueDeclare("r.recovery", true, false, false, null);
            String fleeting = own.queueDeclare().getQueue();
            own.queueBind(fleeting, "amq.topic", "r.recovery.#");
            own.basicConsume(
                    "r.recovery",
                    false,
                    (tag, delivery) -> {
                        got.add(text(delivery.getBody()));
                        own.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
            own.basicConsume(fleeting, true, (tag, delivery) -> got.add(text(delivery.getBody())), tag -> {});
            for (int round = 0; round < 3; round++) {
                broker().restart();
                next(recovered);
                own.basicPublish("", "r.recovery", null, bytes("a" + round));
                assertEquals("a" + round, next(got));
                own.basicPublish("amq.topic", "r.recovery.x", null, bytes("b" + round));
                assertEquals("b" + round, next(got));
            }
            own.queueDelete("r.recovery");
        }
        assertTrue(got.isEmpty(), got::toString);
    }
}
