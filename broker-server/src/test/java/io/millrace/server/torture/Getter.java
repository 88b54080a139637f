package io.millrace.server.torture;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.server.torture.History.Acked;
import io.millrace.server.torture.History.Answered;
import io.millrace.server.torture.History.Message;
import io.millrace.server.torture.History.Requeued;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Takes messages one by one with basic.get. It holds none when it ends. */
final class Getter {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Load load;
    private final Channel channel;
    private final String queue;
    private final String name;
    private final SplittableRandom random;

    Getter(Load load, Connection connection, String queue, String name) throws IOException {
        this.load = load;
        this.channel = connection.createChannel();
        this.queue = queue;
        this.name = name;
        this.random = new SplittableRandom(load.seed + name.hashCode());
    }

    void begin() {
        CountDownLatch end = load.end(1);
        Thread thread = new Thread(
                () -> {
                    work();
                    end.countDown();
                },
                "getter");
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        try {
            while (channel.isOpen() && !load.isStopping()) {
                GetResponse got = channel.basicGet(queue, false);
                // The answer also says that what was settled before is carried out.
                load.history.add(new Answered(System.nanoTime(), name));
                if (got != null) {
                    settle(got);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (channel.isOpen()) {
                channel.queueDeclarePassive(queue);
                load.history.add(new Answered(System.nanoTime(), name));
            }
        } catch (IOException | ShutdownSignalException e) {
            // The broker is gone.
        }
    }

    private void settle(GetResponse got) throws IOException {
        Message message = load.note(name, queue, got.getEnvelope(), got.getProps(), got.getBody());
        long tag = got.getEnvelope().getDeliveryTag();
        if (random.nextInt(5) == 0) {
            load.history.add(new Requeued(name, queue, message));
            channel.basicNack(tag, false, true);
        } else {
            load.history.add(new Acked(name, queue, message));
            channel.basicAck(tag, false);
        }
    }
}
