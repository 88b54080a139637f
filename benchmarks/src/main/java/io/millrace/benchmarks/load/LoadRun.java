package io.millrace.benchmarks.load;

import io.millrace.benchmarks.broker.CpuMeter;
import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.MessageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs a load against a broker, to the last delivery and the last confirm. */
public final class LoadRun {
    /** A run in which nothing happens for so long has failed. */
    static final long STALL_NANOS = 15_000_000_000L;

    private static final int BATCH_BYTES = 128 << 10;

    private final Address address;
    private final CpuMeter broker;
    private final Load load;
    private final Copies copies;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Latencies> confirmLatencies = new ArrayList<>();
    private final List<Latencies> deliveryLatencies = new ArrayList<>();

    private final long stallNanos;

    LoadRun(Address address, CpuMeter broker, Load load, long stallNanos) {
        this.stallNanos = stallNanos;
        this.address = address;
        this.broker = broker;
        this.load = load;
        copies = new Copies(load.shape().copies());
    }

    /**
     * Publishes as fast as the load's bounds allow for so long.
     *
     * @throws BrokerFailure the broker refused, lost or changed something
     */
    public static Outcome asFastAsItGoes(Address address, CpuMeter broker, Load load, double seconds) {
        return new LoadRun(address, broker, load, STALL_NANOS).run(seconds, 0);
    }

    /**
     * Publishes at a fixed rate for so long, after a run-in of a fifth of it that does not count.
     *
     * @param perSecond messages of all producers together
     */
    public static Outcome atRate(Address address, CpuMeter broker, Load load, double seconds, double perSecond) {
        return new LoadRun(address, broker, load, STALL_NANOS).run(seconds, perSecond);
    }

    /** @param perSecond 0: as fast as it goes */
    Outcome run(double seconds, double perSecond) {
        Credit credit = new Credit(perSecond > 0 ? 0 : load.inFlightMax());
        try (Crew crew = new Crew()) {
            Stage stage = new Stage(address, load, crew);
            stage.build();
            double each = perSecond / load.producers();
            Pace pace = perSecond > 0 ? new Pace(System.nanoTime() + 50_000_000, each) : null;
            long runIn = (long) (each * seconds / 5);
            long messages = pace == null ? Long.MAX_VALUE : runIn + (long) (each * seconds);
            double cpu = broker.seconds();
            double own = CpuMeter.ofThisProcess().seconds();
            long begun = System.nanoTime();
            startConsumers(stage, crew, credit, pace, runIn);
            startPublishers(stage, crew, credit, pace, runIn, messages);
            if (pace == null) {
                await(crew, credit, () -> System.nanoTime() - begun >= seconds * 1e9);
                crew.end();
            } else {
                await(crew, credit, () -> sent() == messages * load.producers());
            }
            await(crew, credit, () -> isComplete(credit));
            double elapsed = (System.nanoTime() - begun) / 1e9;
            double brokerSeconds = broker.seconds() - cpu;
            double generatorSeconds = CpuMeter.ofThisProcess().seconds() - own;
            crew.end();
            Histogram delivery = sum(deliveryLatencies);
            Histogram confirm = sum(confirmLatencies);
            return new Outcome(sent(), credit.delivered(), elapsed, brokerSeconds, generatorSeconds, delivery, confirm);
        }
    }

    private void startConsumers(Stage stage, Crew crew, Credit credit, @Nullable Pace pace, long runIn) {
        int number = 0;
        for (Stage.Consuming consuming : stage.consuming()) {
            Latencies latencies = latencies(pace, runIn, deliveryLatencies);
            boolean dense = load.isDense() && consuming.channels() == consuming.queues();
            int ackEvery = load.prefetch() == 0 ? 0 : load.ackEvery();
            Deliveries deliveries =
                    new Deliveries(load.size(), consuming.channels(), load.producers(), ackEvery, dense, latencies);
            crew.start("consumer-" + number++, () -> consume(consuming.link(), deliveries, credit));
        }
    }

    private static void consume(Link link, Deliveries deliveries, Credit credit) {
        while (true) {
            credit.deliver(deliveries.take(link));
        }
    }

    private void startPublishers(
            Stage stage, Crew crew, Credit credit, @Nullable Pace pace, long runIn, long messages) {
        for (Link link : stage.publishing()) {
            int number = publishers.size();
            MessageBatch batch = MessageBatch.of(
                    stage.exchange(), stage.keys(), load.size(), load.persistent(), link.payloadMax(), BATCH_BYTES);
            Latencies latencies = latencies(pace, runIn, confirmLatencies);
            publishers.add(new Publisher(link, batch, load, copies, credit, crew, number, 0, latencies));
        }
        for (int i = 0; i < publishers.size(); i++) {
            Publisher publisher = publishers.get(i);
            if (pace == null) {
                crew.start("publisher-" + i, () -> publisher.publishUpTo(messages));
            } else {
                crew.start("publisher-" + i, () -> publisher.publishAt(pace, messages));
                if (load.window() > 0) {
                    crew.start("confirms-" + i, () -> publisher.readConfirmsUpTo(messages));
                }
            }
        }
    }

    private static @Nullable Latencies latencies(@Nullable Pace pace, long runIn, List<Latencies> all) {
        if (pace == null) {
            return null;
        }
        Latencies latencies = new Latencies(pace, runIn);
        all.add(latencies);
        return latencies;
    }

    private interface Condition {
        boolean holds();
    }

    /** Waits for a condition, looking every millisecond; fails when nothing moves any more. */
    private void await(Crew crew, Credit credit, Condition condition) {
        long seen = -1;
        long seenAt = System.nanoTime();
        while (!condition.holds()) {
            crew.check();
            long now = sent() + confirmed() + credit.delivered();
            if (now != seen) {
                seen = now;
                seenAt = System.nanoTime();
            } else if (System.nanoTime() - seenAt > stallNanos) {
                throw new BrokerFailure(stalled(credit));
            }
            LockSupport.parkNanos(1_000_000);
        }
        crew.check();
    }

    private String stalled(Credit credit) {
        long missing = credit.published() - credit.delivered();
        return "nothing has come from " + address + " for " + stallNanos / 1_000_000_000 + " s: " + sent()
                + " messages were published, " + (load.window() > 0 ? confirmed() + " of them confirmed, " : "")
                + credit.delivered() + " of " + credit.published() + " deliveries came, " + missing + " are missing"
                + (missing > 0 ? ": lost, or the broker is stuck" : "");
    }

    private boolean isComplete(Credit credit) {
        return credit.delivered() >= credit.published() && (load.window() == 0 || confirmed() == sent());
    }

    private long sent() {
        return publishers.stream().mapToLong(Publisher::sent).sum();
    }

    private long confirmed() {
        return publishers.stream().mapToLong(Publisher::confirmed).sum();
    }

    private static Histogram sum(List<Latencies> all) {
        Histogram sum = new Histogram(3);
        all.forEach(each -> sum.add(each.histogram()));
        return sum;
    }
}
