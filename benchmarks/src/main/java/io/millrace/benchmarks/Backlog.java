package io.millrace.benchmarks;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Fills a durable queue with numbered messages, or empties it and checks every number.
 *
 * <p>{@code publish URI MESSAGES SIZE} ends when the broker has confirmed all; {@code drain URI MESSAGES SIZE} ends
 * when all have come, each once and in order, with every byte of its body, and the queue is empty. Any other outcome
 * ends with status 1 and a line that says what was met.
 */
public final class Backlog {
    private static final String QUEUE = "backlog";
    private static final int UNCONFIRMED_MAX = 10_000;
    private static final int PREFETCH = 2_000;
    private static final int ACK_EVERY = 500;
    private static final long SILENCE_SECONDS_MAX = 60;

    private final Channel channel;
    private final long messages;
    private final int size;
    private final AtomicReference<String> failure = new AtomicReference<>();

    private Backlog(Channel channel, long messages, int size) {
        this.channel = channel;
        this.messages = messages;
        this.size = size;
    }

    /** Runs one of the two. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("expected: publish|drain URI MESSAGES SIZE");
        }
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(arguments[1]);
        factory.setAutomaticRecoveryEnabled(false);
        String outcome;
        try (Connection connection = factory.newConnection()) {
            Channel channel = connection.createChannel();
            channel.queueDeclare(QUEUE, true, false, false, Map.of());
            Backlog backlog = new Backlog(channel, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
            outcome = arguments[0].equals("publish") ? backlog.publish() : backlog.drain();
        }
        if (!outcome.isEmpty()) {
            System.err.println(outcome);
            System.exit(1);
        }
    }

    private String publish() throws Exception {
        Semaphore room = new Semaphore(UNCONFIRMED_MAX);
        long[] confirmed = {0};
        channel.confirmSelect();
        channel.addConfirmListener(
                (tag, multiple) -> {
                    int more = (int) (multiple ? tag - confirmed[0] : 1);
                    confirmed[0] += more;
                    room.release(more);
                },
                (tag, multiple) -> failure.compareAndSet(null, "message " + tag + " was refused"));
        AMQP.BasicProperties properties = MessageProperties.MINIMAL_PERSISTENT_BASIC;
        for (long number = 0; number < messages; number++) {
            if (!room.tryAcquire(SILENCE_SECONDS_MAX, TimeUnit.SECONDS)) {
                return "no confirm within " + SILENCE_SECONDS_MAX + " s after " + number + " messages";
            }
            if (failure.get() != null) {
                return failure.get();
            }
            channel.basicPublish("", QUEUE, properties, body(number));
        }
        if (!room.tryAcquire(UNCONFIRMED_MAX, SILENCE_SECONDS_MAX, TimeUnit.SECONDS)) {
            return "the last confirms did not come within " + SILENCE_SECONDS_MAX + " s";
        }
        return failure.get() == null ? "" : failure.get();
    }

    private String drain() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        long[] next = {0};
        channel.basicQos(PREFETCH);
        CancelCallback cancelled = tag -> fail("the broker cancelled the consumer", done);
        channel.basicConsume(QUEUE, false, (tag, delivery) -> check(delivery, next, done), cancelled);
        long seen = -1;
        while (!done.await(SILENCE_SECONDS_MAX, TimeUnit.SECONDS)) {
            if (seen == next[0]) {
                return "no message within " + SILENCE_SECONDS_MAX + " s after " + seen + " of " + messages;
            }
            seen = next[0];
        }
        if (failure.get() != null) {
            return failure.get();
        }
        // Declaring again tells how many are left: what was acknowledged must not count, and nothing be there twice.
        long left = channel.queueDeclarePassive(QUEUE).getMessageCount();
        return left == 0 ? "" : left + " messages are left in the queue after all " + messages + " have come";
    }

    private void check(Delivery delivery, long[] next, CountDownLatch done) throws IOException {
        byte[] body = delivery.getBody();
        long number = body.length == size ? ByteBuffer.wrap(body).getLong() : -1;
        if (number != next[0]) {
            fail("message " + number + " of " + body.length + " bytes came where " + next[0] + " was due", done);
            return;
        }
        if (!Arrays.equals(body, body(number))) {
            fail("the body of message " + number + " is not what was published", done);
            return;
        }
        next[0]++;
        if (next[0] % ACK_EVERY == 0 || next[0] == messages) {
            channel.basicAck(delivery.getEnvelope().getDeliveryTag(), true);
        }
        if (next[0] == messages) {
            done.countDown();
        }
    }

    private void fail(String what, CountDownLatch done) {
        failure.compareAndSet(null, what);
        done.countDown();
    }

    /** The number, then bytes that follow from it. */
    private byte[] body(long number) {
        byte[] body = new byte[size];
        Arrays.fill(body, (byte) (number * 31 + 7));
        ByteBuffer.wrap(body).putLong(number);
        return body;
    }
}
