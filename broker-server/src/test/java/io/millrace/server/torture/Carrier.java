package io.millrace.server.torture;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Carried;
import io.millrace.server.torture.History.Carrying;
import io.millrace.server.torture.History.Confirmed;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Sent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes messages from one queue and publishes others to the next, in transactions: the acknowledgements of the first and
 * the second ones hold together or not at all. At times it rolls back and does the same again.
 */
final class Carrier {
    private static final int TAKEN_MAX = 12;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Load load;
    private final Connection connection;
    private final Channel channel;
    private final int number;
    private final String name;
    private final SplittableRandom random;

    private record Taken(long tag, Message message) {}

    Carrier(Load load, Connection connection, int number, int life) throws IOException {
        this.load = load;
        this.connection = connection;
        this.channel = connection.createChannel();
        this.number = number;
        this.name = life + ".carrier";
        this.random = new SplittableRandom(load.seed + name.hashCode());
    }

    void begin() throws IOException {
        channel.txSelect();
        CountDownLatch end = load.end(1);
        Thread thread = new Thread(
                () -> {
                    work();
                    end.countDown();
                },
                "carrier");
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        try {
            while (connection.isOpen() && !load.isStopping()) {
                List<Taken> taken = take();
                if (taken.isEmpty()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                } else {
                    carry(taken);
                }
            }
        } catch (IOException | ShutdownSignalException e) {
            // The broker is gone.
        }
    }

    private List<Taken> take() throws IOException {
        List<Taken> taken = new ArrayList<>();
        int count = 1 + random.nextInt(TAKEN_MAX);
        GetResponse got = channel.basicGet(Topology.HERE, false);
        while (got != null) {
            taken.add(new Taken(
                    got.getEnvelope().getDeliveryTag(),
                    load.note(name, Topology.HERE, got.getEnvelope(), got.getProps(), got.getBody())));
            got = taken.size() < count ? channel.basicGet(Topology.HERE, false) : null;
        }
        return taken;
    }

    private void carry(List<Taken> taken) throws IOException {
        if (random.nextInt(6) == 0) {
            // Nothing of this happens.
            for (Taken one : taken) {
                publish(load.next(number));
                channel.basicAck(one.tag(), false);
            }
            channel.txRollback();
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i <= taken.size(); i++) {
            messages.add(load.next(number));
        }
        Message unit = messages.get(0);
        load.history.add(new Carrying(
                unit, Topology.HERE, taken.stream().map(Taken::message).toList()));
        for (int i = 0; i < taken.size(); i++) {
            send(messages.get(i), unit);
            load.history.add(new Acked(name, Topology.HERE, taken.get(i).message()));
            channel.basicAck(taken.get(i).tag(), false);
        }
        send(messages.get(taken.size()), unit);
        channel.txCommit();
        load.history.add(new Carried(unit));
        messages.forEach(message -> load.history.add(new Confirmed(message)));
        load.confirmed.addAndGet(messages.size());
    }

    private void send(Message message, Message unit) throws IOException {
        load.history.add(new Sent(System.nanoTime(), message, List.of(Topology.THERE), 0, unit));
        publish(message);
    }

    private void publish(Message message) throws IOException {
        byte[] body = load.bodies.of(message);
        BasicProperties properties = Bodies.properties(message, body, 0);
        channel.basicPublish("", Topology.THERE, properties, body);
    }
}
