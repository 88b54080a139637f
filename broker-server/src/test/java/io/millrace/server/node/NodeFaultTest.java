package io.millrace.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.MessageProperties;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigSources;
import io.millrace.config.Keys;
import io.millrace.config.Machine;
import io.millrace.core.disk.Disk;
import io.millrace.core.disk.FaultyDisk;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class NodeFaultTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path data;

    private final AtomicReference<Disk> disk = new AtomicReference<>();

    @ParameterizedTest(name = "{0} event loops")
    @ValueSource(ints = {1, 2})
    void after_a_failed_flush_nothing_is_confirmed_and_the_node_ends(int loops) throws Exception {
        Node node = Node.start(config(loops), real -> keep(new FaultyDisk(real)));
        Connection connection = connect(node);
        try {
            Channel channel = connection.createChannel();
            channel.queueDeclare("orders", true, false, false, null);
            channel.confirmSelect();
            List<Long> confirmed = new ArrayList<>();
            channel.addConfirmListener((tag, multiple) -> confirmed.add(tag), (tag, multiple) -> confirmed.add(tag));
            ((FaultyDisk) disk.get()).failAlways(FaultyDisk.Operation.FORCE, "vhost/", FaultyDisk.Fault.EIO);
            channel.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, new byte[100]);
            NodeFailure failure = node.failure().get(20, TimeUnit.SECONDS);
            assertTrue(failure.storage());
            assertTrue(failure.text().contains("vhost/1/wal"), failure.text());
            Awaitility.await().until(() -> !connection.isOpen());
            assertEquals(List.of(), confirmed);
            assertThrows(IOException.class, () -> connect(node));
        } finally {
            connection.abort();
            node.close();
        }
    }

    @ParameterizedTest(name = "{0} event loops")
    @ValueSource(ints = {1, 2})
    void publishers_wait_while_the_disk_is_nearly_full_and_consumers_go_on(int loops) throws Exception {
        Node node = Node.start(config(loops), real -> keep(new RoomDisk(real, 100 * MIB)));
        RoomDisk room = (RoomDisk) disk.get();
        try (Connection publisher = connect(node);
                Connection consumer = connect(node)) {
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            publisher.addBlockedListener(new BlockedListener() {
                @Override
                public void handleBlocked(String reason) {
                    told.add(reason);
                }

                @Override
                public void handleUnblocked() {
                    told.add("go on");
                }
            });
            Channel out = publisher.createChannel();
            out.queueDeclare("orders", true, false, false, null);
            out.confirmSelect();
            out.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, new byte[100]);
            out.waitForConfirmsOrDie(20_000);
            room.usableBytes = MIB;
            assertEquals("low on disk", told.poll(20, TimeUnit.SECONDS));
            out.basicPublish("", "orders", MessageProperties.PERSISTENT_BASIC, new byte[100]);
            Channel in = consumer.createChannel();
            assertNotNull(in.basicGet("orders", true));
            assertEquals(0, in.queueDeclarePassive("orders").getMessageCount());
            assertThrows(TimeoutException.class, () -> out.waitForConfirms(100));
            assertEquals(0, in.queueDeclarePassive("orders").getMessageCount());
            room.usableBytes = 100 * MIB;
            assertEquals("go on", told.poll(20, TimeUnit.SECONDS));
            out.waitForConfirmsOrDie(20_000);
            assertNotNull(in.basicGet("orders", true));
        } finally {
            node.close();
        }
    }

    @Test
    void connections_beyond_the_limits_are_closed_at_once_and_places_come_back() throws Exception {
        ConfigSources sources = sources(1)
                .set(Keys.AMQP_MAX_CONNECTIONS.name() + "=3")
                .set(Keys.AMQP_MAX_UNAUTHENTICATED_PER_ADDRESS.name() + "=2");
        Node node = Node.start(BrokerConfig.of(sources.read(), Machine.here()), real -> real);
        try {
            List<Socket> strangers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                strangers.add(
                        new Socket(node.address().getAddress(), node.address().getPort()));
            }
            try (Socket tooMany =
                    new Socket(node.address().getAddress(), node.address().getPort())) {
                tooMany.setSoTimeout(20_000);
                assertEquals(-1, tooMany.getInputStream().read());
            }
            for (Socket stranger : strangers) {
                stranger.close();
            }
            try (Connection first = awaitConnect(node);
                    Connection second = awaitConnect(node);
                    Connection third = awaitConnect(node)) {
                assertTrue(first.isOpen() && second.isOpen() && third.isOpen());
                assertThrows(Exception.class, () -> connect(node));
            }
            awaitConnect(node).close();
        } finally {
            node.close();
        }
    }

    @Test
    void consumers_that_never_pause_do_not_hold_up_the_end() throws Exception {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(Shutdown.class);
        log.addAppender(said);
        // With flushes that take a while there is no moment in which all is on the disk.
        Node node = Node.start(config(2), SlowDisk::of);
        Connection connection = connect(node);
        try {
            AtomicLong settled = new AtomicLong();
            // Two: a consumer has to wait now and then until the log knows how far it may go.
            work(node, connection, "orders", settled, 500);
            work(node, connection, "payments", settled, 700);
            Awaitility.await().until(() -> settled.get() > 100);
        } finally {
            node.close();
            connection.abort();
            log.detachAppender(said);
        }
        assertEquals(
                List.of(),
                said.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }

    /** Consumes from a queue of its own, one message after the other. */
    private static void work(Node node, Connection connection, String queue, AtomicLong settled, long micros)
            throws Exception {
        Channel in = connection.createChannel();
        in.queueDeclare(queue, true, false, false, null);
        // A connection that has published is not read any more while publishers wait.
        try (Connection publisher = connect(node)) {
            Channel out = publisher.createChannel();
            for (int i = 0; i < 40_000; i++) {
                out.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[16]);
            }
        }
        in.basicQos(1);
        DeliverCallback work = (tag, delivery) -> {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
            in.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
            settled.incrementAndGet();
        };
        in.basicConsume(queue, false, work, tag -> {});
    }

    private Disk keep(Disk made) {
        disk.set(made);
        return made;
    }

    private static Connection awaitConnect(Node node) {
        AtomicReference<Connection> connection = new AtomicReference<>();
        Awaitility.await().ignoreExceptions().until(() -> {
            connection.set(connect(node));
            return true;
        });
        return Objects.requireNonNull(connection.get());
    }

    private static Connection connect(Node node) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(node.address().getPort());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(60_000);
        factory.setHandshakeTimeout(60_000);
        return factory.newConnection();
    }

    private BrokerConfig config(int loops) throws ConfigException {
        return BrokerConfig.of(sources(loops).read(), Machine.here());
    }

    private ConfigSources sources(int loops) {
        return new ConfigSources()
                .set(Keys.DATA_DIR.name() + "=" + data)
                .set(Keys.AMQP_PORT.name() + "=0")
                .set(Keys.DATA_MIN_FREE.name() + "=8MiB")
                .set(Keys.SECURITY_PASSWORD_ITERATIONS.name() + "=10000")
                .set(Keys.THREADS_EVENT_LOOPS.name() + "=" + loops);
    }
}
