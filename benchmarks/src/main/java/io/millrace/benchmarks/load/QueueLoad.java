package io.millrace.benchmarks.load;

import io.millrace.benchmarks.broker.CpuMeter;
import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.Channels;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.MessageBatch;
import java.util.List;
import java.util.Map;

/**
 * A durable queue that is filled and drained apart from each other. It outlives the broker's process, so it must be
 * deleted. What is drained is checked: every message, each once, in order.
 */
public final class QueueLoad {
    private static final int BATCH_BYTES = 128 << 10;
    private static final int PREFETCH = 1_000;
    private static final int ACK_EVERY = 100;

    /** Short, because a broker stores the routing key with each message: what is on the disk should be the messages. */
    private final String name = "b" + Long.toString(System.nanoTime() >>> 10 & 0xFFFFF, Character.MAX_RADIX);

    private final int size;
    private final Load load;
    private long filled;
    private long drained;

    /**
     * @param size   bytes of a body
     * @param window unconfirmed messages at most
     */
    public QueueLoad(int size, int window) {
        this.size = size;
        load = new Load(Shape.queues(1), size, true, 1, 1, window, 0, PREFETCH, ACK_EVERY);
    }

    /** What a part of it took. */
    public record Part(long messages, double seconds, double brokerSeconds, double generatorSeconds) {
        public double perSecond() {
            return messages / seconds;
        }

        public double brokerPerMillion() {
            return brokerSeconds / messages * 1e6;
        }

        public double generatorPerMillion() {
            return generatorSeconds / messages * 1e6;
        }
    }

    String name() {
        return name;
    }

    /** Declares further durable queues, which nobody uses. */
    public void declareOthers(Address address, int count) {
        withChannel(address, channels -> {
            for (int i = 1; i <= count; i++) {
                channels.declareQueue(1, name + "-" + i, 2, Map.of());
            }
        });
    }

    /** How many messages wait. */
    public long waiting() {
        return filled - drained;
    }

    public void declare(Address address) {
        withChannel(address, channels -> channels.declareQueue(1, name, 2, Map.of()));
    }

    public void delete(Address address) {
        withChannel(address, channels -> channels.deleteQueue(1, name));
    }

    /** What the broker says of the queue's length. */
    public long depth(Address address) {
        long[] depth = new long[1];
        withChannel(address, channels -> depth[0] = channels.depth(1, name));
        return depth[0];
    }

    private interface Work {
        void on(Channels channels);
    }

    private static void withChannel(Address address, Work work) {
        Channels channels = new Channels(Link.open(address, "millrace-bench-set-up"));
        try {
            channels.open(1);
            work.on(channels);
        } finally {
            channels.farewell();
        }
    }

    /** Publishes messages and waits until all are confirmed. */
    public Part fill(Address address, CpuMeter broker, long messages) {
        try (Crew crew = new Crew()) {
            Link link = crew.add(Link.open(address, "millrace-bench-fill"));
            Channels channels = new Channels(link);
            channels.open(1);
            channels.confirms(1);
            MessageBatch batch = MessageBatch.of("", List.of(name), size, true, link.payloadMax(), BATCH_BYTES);
            Publisher publisher =
                    new Publisher(link, batch, load, new Copies(new int[] {1}), new Credit(0), crew, 0, filled, null);
            Part part = timed(crew, broker, messages, publisher::confirmed, () -> publisher.publishUpTo(messages));
            filled += messages;
            channels.farewell();
            return part;
        }
    }

    /**
     * Takes messages from the head of the queue.
     *
     * @param messages      a multiple of 100, which are acknowledged at a time
     * @param afterAnything true: the broker may have been killed, so that messages may be marked as redelivered
     * @throws BrokerFailure one is missing, twice, out of order or changed
     */
    public Part drain(Address address, CpuMeter broker, long messages, boolean afterAnything) {
        if (messages % ACK_EVERY != 0) {
            throw new IllegalArgumentException(messages + " messages; allowed: multiples of " + ACK_EVERY);
        }
        try (Crew crew = new Crew()) {
            Link link = crew.add(Link.open(address, "millrace-bench-drain"));
            Channels channels = new Channels(link);
            channels.open(1);
            channels.prefetch(1, PREFETCH);
            Deliveries deliveries = new Deliveries(size, 1, 1, ACK_EVERY, true, null);
            deliveries.expect(drained, messages, afterAnything);
            Part part = timed(crew, broker, messages, deliveries::delivered, () -> {
                link.write(Channels.consume(1, name, "c", false).written());
                while (deliveries.delivered() < messages) {
                    deliveries.take(link);
                }
            });
            drained += messages;
            return part;
        }
    }

    private Part timed(Crew crew, CpuMeter broker, long messages, Progress progress, Runnable work) {
        double cpu = broker.seconds();
        double own = CpuMeter.ofThisProcess().seconds();
        long begun = System.nanoTime();
        Thread thread = crew.start("load", work);
        long seen = -1;
        long seenAt = begun;
        try {
            while (thread.isAlive()) {
                thread.join(20);
                crew.check();
                long now = progress.count();
                if (now != seen) {
                    seen = now;
                    seenAt = System.nanoTime();
                } else if (System.nanoTime() - seenAt > LoadRun.STALL_NANOS) {
                    throw new BrokerFailure("nothing has come for " + LoadRun.STALL_NANOS / 1_000_000_000 + " s after "
                            + seen + " of " + messages + " messages: lost, or the broker is stuck");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerFailure("interrupted", e);
        }
        crew.check();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double brokerSeconds = broker.seconds() - cpu;
        return new Part(
                messages, seconds, brokerSeconds, CpuMeter.ofThisProcess().seconds() - own);
    }

    private interface Progress {
        long count();
    }
}
