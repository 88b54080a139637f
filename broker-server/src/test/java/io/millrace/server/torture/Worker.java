package io.millrace.server.torture;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Answered;
import io.millrace.server.torture.History.Left;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Rejected;
import io.millrace.server.torture.History.Requeued;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** One consumer of one queue, with its own way of settling. */
final class Worker extends DefaultConsumer {
    private static final int PREFETCH = 60;
    private static final int HELD_MAX = 20;
    private static final int ASKS_EVERY = 20;

    /** How it settles. */
    enum Manner {
        /** One by one, some given back, some held for a while. */
        SINGLE,
        /** Many with one acknowledgement. */
        MULTIPLE,
        /** Holds everything that it gets as long as it may. */
        HOLDS,
        /** Rejects a part. */
        REJECTS
    }

    static List<Manner> manners(String queue) {
        return switch (queue) {
            case Topology.LETTERS -> List.of(Manner.REJECTS, Manner.SINGLE);
            case Topology.PLAIN -> List.of(Manner.SINGLE, Manner.MULTIPLE, Manner.HOLDS);
            case Topology.SHORT, Topology.THERE -> List.of(Manner.SINGLE);
            case Topology.RESTING, Topology.HERE -> List.of();
            default -> List.of(Manner.SINGLE, Manner.MULTIPLE);
        };
    }

    private record Delivery(long tag, Message message) {}

    private final Load load;
    private final String queue;
    private final Manner manner;
    private final String name;
    private final SplittableRandom random;
    private final CountDownLatch end;
    private final Deque<Delivery> held = new ArrayDeque<>();
    private boolean gone;
    private int count;

    private Worker(Load load, Channel channel, String queue, Manner manner, String name) {
        super(channel);
        this.load = load;
        this.queue = queue;
        this.manner = manner;
        this.name = name;
        this.random = new SplittableRandom(load.seed + name.hashCode());
        this.end = load.end(1);
    }

    static Worker begin(Load load, Connection connection, String queue, Manner manner, String name) throws IOException {
        Channel channel = connection.createChannel();
        channel.basicQos(PREFETCH);
        Worker worker = new Worker(load, channel, queue, manner, name);
        channel.basicConsume(queue, false, worker);
        return worker;
    }

    // The library calls this on one thread at a time.
    @Override
    public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
        if (gone) {
            return;
        }
        Message message = load.note(name, queue, envelope, properties, body);
        try {
            settle(new Delivery(envelope.getDeliveryTag(), message));
            if (++count % ASKS_EVERY == 0) {
                ask();
            }
        } catch (IOException | ShutdownSignalException e) {
            // The broker is gone; what it has sent before is still noted.
        }
    }

    /** An answer proves that what was sent before it has been carried out. */
    private void ask() throws IOException {
        getChannel().queueDeclarePassive(queue);
        load.history.add(new Answered(System.nanoTime(), name));
    }

    private void settle(Delivery delivery) throws IOException {
        int chance = random.nextInt(100);
        switch (manner) {
            case SINGLE -> single(delivery, chance);
            case MULTIPLE -> {
                held.add(delivery);
                if (chance < 10) {
                    ackAll();
                }
            }
            case HOLDS -> {
                held.add(delivery);
                if (held.size() == PREFETCH && chance < 50) {
                    give(held.removeFirst());
                } else if (held.size() == PREFETCH) {
                    ack(held.removeFirst());
                }
            }
            case REJECTS -> {
                if (chance < 50) {
                    load.history.add(new Rejected(name, queue, delivery.message()));
                    getChannel().basicReject(delivery.tag(), false);
                } else {
                    single(delivery, chance);
                }
            }
            default -> throw new IllegalStateException(manner.toString());
        }
    }

    private void single(Delivery delivery, int chance) throws IOException {
        if (chance < 75) {
            ack(delivery);
        } else if (chance < 85) {
            give(delivery);
        } else {
            held.add(delivery);
        }
        if (held.size() > HELD_MAX) {
            while (held.size() > HELD_MAX / 2) {
                ack(held.removeFirst());
            }
            give(held.removeFirst());
        }
    }

    private void ack(Delivery delivery) throws IOException {
        load.history.add(new Acked(name, queue, delivery.message()));
        getChannel().basicAck(delivery.tag(), false);
    }

    private void ackAll() throws IOException {
        long last = held.getLast().tag();
        held.forEach(delivery -> load.history.add(new Acked(name, queue, delivery.message())));
        held.clear();
        getChannel().basicAck(last, true);
    }

    private void give(Delivery delivery) throws IOException {
        load.history.add(new Requeued(name, queue, delivery.message()));
        getChannel().basicNack(delivery.tag(), false, true);
    }

    /** Asks for no more and gives back what it holds, once everything that was sent to it is noted. */
    void cancel() {
        try {
            getChannel().basicCancel(getConsumerTag());
        } catch (IOException | ShutdownSignalException e) {
            // The broker is gone, and its shutdown is noted.
        }
    }

    @Override
    public void handleCancelOk(String tag) {
        gone = true;
        try {
            ask();
            load.history.add(new Left(name, queue));
            end.countDown();
        } catch (IOException | ShutdownSignalException e) {
            // The same.
        }
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
        // Comes after the last delivery.
        end.countDown();
    }
}
