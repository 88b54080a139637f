package io.millrace.server.torture;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Refused;
import io.millrace.server.torture.History.Returned;
import io.millrace.server.torture.History.Sent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One publisher with confirms: 0 to several queues with a wide window, 1 to all behind a fan-out with a narrow one, 2 in
 * transactions, 3 mandatory and at times to nobody.
 */
final class Publisher {
    private static final int FAN_OUT = 1;
    private static final int TRANSACTIONS = 2;
    private static final int MANDATORY = 3;
    private static final int[] WINDOWS = {200, 8, 0, 40};
    private static final int TRANSACTION_MAX = 40;
    private static final List<String> DIRECT = List.of(
            Topology.PLAIN, Topology.GROWING, Topology.LETTERS, Topology.SHORT, Topology.GROWING, Topology.HERE);
    private static final int RESTING_ONE_IN = 25;
    private static final List<String> IN_TRANSACTIONS =
            List.of(Topology.SECOND, Topology.LETTERS, Topology.PRIORITY, Topology.GROWING, Topology.HERE);

    private final Load load;
    private final Connection connection;
    private final Channel channel;
    private final int number;
    private final SplittableRandom random;
    private final Semaphore window;
    private final ConcurrentNavigableMap<Long, Message> unconfirmed = new ConcurrentSkipListMap<>();

    Publisher(Load load, Connection connection, int number) throws IOException {
        this.load = load;
        this.connection = connection;
        this.channel = connection.createChannel();
        this.number = number;
        this.random = new SplittableRandom(load.seed + number);
        this.window = new Semaphore(WINDOWS[number]);
    }

    void begin() throws IOException {
        CountDownLatch end = load.end(1);
        if (number == TRANSACTIONS) {
            channel.txSelect();
        } else {
            channel.confirmSelect();
            channel.addConfirmListener(
                    (tag, multiple) -> answered(tag, multiple, true),
                    (tag, multiple) -> answered(tag, multiple, false));
            channel.addReturnListener(returned -> load.history.add(
                    new Returned(Message.of(returned.getProperties().getMessageId()))));
        }
        CountDownLatch closed = new CountDownLatch(1);
        // Called by the thread that reads, so after the last confirm.
        connection.addShutdownListener(signal -> {
            window.release(1 << 20);
            closed.countDown();
        });
        Thread thread = new Thread(() -> work(closed, end), "publisher-" + number);
        thread.setDaemon(true);
        thread.start();
    }

    private void work(CountDownLatch closed, CountDownLatch end) {
        try {
            while (connection.isOpen() && !load.isStopping()) {
                if (number == TRANSACTIONS) {
                    transact();
                } else {
                    window.acquire();
                    publish(load.next(number));
                }
            }
            // What is under way is answered, or the connection ends.
            while (connection.isOpen() && !unconfirmed.isEmpty()) {
                window.tryAcquire(WINDOWS[number], 10, TimeUnit.MILLISECONDS);
            }
            connection.abort();
            closed.await();
        } catch (IOException | ShutdownSignalException e) {
            awaitClosed(closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end.countDown();
        }
    }

    private static void awaitClosed(CountDownLatch closed) {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(Message message) throws IOException {
        unconfirmed.put(channel.getNextPublishSeqNo(), message);
        if (number == FAN_OUT) {
            send(message, Topology.ALL, "", Topology.BEHIND_ALL, message);
        } else if (number == MANDATORY) {
            boolean nobody = random.nextInt(4) == 0;
            String key = nobody ? Topology.NOBODY : Topology.PRIORITY;
            send(message, "", key, nobody ? List.of() : List.of(key), message);
        } else {
            boolean rests = random.nextInt(RESTING_ONE_IN) == 0;
            String queue = rests ? Topology.RESTING : DIRECT.get(random.nextInt(DIRECT.size()));
            send(message, "", queue, List.of(queue), message);
        }
    }

    /** Some of them are rolled back: nobody notes that those were sent, so nobody may ever see them. */
    private void transact() throws IOException {
        boolean kept = random.nextInt(8) > 0;
        List<Message> messages = new ArrayList<>();
        int count = 1 + random.nextInt(TRANSACTION_MAX);
        for (int i = 0; i < count; i++) {
            messages.add(load.next(number));
        }
        for (Message message : messages) {
            String queue = IN_TRANSACTIONS.get(random.nextInt(IN_TRANSACTIONS.size()));
            if (kept) {
                send(message, "", queue, List.of(queue), messages.get(0));
            } else {
                byte[] body = load.bodies.of(message);
                channel.basicPublish("", queue, Bodies.properties(message, body, 0), body);
            }
        }
        if (kept) {
            channel.txCommit();
            messages.forEach(message -> load.history.add(new Confirmed(message)));
            load.confirmed.addAndGet(count);
        } else {
            channel.txRollback();
        }
    }

    private void send(Message message, String exchange, String key, List<String> queues, Message unit)
            throws IOException {
        int priority = number == MANDATORY ? random.nextInt(Topology.PRIORITY_MAX + 1) : 0;
        byte[] body = load.bodies.of(message);
        load.history.add(new Sent(System.nanoTime(), message, queues, priority, unit));
        channel.basicPublish(exchange, key, number == MANDATORY, Bodies.properties(message, body, priority), body);
    }

    private void answered(long tag, boolean multiple, boolean confirmed) {
        var answered = multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
        int count = 0;
        for (Message message : answered.values()) {
            load.history.add(confirmed ? new Confirmed(message) : new Refused(message));
            count++;
        }
        answered.clear();
        if (confirmed) {
            load.confirmed.addAndGet(count);
        }
        window.release(count);
    }
}
