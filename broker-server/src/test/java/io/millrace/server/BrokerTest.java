package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigSources;
import io.millrace.config.Keys;
import io.millrace.config.Machine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerTest {
    private static final int CONNECTIONS = 4;

    @TempDir
    Path data;

    @ParameterizedTest(name = "{0} event loops")
    @ValueSource(ints = {1, 2})
    void messages_come_back_in_order_and_survive_a_clean_restart(int loops) throws Exception {
        try (Broker broker = start(loops)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                publishAndConsume(broker, "queue" + i);
            }
            try (Connection connection = connect(broker)) {
                Channel channel = connection.createChannel();
                channel.queueDeclare("kept", true, false, false, null);
                channel.confirmSelect();
                for (int i = 0; i < 100; i++) {
                    channel.basicPublish("", "kept", MessageProperties.PERSISTENT_BASIC, bytes(i));
                }
                channel.waitForConfirmsOrDie(20_000);
            }
        }
        try (Broker broker = start(loops);
                Connection connection = connect(broker)) {
            Channel channel = connection.createChannel();
            assertEquals(100, channel.queueDeclarePassive("kept").getMessageCount());
            for (int i = 0; i < 100; i++) {
                GetResponse response = channel.basicGet("kept", true);
                assertArrayEquals(bytes(i), response.getBody());
            }
        }
    }

    @Test
    void a_wrong_password_is_refused() throws Exception {
        try (Broker broker = start(1)) {
            ConnectionFactory factory = factory(broker);
            factory.setPassword("wrong");
            assertThrows(AuthenticationFailureException.class, factory::newConnection);
            assertNotNull(connect(broker));
        }
    }

    @Test
    void a_second_broker_on_the_same_directory_or_port_is_refused() throws Exception {
        try (Broker broker = start(1)) {
            assertNotNull(broker);
            assertEquals(
                    ExitCode.DATA_DIRECTORY,
                    assertThrows(FatalException.class, () -> start(1)).exitCode());
            int port = broker.addresses().get(0).getPort();
            BrokerConfig elsewhere = config(1, data.resolve("other"), port);
            assertEquals(
                    ExitCode.ADDRESS_IN_USE,
                    assertThrows(FatalException.class, () -> Broker.start(elsewhere))
                            .exitCode());
        }
        start(1).close();
    }

    @Test
    void clients_are_told_when_the_broker_stops() throws Exception {
        Broker broker = start(2);
        Connection connection = connect(broker);
        BlockingQueue<Object> reasons = new LinkedBlockingQueue<>();
        connection.addShutdownListener(cause -> reasons.add(cause.getReason()));
        broker.close();
        Object reason = reasons.poll(20, TimeUnit.SECONDS);
        assertTrue(reason instanceof AMQP.Connection.Close close && close.getReplyCode() == 320, "told: " + reason);
    }

    private static void publishAndConsume(Broker broker, String queue) throws Exception {
        int count = 2_000;
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        try (Connection publisher = connect(broker);
                Connection consumer = connect(broker)) {
            Channel out = publisher.createChannel();
            out.queueDeclare(queue, true, false, false, null);
            Channel in = consumer.createChannel();
            in.basicQos(100);
            in.basicConsume(
                    queue,
                    false,
                    (tag, delivery) -> {
                        received.add(Integer.parseInt(new String(delivery.getBody(), StandardCharsets.UTF_8)));
                        in.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
            out.confirmSelect();
            for (int i = 0; i < count; i++) {
                out.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, bytes(i));
            }
            out.waitForConfirmsOrDie(20_000);
            for (int i = 0; i < count; i++) {
                assertEquals(i, received.poll(20, TimeUnit.SECONDS));
            }
        }
    }

    private Broker start(int loops) throws Exception {
        return Broker.start(config(loops, data, 0));
    }

    private static BrokerConfig config(int loops, Path directory, int port) throws Exception {
        ConfigSources sources = new ConfigSources()
                .set(Keys.DATA_DIR.name() + "=" + directory)
                .set(Keys.AMQP_PORT.name() + "=" + port)
                .set(Keys.DATA_MIN_FREE.name() + "=8MiB")
                .set(Keys.SECURITY_PASSWORD_ITERATIONS.name() + "=10000")
                .set(Keys.THREADS_EVENT_LOOPS.name() + "=" + loops);
        return BrokerConfig.of(sources.read(), Machine.here());
    }

    private static ConnectionFactory factory(Broker broker) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(broker.addresses().get(0).getPort());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(60_000);
        factory.setHandshakeTimeout(60_000);
        return factory;
    }

    private static Connection connect(Broker broker) throws Exception {
        return factory(broker).newConnection();
    }

    private static byte[] bytes(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }
}
