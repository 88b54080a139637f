package io.millrace.server.torture;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Deleted;
import io.millrace.server.torture.History.Deleting;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Purged;
import io.millrace.server.torture.History.Purging;
import io.millrace.server.torture.History.Sent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** Declares queues of its own, fills, purges and deletes them, and leaves some to themselves. */
final class Keeper {
    private static final int MESSAGES = 6;

    private final Load load;
    private final Connection connection;
    private final Channel channel;
    private final int number;
    private final int life;
    private final SplittableRandom random;

    Keeper(Load load, Connection connection, int number, int life) throws IOException {
        this.load = load;
        this.connection = connection;
        this.channel = connection.createChannel();
        this.number = number;
        this.life = life;
        this.random = new SplittableRandom(load.seed + life);
    }

    void begin() throws IOException {
        channel.confirmSelect();
        CountDownLatch end = load.end(1);
        Thread thread = new Thread(
                () -> {
                    work();
                    end.countDown();
                },
                "keeper");
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        try {
            for (int i = 0; connection.isOpen() && !load.isStopping(); i++) {
                keep("t.kept." + life + "." + i);
            }
        } catch (IOException | ShutdownSignalException e) {
            // The broker is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep(String queue) throws IOException, InterruptedException {
        Topology.declare(channel, load.history, queue, Map.of());
        fill(queue);
        take(queue);
        int chance = random.nextInt(20);
        if (chance < 4) {
            load.history.add(new Purging(queue));
            channel.queuePurge(queue);
            load.history.add(new Purged(queue));
            fill(queue);
        }
        if (chance > 0) {
            load.history.add(new Deleting(queue));
            channel.queueDelete(queue);
            load.history.add(new Deleted(queue));
        }
    }

    private void fill(String queue) throws IOException, InterruptedException {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            Message message = load.next(number);
            byte[] body = load.bodies.of(message);
            load.history.add(new Sent(System.nanoTime(), message, List.of(queue), 0, message));
            channel.basicPublish("", queue, Bodies.properties(message, body, 0), body);
            messages.add(message);
        }
        if (channel.waitForConfirms()) {
            messages.forEach(message -> load.history.add(new Confirmed(message)));
            load.confirmed.addAndGet(MESSAGES);
        }
    }

    private void take(String queue) throws IOException {
        String name = "keeper." + life;
        GetResponse got = channel.basicGet(queue, false);
        if (got != null) {
            Message message = load.note(name, queue, got.getEnvelope(), got.getProps(), got.getBody());
            load.history.add(new Acked(name, queue, message));
            channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
        }
    }
}
