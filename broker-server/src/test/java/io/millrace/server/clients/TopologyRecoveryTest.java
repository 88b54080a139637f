package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.recovery.AutorecoveringConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** RabbitMQ's Java client gets over the death of its broker by itself: connection, channels, topology, consumers. */
class TopologyRecoveryTest {
    private static final int DEATHS = 2;
    private static final int UNCONFIRMED_MAX = 50;
    private static final int CONFIRMED_BETWEEN_DEATHS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path directory = Path.of("");

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(value = 5L, unit = TimeUnit.MINUTES)
    void client_recovers_by_itself_from_kills_of_its_broker_and_nothing_confirmed_is_lost() throws Exception {
        BrokerProcess broker = start(0);
        try {
            URI address = broker.awaitReady();
            ConnectionFactory factory = BrokerProcess.factory(address);
            factory.setAutomaticRecoveryEnabled(true);
            factory.setTopologyRecoveryEnabled(true);
            factory.setNetworkRecoveryInterval(100);
            try (Connection consuming = factory.newConnection("consuming");
                    Connection publishing = factory.newConnection("publishing")) {
                Topology topology = new Topology(consuming);
                AtomicInteger recoveries = new AtomicInteger();
                ((Recoverable) consuming).addRecoveryListener(counting(recoveries));
                Publisher publisher = new Publisher(publishing.createChannel());
                ((Recoverable) publishing).addRecoveryListener(publisher);
                for (int death = 0; death < DEATHS; death++) {
                    int confirmed = publisher.confirmed.size();
                    publisher.publishUntil(() -> publisher.confirmed.size() >= confirmed + CONFIRMED_BETWEEN_DEATHS);
                    broker.kill();
                    broker.close();
                    broker = start(address.getPort());
                    assertEquals(address.getPort(), broker.awaitReady().getPort());
                    int expected = death + 1;
                    eventually().until(() -> recoveries.get() == expected);
                    topology.works();
                }
                int confirmed = publisher.confirmed.size();
                publisher.publishUntil(() -> publisher.confirmed.size() >= confirmed + CONFIRMED_BETWEEN_DEATHS);
                eventually().until(() -> topology.received.containsAll(publisher.confirmed));
                assertTrue(publisher.confirmed.size() >= (DEATHS + 1) * CONFIRMED_BETWEEN_DEATHS);
            }
            assertEquals(0, broker.stop(), broker::errors);
        } finally {
            broker.close();
        }
    }

    /** What the client is to declare anew, and its consumers. */
    private static final class Topology {
        final Set<String> received = ConcurrentHashMap.newKeySet();

        private final Channel channel;
        private final Set<String> events = ConcurrentHashMap.newKeySet();
        private volatile String named;
        private int round;

        Topology(Connection connection) throws IOException {
            channel = connection.createChannel();
            channel.basicQos(20);
            channel.exchangeDeclare("recovery.in", "fanout", true);
            channel.exchangeDeclare("recovery.work", "topic", true);
            channel.exchangeDeclare("recovery.transient", "direct", false);
            channel.exchangeBind("recovery.work", "recovery.in", "");
            channel.exchangeBind("recovery.transient", "recovery.work", "event.#");
            channel.queueDeclare("recovery.durable", true, false, false, null);
            channel.queueBind("recovery.durable", "recovery.work", "m.*");
            channel.queueDeclare("recovery.exclusive", false, true, false, null);
            channel.queueBind("recovery.exclusive", "recovery.transient", "event.exclusive");
            named = channel.queueDeclare().getQueue();
            channel.queueBind(named, "recovery.transient", "event.named");
            ((AutorecoveringConnection) connection).addQueueRecoveryListener((before, after) -> {
                if (before.equals(named)) {
                    named = after;
                }
            });
            channel.basicConsume(
                    "recovery.durable",
                    false,
                    (tag, delivery) -> {
                        received.add(text(delivery.getBody()));
                        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
            for (String queue : List.of("recovery.exclusive", named)) {
                channel.basicConsume(queue, true, (tag, delivery) -> events.add(text(delivery.getBody())), tag -> {});
            }
        }

        /** Sends through every binding and waits until it has come out. */
        void works() throws IOException {
            round++;
            eventually().ignoreExceptions().until(() -> {
                for (String key : List.of("event.exclusive", "event.named")) {
                    channel.basicPublish("recovery.in", key, null, bytes(key + round));
                }
                return events.containsAll(List.of("event.exclusive" + round, "event.named" + round));
            });
        }
    }

    /** Publishes until it is confirmed; what was in doubt when the broker died is published again. */
    private static final class Publisher implements RecoveryListener {
        final Set<String> confirmed = ConcurrentHashMap.newKeySet();

        private final Channel channel;
        private final Semaphore window = new Semaphore(UNCONFIRMED_MAX);
        private final ConcurrentNavigableMap<Long, String> outstanding = new ConcurrentSkipListMap<>();
        private int number;

        Publisher(Channel channel) throws IOException {
            this.channel = channel;
            channel.confirmSelect();
            channel.addConfirmListener(this::confirmed, (tag, multiple) -> {
                throw new IllegalStateException("a publish was refused");
            });
        }

        void publishUntil(BooleanSupplier enough) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!enough.getAsBoolean()) {
                assertTrue(System.nanoTime() < end, () -> "confirmed so far: " + confirmed.size());
                if (window.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                    publish();
                }
            }
        }

        private void publish() {
            String body = "m" + number++;
            try {
                synchronized (outstanding) {
                    outstanding.put(channel.getNextPublishSeqNo(), body);
                    channel.basicPublish("recovery.in", "m." + number, MessageProperties.PERSISTENT_BASIC, bytes(body));
                }
            } catch (IOException | ShutdownSignalException e) {
                // In doubt, like the others that were not confirmed.
            }
        }

        private void confirmed(long tag, boolean multiple) {
            var range = multiple ? outstanding.headMap(tag, true) : outstanding.subMap(tag, true, tag, true);
            confirmed.addAll(range.values());
            window.release(range.size());
            range.clear();
        }

        @Override
        public void handleRecovery(Recoverable recovered) {
            synchronized (outstanding) {
                outstanding.clear();
            }
            window.drainPermits();
            window.release(UNCONFIRMED_MAX);
        }

        @Override
        public void handleRecoveryStarted(Recoverable recovering) {}
    }

    private static RecoveryListener counting(AtomicInteger recoveries) {
        return new RecoveryListener() {
            @Override
            public void handleRecovery(Recoverable recovered) {
                recoveries.incrementAndGet();
            }

            @Override
            public void handleRecoveryStarted(Recoverable recovering) {}
        };
    }

    private BrokerProcess start(int port) throws IOException {
        return BrokerProcess.startAt(port, directory.resolve("data"), directory.resolve("stderr"));
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
