package io.millrace.server.torture;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.impl.StrictExceptionHandler;
import io.millrace.server.torture.History.Delivered;
import io.millrace.server.torture.History.Message;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Publishers and consumers at work until the broker dies or they are told to stop. They note what they do and see in a
 * {@link History}. Several lives of a broker have one load: {@link #begin} again for each.
 */
final class Load {
    private static final int PUBLISHERS = 6;
    private static final int KEEPER = 4;
    private static final int CARRIER = 5;
    private static final long PATIENCE_SECONDS = 180;

    final long seed;
    final History history;
    final Bodies bodies;
    /** Confirmed so far. */
    final AtomicLong confirmed = new AtomicLong();
    /** Delivered so far. */
    final AtomicLong delivered = new AtomicLong();

    /** How many publishers have been told to wait. */
    final AtomicInteger blocked = new AtomicInteger();

    private final AtomicLongArray nextNumbers = new AtomicLongArray(PUBLISHERS);
    private final List<CountDownLatch> ends = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private volatile boolean stopping;
    private int heartbeatSeconds = 60;
    private int lives;

    Load(long seed, History history) {
        this.seed = seed;
        this.history = history;
        this.bodies = new Bodies(seed);
    }

    /** The clients that are yet to come ask for this heartbeat. */
    void heartbeat(int seconds) {
        heartbeatSeconds = seconds;
    }

    /** Declares what is needed and sets everybody to work. */
    void begin(URI broker) throws Exception {
        lives++;
        stopping = false;
        ends.clear();
        blocked.set(0);
        connections.clear();
        workers.clear();
        try (Connection connection = connect(broker)) {
            Topology.declare(connection.createChannel(), history);
        }
        for (String queue : Topology.QUEUES) {
            boolean rests = queue.equals(Topology.GROWING) && lives % 2 == 1;
            for (Worker.Manner manner : rests ? List.<Worker.Manner>of() : Worker.manners(queue)) {
                workers.add(Worker.begin(this, connection(broker), queue, manner, lives + "." + queue + "." + manner));
            }
        }
        for (int i = 0; i < KEEPER; i++) {
            Connection connection = connection(broker);
            connection.addBlockedListener(reason -> blocked.incrementAndGet(), blocked::decrementAndGet);
            new Publisher(this, connection, i).begin();
        }
        new Keeper(this, connection(broker), KEEPER, lives).begin();
        new Carrier(this, connection(broker), CARRIER, lives).begin();
        new Getter(this, connection(broker), Topology.SECOND, lives + ".get").begin();
    }

    /** Everybody ends with what is under way; what consumers hold goes back. The broker goes on. */
    void stop() throws InterruptedException {
        stopping = true;
        workers.forEach(Worker::cancel);
        awaitEnd();
        connections.forEach(Connection::abort);
    }

    boolean isStopping() {
        return stopping;
    }

    /** Waits until everything that the dead broker had sent is noted. */
    void awaitEnd() throws InterruptedException {
        for (CountDownLatch end : ends) {
            if (!end.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a client does not end");
            }
        }
    }

    /** Drops all connections. */
    void abort() {
        stopping = true;
        connections.forEach(Connection::abort);
    }

    /** How many of its connections are open. */
    long open() {
        return connections.stream().filter(Connection::isOpen).count();
    }

    /** Whoever works says so, once for each thing that must have ended. */
    CountDownLatch end(int count) {
        CountDownLatch end = new CountDownLatch(count);
        ends.add(end);
        return end;
    }

    Message next(int publisher) {
        return new Message(publisher, nextNumbers.getAndIncrement(publisher));
    }

    /** Notes a delivery. */
    Message note(String consumer, String queue, Envelope envelope, BasicProperties properties, byte[] body) {
        Message message = Message.of(properties.getMessageId());
        Map<String, Object> headers = properties.getHeaders();
        long attempts = headers.get("x-delivery-count") instanceof Number count ? count.longValue() : 0;
        history.add(new Delivered(
                consumer, queue, message, envelope.isRedeliver(), attempts, bodies.intact(message, properties, body)));
        delivered.incrementAndGet();
        return message;
    }

    Connection connect(URI broker) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(broker.getHost());
        factory.setPort(broker.getPort());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setRequestedHeartbeat(heartbeatSeconds);
        factory.setConnectionTimeout(60_000);
        factory.setHandshakeTimeout(60_000);
        factory.setChannelRpcTimeout(0);
        factory.setExceptionHandler(new StrictExceptionHandler() {
            @Override
            public void handleUnexpectedConnectionDriverException(Connection connection, Throwable e) {
                // Connections break here all the time; their clients see it.
            }
        });
        return factory.newConnection();
    }

    private Connection connection(URI broker) throws Exception {
        Connection connection = connect(broker);
        connections.add(connection);
        return connection;
    }
}
