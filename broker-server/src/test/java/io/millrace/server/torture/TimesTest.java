package io.millrace.server.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.server.clients.BrokerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Delayed messages and those that expire, over lives of a broker that is killed: none early, none lost, none twice. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1L, unit = TimeUnit.DAYS)
class TimesTest {
    private static final int LIVES = Trial.LONG ? 4 : 2;
    private static final int DELAY_MAX = 3_000;
    /** For clocks that are set right a little meanwhile, and count in whole milliseconds. */
    private static final long CLOCKS_MILLIS = 50;

    private static final String LATER = "times.later";
    private static final String DUE = "times.due";
    private static final String SHORT_LIVED = "times.short-lived";
    private static final String EXPIRED = "times.expired";

    /** A message and when it was sent, and what was asked for. */
    private record Timed(long sentAt, int delay) {}

    @TempDir
    private Path directory = Path.of("");

    private final Map<String, Timed> sent = new ConcurrentHashMap<>();
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> seenInLife = new ConcurrentHashMap<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<CountDownLatch> ends = new ConcurrentLinkedQueue<>();
    private int numbers;

    @Test
    void times_outlive_kills_and_nothing_comes_early_or_twice_or_not_at_all() throws Exception {
        for (int round = 0; round < Trial.ROUNDS; round++) {
            Trial trial = new Trial("times and kill -9", round, directory.resolve("times" + round));
            sent.clear();
            confirmed.clear();
            seenInLife.clear();
            for (int life = 0; life < LIVES; life++) {
                try (BrokerProcess broker = trial.start()) {
                    URI address = broker.awaitReady();
                    begin(trial, address, life);
                    int before = confirmed.size();
                    trial.runFor(broker, 300, 2_000);
                    Trial.eventually().until(() -> confirmed.size() > before);
                    broker.kill();
                    while (!ends.isEmpty()) {
                        ends.remove().await();
                    }
                }
            }
            try (BrokerProcess broker = trial.start()) {
                URI address = broker.awaitReady();
                consume(trial, address, LIVES);
                Trial.eventually().until(() -> seenInLife.keySet().containsAll(confirmed));
                try (Connection connection = trial.load.connect(address)) {
                    Channel channel = connection.createChannel();
                    Trial.eventually().until(() -> channel.messageCount(SHORT_LIVED) == 0);
                }
                assertEquals(0, broker.stop(), broker::errors);
            }
            assertEquals(List.of(), wrong, () -> "seed " + trial.seed);
            System.out.println("torture: times and kill -9 sent=" + sent.size() + " confirmed=" + confirmed.size()
                    + " seen=" + seenInLife.size());
            assertTrue(confirmed.size() > LIVES, "there was no load");
        }
    }

    private void begin(Trial trial, URI address, int life) throws Exception {
        Connection connection = trial.load.connect(address);
        Channel channel = connection.createChannel();
        channel.exchangeDeclare(LATER, "x-delayed-message", true, false, Map.of("x-delayed-type", "direct"));
        channel.queueDeclare(DUE, true, false, false, Map.of());
        channel.queueBind(DUE, LATER, DUE);
        channel.queueDeclare(EXPIRED, true, false, false, Map.of());
        channel.queueDeclare(
                SHORT_LIVED,
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", EXPIRED));
        consume(trial, address, life);
        channel.confirmSelect();
        CountDownLatch end = new CountDownLatch(1);
        ends.add(end);
        Thread thread = new Thread(
                () -> {
                    publish(channel, new SplittableRandom(trial.seed + life));
                    end.countDown();
                },
                "times-publisher");
        thread.setDaemon(true);
        thread.start();
    }

    private void publish(Channel channel, SplittableRandom random) {
        Set<String> batch = new HashSet<>();
        try {
            while (channel.isOpen()) {
                String id = "m" + numbers++;
                int delay = random.nextInt(DELAY_MAX);
                boolean delayed = random.nextBoolean();
                BasicProperties.Builder properties =
                        new BasicProperties.Builder().deliveryMode(2).messageId(id);
                sent.put(id, new Timed(System.currentTimeMillis(), delay));
                batch.add(id);
                if (delayed) {
                    properties.headers(Map.of("x-delay", delay));
                    channel.basicPublish(LATER, DUE, properties.build(), new byte[20]);
                } else {
                    properties.expiration(Integer.toString(delay));
                    channel.basicPublish("", SHORT_LIVED, properties.build(), new byte[20]);
                }
                if (batch.size() == 20) {
                    channel.waitForConfirms();
                    confirmed.addAll(batch);
                    batch.clear();
                }
            }
        } catch (IOException | ShutdownSignalException e) {
            // The broker is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Notes and acknowledges whatever comes, until the broker is gone. */
    private void consume(Trial trial, URI address, int life) throws Exception {
        Connection connection = trial.load.connect(address);
        for (String queue : List.of(DUE, EXPIRED)) {
            Channel channel = connection.createChannel();
            CountDownLatch end = new CountDownLatch(1);
            ends.add(end);
            channel.basicConsume(queue, false, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                        throws IOException {
                    seen(properties.getMessageId(), envelope.isRedeliver(), life, queue);
                    try {
                        getChannel().basicAck(envelope.getDeliveryTag(), false);
                    } catch (ShutdownSignalException e) {
                        // It comes again.
                    }
                }

                @Override
                public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
                    end.countDown();
                }
            });
        }
    }

    private void seen(String id, boolean redelivered, int life, String queue) {
        Timed timed = sent.get(id);
        long at = System.currentTimeMillis();
        if (timed == null) {
            wrong.add(id + " in " + queue + ": nobody sent it");
        } else if (at + CLOCKS_MILLIS < timed.sentAt() + timed.delay()) {
            wrong.add(id + " in " + queue + ": " + (timed.sentAt() + timed.delay() - at) + " ms early");
        }
        Integer before = seenInLife.put(id, life);
        if (before != null && (before == life || !redelivered)) {
            // After a kill it may come again, but not without the mark.
            wrong.add(id + " in " + queue + ": twice, in lives " + before + " and " + life);
        }
    }
}
