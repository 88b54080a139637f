package io.millrace.server.demo;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Publishes persistent messages and counts the confirms. At most {@value #UNCONFIRMED_MAX} messages are without an answer at
 * a time. One thread publishes; counts may be read from any thread.
 */
final class Publisher {
    private static final int UNCONFIRMED_MAX = 500;
    private static final int PERSISTENT = 2;

    private final Channel channel;
    private final Semaphore room = new Semaphore(UNCONFIRMED_MAX);
    private final ConcurrentSkipListMap<Long, Boolean> open = new ConcurrentSkipListMap<>();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong returned = new AtomicLong();
    private volatile @Nullable String failure;

    private Publisher(Channel channel) {
        this.channel = channel;
    }

    /** Opens a channel with publisher confirms. */
    static Publisher start(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        Publisher publisher = new Publisher(channel);
        channel.confirmSelect();
        channel.addConfirmListener(
                (number, multiple) -> publisher.answered(number, multiple, publisher.confirmed),
                (number, multiple) -> publisher.answered(number, multiple, publisher.refused));
        channel.addReturnListener(message -> publisher.returned.incrementAndGet());
        channel.addShutdownListener(publisher::closed);
        return publisher;
    }

    /**
     * Publishes an event, if there is room for another one without an answer.
     *
     * @param millis how long to wait for room
     * @return false if there was no room in that time, or the thread was interrupted, which it stays
     */
    boolean publish(DemoEvent event, long millis) throws IOException {
        try {
            if (!room.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .deliveryMode(PERSISTENT)
                .messageId(Integer.toString(event.number()))
                .appId("millrace-demo")
                .build();
        open.put(channel.getNextPublishSeqNo(), Boolean.TRUE);
        channel.basicPublish(DemoNames.EXCHANGE, event.key(), true, properties, event.body());
        published.incrementAndGet();
        return true;
    }

    long published() {
        return published.get();
    }

    long confirmed() {
        return confirmed.get();
    }

    long refused() {
        return refused.get();
    }

    long returned() {
        return returned.get();
    }

    /** Whether every message has its answer. */
    boolean allAnswered() {
        return confirmed.get() + refused.get() == published.get();
    }

    /** Why nothing can be published any more, or null while it can. */
    @Nullable
    String failure() {
        return failure;
    }

    void close() {
        Closing.quietly(channel);
    }

    private void answered(long number, boolean multiple, AtomicLong count) {
        int answers = 0;
        if (multiple) {
            while (true) {
                var first = open.firstEntry();
                if (first == null || first.getKey() > number) {
                    break;
                }
                open.remove(first.getKey());
                answers++;
            }
        } else if (open.remove(number) != null) {
            answers = 1;
        }
        count.addAndGet(answers);
        room.release(answers);
    }

    private void closed(ShutdownSignalException signal) {
        if (!signal.isInitiatedByApplication()) {
            failure = "the publisher's channel broke: " + signal.getMessage();
        }
    }
}
