package io.millrace.server.torture;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Alone;
import io.millrace.server.torture.History.Declaring;
import io.millrace.server.torture.History.Deleted;
import io.millrace.server.torture.History.Deleting;
import io.millrace.server.torture.History.Drained;
import io.millrace.server.torture.History.Found;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes every message out of every queue that there ever was, with nobody else at work. */
final class Drain {
    private static final int PREFETCH = 400;

    private final Load load;
    private final URI broker;
    private final String name;

    private Drain(Load load, URI broker, String name) {
        this.load = load;
        this.broker = broker;
        this.name = name;
    }

    /**
     * Empties the queues.
     *
     * @param name of this drain, not used before
     * @return how many messages there were
     */
    static int all(Load load, URI broker, String name) throws Exception {
        return new Drain(load, broker, name).all();
    }

    private int all() throws Exception {
        Set<String> queues = new LinkedHashSet<>(Topology.QUEUES);
        load.history.events().forEach(event -> {
            if (event instanceof Declaring declaring) {
                queues.add(declaring.queue());
            }
        });
        int count = 0;
        try (Connection connection = load.connect(broker)) {
            for (String queue : queues) {
                Channel channel = connection.createChannel();
                boolean there = isThere(channel, queue);
                load.history.add(new Found(queue, there));
                if (there) {
                    count += empty(channel, queue);
                    remove(channel, queue);
                    channel.close();
                }
            }
        }
        load.history.add(new Drained());
        return count;
    }

    private static boolean isThere(Channel channel, String queue) {
        try {
            channel.queueDeclarePassive(queue);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private int empty(Channel channel, String queue) throws Exception {
        String consumer = name + "." + queue;
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        load.history.add(new Alone(consumer));
        channel.basicQos(PREFETCH);
        String tag = channel.basicConsume(queue, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                deliveries.add(new Delivery(envelope, properties, body));
            }

            @Override
            public void handleCancelOk(String tag) {
                cancelled.countDown();
            }
        });
        int count = 0;
        boolean more = true;
        while (more || !deliveries.isEmpty()) {
            Delivery next = deliveries.poll(20, TimeUnit.MILLISECONDS);
            if (next != null) {
                take(channel, consumer, queue, next);
                count++;
            } else if (more && channel.messageCount(queue) == 0) {
                // What is on its way comes before this is answered.
                channel.basicCancel(tag);
                cancelled.await();
                more = false;
            }
        }
        return count;
    }

    private void take(Channel channel, String consumer, String queue, Delivery next) throws IOException {
        History.Message message = load.note(consumer, queue, next.getEnvelope(), next.getProperties(), next.getBody());
        load.history.add(new Acked(consumer, queue, message));
        channel.basicAck(next.getEnvelope().getDeliveryTag(), false);
    }

    /** Queues of the keeper have been looked at now; the others stay. */
    private void remove(Channel channel, String queue) throws IOException {
        if (!Topology.QUEUES.contains(queue)) {
            load.history.add(new Deleting(queue));
            channel.queueDelete(queue);
            load.history.add(new Deleted(queue));
        }
    }
}
