package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Login, negotiation, heartbeats. */
class ConnectionsTest extends AgainstBroker {
    @AfterEach
    void neighbours_are_served() throws Exception {
        channel.queueDelete(channel.queueDeclare().getQueue());
    }

    @Test
    void wrong_password_and_unknown_user_are_refused_in_the_same_words() {
        ConnectionFactory factory = broker().factory();
        factory.setPassword("wrong");
        String wrong = refusal(factory);
        factory.setUsername("nobody");
        String unknown = refusal(factory);
        factory.setUsername("");
        factory.setPassword("");
        String empty = refusal(factory);
        assertEquals(wrong, unknown);
        assertEquals(wrong, empty);
        assertTrue(wrong.startsWith("ACCESS_REFUSED"), wrong);
    }

    @Test
    void unknown_virtual_host_is_530() {
        ConnectionFactory factory = broker().factory();
        factory.setVirtualHost("/not-there");
        IOException refused = assertThrows(IOException.class, factory::newConnection);
        ShutdownSignalException signal = assertInstanceOf(ShutdownSignalException.class, refused.getCause());
        assertEquals(
                530,
                assertInstanceOf(AMQP.Connection.Close.class, signal.getReason())
                        .getReplyCode());
    }

    @Test
    void client_learns_what_the_broker_is_and_can() {
        Map<String, Object> properties = connection.getServerProperties();
        assertEquals("Millrace", String.valueOf(properties.get("product")));
        Map<?, ?> capabilities = assertInstanceOf(Map.class, properties.get("capabilities"));
        for (String capability : new String[] {
            "publisher_confirms",
            "exchange_exchange_bindings",
            "basic.nack",
            "consumer_cancel_notify",
            "connection.blocked",
            "consumer_priorities",
            "authentication_failure_close",
            "per_consumer_qos",
            "direct_reply_to"
        }) {
            assertEquals(true, capabilities.get(capability), capability);
        }
    }

    @Test
    void limits_are_agreed() throws Exception {
        ConnectionFactory factory = broker().factory();
        factory.setRequestedChannelMax(3);
        factory.setRequestedFrameMax(4_096);
        factory.setRequestedHeartbeat(7);
        try (Connection small = factory.newConnection()) {
            assertEquals(3, small.getChannelMax());
            assertEquals(4_096, small.getFrameMax());
            assertEquals(7, small.getHeartbeat());
            var smallChannel = small.createChannel();
            String queue = smallChannel.queueDeclare().getQueue();
            smallChannel.basicPublish("", queue, null, new byte[100_000]);
            assertEquals(100_000, awaitMessage(smallChannel, queue).getBody().length);
        }
    }

    @Test
    void silent_connection_lives_by_its_heartbeats() throws Exception {
        ConnectionFactory factory = broker().factory();
        factory.setRequestedHeartbeat(1);
        try (Connection silent = factory.newConnection()) {
            assertEquals(1, silent.getHeartbeat());
            // Both sides would have given up after 2 s to 3 s without the other's heartbeats.
            Awaitility.await()
                    .during(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(10))
                    .until(silent::isOpen);
            silent.createChannel().queueDeclare();
        }
    }

    @Test
    void connections_come_and_go() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (Connection one = broker().connect()) {
                one.createChannel().queueDeclare();
            }
        }
    }

    @Test
    void client_that_closes_while_it_still_publishes_reads_the_answer() throws Exception {
        // A client that sends by channel in turn closes before all that it published before is sent.
        byte[] publish = RawConnection.frame(
                RawConnection.METHOD, 1, RawConnection.method(60 << 16 | 40, (short) 0, "", "nowhere", (byte) 0));
        byte[] empty = RawConnection.frame(2, 1, RawConnection.method(60 << 16, 0, 0, (short) 0));
        byte[] close = RawConnection.frame(
                RawConnection.METHOD, 0, RawConnection.method(10 << 16 | 50, (short) 200, "bye", (short) 0, (short) 0));
        try (RawConnection raw = new RawConnection(broker().port())) {
            raw.open();
            raw.send(close);
            for (int i = 0; i < 20_000; i++) {
                raw.send(publish, empty);
            }
            raw.endSending();
            assertEquals(10 << 16 | 51, raw.readMethod());
        }
    }

    private static String refusal(ConnectionFactory factory) {
        return assertThrows(AuthenticationFailureException.class, factory::newConnection)
                .getMessage();
    }
}
