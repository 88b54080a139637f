package io.millrace.server.demo;

import com.rabbitmq.client.Connection;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One run: declares, subscribes, publishes, waits until nothing more is to come, and counts. Used once. */
final class DemoRun {
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** After the last expected delivery: time for one too many to show itself. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long ROOM_MILLIS = 50;

    private final DemoBroker broker;
    private final PrintWriter out;
    private final boolean terminal;
    private long progress = -1;
    private long progressAt;

    DemoRun(DemoBroker broker, PrintWriter out, boolean terminal) {
        this.broker = broker;
        this.out = out;
        this.terminal = terminal;
    }

    /** Runs it and prints what came of it. */
    RunCount run(EventSource source, List<DemoQueue> queues, int total, DemoOptions options) {
        try {
            Connection control = broker.connect("control");
            DemoTopology topology = new DemoTopology(control);
            prepare(topology, queues);
            List<Subscriber> subscribers = new ArrayList<>();
            for (DemoQueue queue : queues) {
                subscribers.add(Subscriber.start(broker.connect(queue.name()), queue));
            }
            Publisher publisher = Publisher.start(broker.connect("publisher"));
            out.println();
            long begun = System.nanoTime();
            LiveTable table = new LiveTable(out, terminal, publisher, subscribers, begun);
            progressAt = begun;
            try {
                publish(source, queues, publisher, subscribers, table, new Pace(options.rateFor(total), begun));
                await(publisher, subscribers, table);
            } catch (StalledException e) {
                out.println("Nothing has moved for " + TimeUnit.NANOSECONDS.toSeconds(STALLED_NANOS) + " s.");
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            table.show(System.nanoTime());
            RunCount count = count(topology, publisher, subscribers);
            new Report(out).print(count, queues, seconds);
            showDeadLetter(control, count);
            return count;
        } catch (IOException e) {
            throw new FatalException(ExitCode.UNEXPECTED, "the run broke off: " + Failures.reason(e), e);
        }
    }

    private void showDeadLetter(Connection control, RunCount count) throws IOException {
        List<String> lines = DeadLetter.first(control);
        if (!lines.isEmpty()) {
            out.println(
                    "One of the " + count.deadLetters() + " dead letters, as any client gets it. Its subscriber gave it"
                            + " back once, and rejected it when it came again:");
            lines.forEach(line -> out.println("  " + line));
            out.println();
        }
    }

    private void prepare(DemoTopology topology, List<DemoQueue> queues) throws IOException {
        try {
            topology.removeOld();
        } catch (IOException e) {
            if (Failures.inUse(e)) {
                throw new FatalException(
                        ExitCode.UNEXPECTED,
                        "another demonstration is running on " + broker.address() + " (" + Failures.reason(e) + ")",
                        e);
            }
            throw e;
        }
        topology.declare(queues);
    }

    private void publish(
            EventSource source,
            List<DemoQueue> queues,
            Publisher publisher,
            List<Subscriber> subscribers,
            LiveTable table,
            Pace pace)
            throws IOException {
        source.read(event -> {
            queues.forEach(queue -> queue.expect(event));
            long wait = pace.nanosUntilNext(publisher.published(), System.nanoTime());
            while (wait > 0) {
                LockSupport.parkNanos(Math.min(wait, POLL_NANOS));
                watch(publisher, subscribers, table);
                progressAt = System.nanoTime();
                wait = pace.nanosUntilNext(publisher.published(), System.nanoTime());
            }
            while (!publisher.publish(event, ROOM_MILLIS)) {
                watch(publisher, subscribers, table);
            }
            watch(publisher, subscribers, table);
            return true;
        });
    }

    /** Waits until every expected answer and settlement is there, or nothing moves any more. */
    private void await(Publisher publisher, List<Subscriber> subscribers, LiveTable table) {
        progressAt = System.nanoTime();
        while (!done(publisher, subscribers)) {
            LockSupport.parkNanos(POLL_NANOS);
            watch(publisher, subscribers, table);
        }
        long quiet = System.nanoTime();
        while (System.nanoTime() - quiet < QUIET_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
            watch(publisher, subscribers, table);
        }
    }

    private static boolean done(Publisher publisher, List<Subscriber> subscribers) {
        if (!publisher.allAnswered()) {
            return false;
        }
        for (Subscriber subscriber : subscribers) {
            if (subscriber.settled() < subscriber.queue().expected().cardinality()) {
                return false;
            }
        }
        return true;
    }

    /** Nothing moves any more. */
    private static final class StalledException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Draws, and looks whether something is broken or stands still. */
    private void watch(Publisher publisher, List<Subscriber> subscribers, LiveTable table) {
        if (Thread.currentThread().isInterrupted()) {
            throw new FatalException(ExitCode.UNEXPECTED, "the run was interrupted");
        }
        table.tick(System.nanoTime());
        String failure = broker.failure() == null ? publisher.failure() : broker.failure();
        long moved = publisher.published() + publisher.confirmed() + publisher.refused();
        for (Subscriber subscriber : subscribers) {
            moved += subscriber.deliveries();
            failure = failure == null ? subscriber.failure() : failure;
        }
        if (failure != null) {
            throw new FatalException(ExitCode.UNEXPECTED, failure);
        }
        if (moved != progress) {
            progress = moved;
            progressAt = System.nanoTime();
        } else if (System.nanoTime() - progressAt > STALLED_NANOS) {
            throw new StalledException();
        }
    }

    private RunCount count(DemoTopology topology, Publisher publisher, List<Subscriber> subscribers)
            throws IOException {
        publisher.close();
        List<QueueCount> counts = new ArrayList<>();
        long rejected = 0;
        for (Subscriber subscriber : subscribers) {
            subscriber.close();
            long open = subscriber.queue().expected().cardinality() - subscriber.settled();
            counts.add(subscriber.count(ready(topology, subscriber.queue().name(), open)));
            rejected += subscriber.dead();
        }
        long deadLetters = ready(topology, DemoNames.DEAD_QUEUE, rejected);
        return new RunCount(
                publisher.published(),
                publisher.confirmed(),
                publisher.refused(),
                publisher.returned(),
                counts,
                deadLetters);
    }

    /** How many messages are ready in a queue; a broker may take a moment until it is as many as expected. */
    private static long ready(DemoTopology topology, String queue, long expected) throws IOException {
        long begun = System.nanoTime();
        long ready = topology.ready(queue);
        BooleanSupplier late = () -> System.nanoTime() - begun > SETTLE_NANOS;
        while (ready != expected && !late.getAsBoolean()) {
            LockSupport.parkNanos(10 * POLL_NANOS);
            ready = topology.ready(queue);
        }
        return ready;
    }
}
