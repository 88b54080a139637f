package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Large messages, many channels, many threads. */
class LoadTest extends AgainstBroker {
    private static final int PATIENCE_MILLIS = 30_000;

    @Test
    void message_of_16_mib_arrives_whole() throws Exception {
        byte[] body = new byte[16 << 20];
        new Random(1).nextBytes(body);
        channel.queueDeclare("large", true, true, false, null);
        channel.confirmSelect();
        for (int i = 0; i < 3; i++) {
            channel.basicPublish("", "large", MessageProperties.PERSISTENT_BASIC, body);
            channel.waitForConfirmsOrDie(PATIENCE_MILLIS);
        }
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(body, awaitMessage(channel, "large").getBody());
        }
    }

    @Test
    void message_above_the_limit_is_refused_and_its_connection_lives() throws Exception {
        String queue = queue();
        Channel victim = connection.createChannel();
        victim.basicPublish("", queue, null, new byte[MESSAGE_BYTES_MAX + 1]);
        assertEquals(406, laterChannelError(victim));
        assertTrue(connection.isOpen());
        assertEquals(0, ready(queue));
        channel.basicPublish("", queue, null, new byte[MESSAGE_BYTES_MAX]);
        assertEquals(MESSAGE_BYTES_MAX, awaitMessage(channel, queue).getBody().length);
    }

    @Test
    void thousand_channels_with_a_queue_each_work_on_one_connection() throws Exception {
        CountDownLatch got = new CountDownLatch(1_000);
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Channel one = connection.createChannel();
            String queue =
                    one.queueDeclare("many." + i, false, true, false, null).getQueue();
            one.basicConsume(queue, true, (tag, delivery) -> got.countDown(), tag -> {});
            channels.add(one);
        }
        for (int i = 0; i < 1_000; i++) {
            channels.get(i).basicPublish("", "many." + (i * 7 % 1_000), null, bytes("m"));
        }
        assertTrue(got.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), () -> "missing " + got.getCount());
        for (Channel one : channels) {
            one.close();
        }
    }

    @Test
    void many_threads_publish_and_consume_and_nothing_is_lost_or_doubled() throws Exception {
        int threads = 16;
        int each = 2_000;
        channel.queueDeclare("threads", true, false, false, null);
        ConcurrentHashMap<String, AtomicInteger> seen = new ConcurrentHashMap<>();
        List<Connection> consumers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Connection consumer = broker().connect();
            consumers.add(consumer);
            Channel own = consumer.createChannel();
            own.basicQos(100);
            own.basicConsume(
                    "threads",
                    false,
                    (tag, delivery) -> {
                        seen.computeIfAbsent(text(delivery.getBody()), key -> new AtomicInteger())
                                .incrementAndGet();
                        own.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Void>> publishers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                publishers.add(pool.submit(publisher(t, each)));
            }
            for (Future<Void> publisher : publishers) {
                publisher.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        eventually().until(() -> seen.size() == threads * each);
        for (Connection consumer : consumers) {
            consumer.close();
        }
        assertTrue(seen.values().stream().allMatch(count -> count.get() == 1));
        assertEquals(0, channel.queueDelete("threads").getMessageCount());
    }

    private Callable<Void> publisher(int number, int count) {
        return () -> {
            // Half of the threads share a connection.
            Connection own = number % 2 == 0 ? connection : broker().connect();
            try (Channel publishing = own.createChannel()) {
                publishing.confirmSelect();
                for (int i = 0; i < count; i++) {
                    publishing.basicPublish(
                            "",
                            "threads",
                            i % 2 == 0 ? MessageProperties.PERSISTENT_BASIC : null,
                            bytes(number + "-" + i));
                }
                publishing.waitForConfirmsOrDie(PATIENCE_MILLIS);
            }
            if (own != connection) {
                own.close();
            }
            return null;
        };
    }
}
