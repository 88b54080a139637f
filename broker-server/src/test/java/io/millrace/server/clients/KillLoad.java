package io.millrace.server.clients;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.server.clients.History.Acked;
import io.millrace.server.clients.History.Answered;
import io.millrace.server.clients.History.Confirmed;
import io.millrace.server.clients.History.Delivered;
import io.millrace.server.clients.History.Message;
import io.millrace.server.clients.History.Refused;
import io.millrace.server.clients.History.Requeued;
import io.millrace.server.clients.History.Sent;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Publishers and consumers at work on durable queues until the broker dies. They note what they do and see in a
 * {@link History}. Consumers acknowledge most messages, give some back and hold some for a while.
 */
final class KillLoad {
    private static final int PUBLISHERS = 3;
    private static final int CONSUMERS_OF_A_QUEUE = 2;
    private static final List<String> QUEUES = List.of("kill.a", "kill.b", "kill.c");
    private static final String GROWING = "kill.c";
    /** An exchange that reaches the first two queues. */
    private static final String BOTH = "kill.both";

    private static final int UNCONFIRMED_MAX = 64;
    private static final int PREFETCH = 50;
    private static final int HELD_MAX = 12;
    private static final long PATIENCE_SECONDS = 30;

    private final long seed;
    private final History history;
    private final AtomicLongArray nextNumbers = new AtomicLongArray(PUBLISHERS);
    private final List<CountDownLatch> ends = new ArrayList<>();
    private int lives;

    KillLoad(long seed, History history) {
        this.seed = seed;
        this.history = history;
    }

    /** Declares what the load runs over. */
    static void declare(URI broker) throws Exception {
        try (Connection connection = BrokerProcess.factory(broker).newConnection()) {
            Channel channel = connection.createChannel();
            channel.exchangeDeclare(BOTH, "fanout", true);
            for (String queue : QUEUES) {
                channel.queueDeclare(queue, true, false, false, null);
            }
            channel.queueBind(QUEUES.get(0), BOTH, "");
            channel.queueBind(QUEUES.get(1), BOTH, "");
        }
    }

    /** Sets publishers and consumers to work; they end when the broker does. */
    void begin(URI broker) throws Exception {
        lives++;
        ends.clear();
        for (String queue : QUEUES) {
            // One queue grows for a life and is drained in the next, so that its messages outlive their log files.
            boolean growing = queue.equals(GROWING) && lives % 2 == 1;
            for (int i = 0; i < CONSUMERS_OF_A_QUEUE && !growing; i++) {
                consume(broker, queue, lives + "." + queue + "." + i);
            }
        }
        for (int i = 0; i < PUBLISHERS; i++) {
            new Publisher(i, BrokerProcess.factory(broker).newConnection()).begin();
        }
    }

    /** Waits until everything that the dead broker had sent is noted. */
    void awaitEnd() throws InterruptedException {
        for (CountDownLatch end : ends) {
            if (!end.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a client does not see that its broker is gone");
            }
        }
    }

    /** Takes every message out of the queues. Returns how many there were. */
    int drain(URI broker) throws Exception {
        int count = 0;
        try (Connection connection = BrokerProcess.factory(broker).newConnection()) {
            Channel channel = connection.createChannel();
            for (String queue : QUEUES) {
                String name = "drain." + queue;
                GetResponse got = channel.basicGet(queue, false);
                while (got != null) {
                    count++;
                    Message message = note(name, queue, got.getEnvelope(), got.getProps(), got.getBody());
                    history.add(new Acked(name, queue, message));
                    channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
                    got = channel.basicGet(queue, false);
                }
            }
        }
        return count;
    }

    private Message note(String consumer, String queue, Envelope envelope, BasicProperties properties, byte[] body) {
        Message message = Message.of(properties.getMessageId());
        boolean intact = java.util.Arrays.equals(body(message), body)
                && Integer.valueOf(body.length).equals(properties.getHeaders().get("bytes"));
        history.add(new Delivered(consumer, queue, message, envelope.isRedeliver(), intact));
        return message;
    }

    /** The body of a message: a few bytes mostly, at times many frames. */
    private byte[] body(Message message) {
        SplittableRandom random = new SplittableRandom(seed ^ (message.publisher() * 1_000_003L + message.number()));
        byte[] body = new byte[random.nextInt(100) == 0 ? random.nextInt(400_000) : random.nextInt(2_000)];
        random.nextBytes(body);
        return body;
    }

    private void consume(URI broker, String queue, String name) throws Exception {
        Connection connection = BrokerProcess.factory(broker).newConnection();
        Channel channel = connection.createChannel();
        channel.basicQos(PREFETCH);
        channel.basicConsume(queue, false, new Worker(channel, queue, name));
    }

    private final class Worker extends DefaultConsumer {
        private final String queue;
        private final String name;
        private final SplittableRandom random;
        private final CountDownLatch end = new CountDownLatch(1);
        private final Deque<Delivery> held = new ArrayDeque<>();
        private int count;

        private record Delivery(long tag, Message message) {}

        Worker(Channel channel, String queue, String name) {
            super(channel);
            this.queue = queue;
            this.name = name;
            this.random = new SplittableRandom(seed + name.hashCode());
            ends.add(end);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
            Message message = note(name, queue, envelope, properties, body);
            try {
                settle(new Delivery(envelope.getDeliveryTag(), message));
            } catch (IOException | ShutdownSignalException e) {
                // The broker is gone; what it has sent before is still noted.
            }
        }

        private void settle(Delivery delivery) throws IOException {
            int chance = random.nextInt(100);
            if (chance < 75) {
                ack(delivery);
            } else if (chance < 85) {
                requeue(delivery);
            } else {
                held.add(delivery);
            }
            if (held.size() > HELD_MAX) {
                while (held.size() > HELD_MAX / 2) {
                    ack(held.removeFirst());
                }
                requeue(held.removeFirst());
            }
            if (++count % 20 == 0) {
                getChannel().queueDeclarePassive(queue);
                history.add(new Answered(System.nanoTime(), name));
            }
        }

        private void ack(Delivery delivery) throws IOException {
            history.add(new Acked(name, queue, delivery.message()));
            getChannel().basicAck(delivery.tag(), false);
        }

        private void requeue(Delivery delivery) throws IOException {
            history.add(new Requeued(name, queue, delivery.message()));
            getChannel().basicNack(delivery.tag(), false, true);
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
            // Comes after the last delivery.
            end.countDown();
        }
    }

    private final class Publisher {
        private final int number;
        private final Connection connection;
        private final Channel channel;
        private final Semaphore window = new Semaphore(UNCONFIRMED_MAX);
        private final ConcurrentNavigableMap<Long, Message> unconfirmed = new ConcurrentSkipListMap<>();

        Publisher(int number, Connection connection) throws IOException {
            this.number = number;
            this.connection = connection;
            this.channel = connection.createChannel();
        }

        void begin() throws IOException {
            CountDownLatch end = new CountDownLatch(2);
            ends.add(end);
            channel.confirmSelect();
            channel.addConfirmListener(
                    (tag, multiple) -> answered(tag, multiple, true),
                    (tag, multiple) -> answered(tag, multiple, false));
            // Called by the thread that reads, so after the last confirm.
            connection.addShutdownListener(signal -> {
                window.release(1 << 20);
                end.countDown();
            });
            Thread thread = new Thread(
                    () -> {
                        publishUntilTheEnd();
                        end.countDown();
                    },
                    "publisher-" + number);
            thread.setDaemon(true);
            thread.start();
        }

        private void publishUntilTheEnd() {
            try {
                while (connection.isOpen()) {
                    window.acquire();
                    publish(new Message(number, nextNumbers.getAndIncrement(number)));
                }
            } catch (IOException | ShutdownSignalException e) {
                // The broker is gone.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void publish(Message message) throws IOException {
            boolean both = message.number() % 8 == 0;
            int queue = (int) (message.number() % QUEUES.size());
            byte[] body = body(message);
            BasicProperties properties = new BasicProperties.Builder()
                    .deliveryMode(2)
                    .messageId(message.id())
                    .headers(java.util.Map.of("bytes", body.length))
                    .build();
            unconfirmed.put(channel.getNextPublishSeqNo(), message);
            history.add(new Sent(System.nanoTime(), message, both ? QUEUES.subList(0, 2) : List.of(QUEUES.get(queue))));
            channel.basicPublish(both ? BOTH : "", both ? "" : QUEUES.get(queue), properties, body);
        }

        private void answered(long tag, boolean multiple, boolean confirmed) {
            var answered = multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
            int count = 0;
            for (Message message : answered.values()) {
                history.add(confirmed ? new Confirmed(message) : new Refused(message));
                count++;
            }
            answered.clear();
            window.release(count);
        }
    }
}
