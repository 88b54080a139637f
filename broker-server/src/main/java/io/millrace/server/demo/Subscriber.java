package io.millrace.server.demo;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The subscriber of one queue. Acknowledges what it can handle; what it cannot, it gives back the first time and rejects the
 * second time, so that the broker dead-letters it.
 *
 * <p>Deliveries come on a thread of the client; counts may be read from any thread.
 */
final class Subscriber extends DefaultConsumer {
    /** Most deliveries on their way at a time. */
    private static final int PREFETCH = 200;

    private final DemoQueue queue;
    private final BitSet acked = new BitSet();
    private final BitSet dead = new BitSet();
    private final BitSet failedOnce = new BitSet();
    private long deliveries;
    private long requeued;
    private long repeated;
    private long unmarked;
    private @Nullable String failure;
    private boolean closing;

    private Subscriber(Channel channel, DemoQueue queue) {
        super(channel);
        this.queue = queue;
    }

    /** Subscribes to a queue on a channel of its own. */
    static Subscriber start(Connection connection, DemoQueue queue) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        channel.basicQos(PREFETCH);
        Subscriber subscriber = new Subscriber(channel, queue);
        channel.basicConsume(queue.name(), false, subscriber);
        return subscriber;
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
            throws IOException {
        int number = numberOf(properties);
        if (count(number, envelope.isRedeliver())) {
            getChannel().basicAck(envelope.getDeliveryTag(), false);
        } else if (isSecondFailure(number)) {
            getChannel().basicReject(envelope.getDeliveryTag(), false);
        } else {
            getChannel().basicNack(envelope.getDeliveryTag(), false, true);
        }
    }

    @Override
    public synchronized void handleCancel(String tag) {
        failure = "the broker ended the subscription to " + queue.name();
    }

    @Override
    public synchronized void handleShutdownSignal(String tag, ShutdownSignalException signal) {
        if (!closing) {
            failure = "the subscription to " + queue.name() + " broke: " + signal.getMessage();
        }
    }

    /** Ends the subscription; what is not settled goes back to the queue. */
    void close() {
        synchronized (this) {
            closing = true;
        }
        Closing.quietly(getChannel());
    }

    DemoQueue queue() {
        return queue;
    }

    synchronized long acked() {
        return acked.cardinality();
    }

    synchronized long dead() {
        return dead.cardinality();
    }

    synchronized long requeued() {
        return requeued;
    }

    synchronized long deliveries() {
        return deliveries;
    }

    /** How many events it is done with. */
    synchronized long settled() {
        return (long) acked.cardinality() + dead.cardinality();
    }

    /** Why no more deliveries come, or null while they do. */
    synchronized @Nullable String failure() {
        return failure;
    }

    /** All counts, with how many messages are still in the queue. */
    synchronized QueueCount count(long left) {
        return new QueueCount(
                queue.name(),
                queue.expected(),
                queue.expectedDead(),
                (BitSet) acked.clone(),
                (BitSet) dead.clone(),
                left,
                requeued,
                repeated,
                unmarked);
    }

    /** Counts a delivery; whether it is to be acknowledged. */
    private synchronized boolean count(int number, boolean redelivered) {
        deliveries++;
        if (acked.get(number) || dead.get(number)) {
            repeated++;
            return true;
        }
        if (failedOnce.get(number) && !redelivered) {
            unmarked++;
        }
        if (queue.failsOn(number)) {
            return false;
        }
        acked.set(number);
        return true;
    }

    private synchronized boolean isSecondFailure(int number) {
        if (failedOnce.get(number)) {
            dead.set(number);
            return true;
        }
        failedOnce.set(number);
        requeued++;
        return false;
    }

    private static int numberOf(AMQP.BasicProperties properties) throws IOException {
        String id = properties.getMessageId();
        try {
            return Integer.parseInt(id == null ? "" : id);
        } catch (NumberFormatException e) {
            throw new IOException("a message came whose id '" + id + "' is not one of the demonstration's", e);
        }
    }
}
