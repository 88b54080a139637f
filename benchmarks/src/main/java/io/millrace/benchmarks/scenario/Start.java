package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.broker.CpuMeter;
import io.millrace.benchmarks.broker.StartedBroker;
import io.millrace.benchmarks.load.QueueLoad;
import io.millrace.benchmarks.report.Grid;
import io.millrace.benchmarks.wire.Channels;
import io.millrace.benchmarks.wire.Link;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@code start}: from the start of the process to the first connection, and its login; what it takes when idle. */
public final class Start {
    private static final int WINDOW = 10_000;
    private static final int SETTLE_MILLIS = 2_000;

    private final long messages;
    private final int size;
    private final PrintWriter progress;
    private final Grid grid = new Grid(List.of(
            "broker",
            "start",
            "accepted, s",
            "logged in, s",
            "broker CPU s",
            "RSS after 2 s, MiB",
            "idle, CPU % of a core"));

    /** @param messages that the data directory holds for the later starts; a multiple of 100 */
    public Start(long messages, int size, PrintWriter progress) {
        this.messages = messages;
        this.size = size;
        this.progress = progress;
    }

    public Grid grid() {
        return grid;
    }

    /**
     * Starts a broker several times on the same data.
     *
     * @param kill ends one as kill -9 does
     */
    public void run(Supplier<? extends StartedBroker> starter, Consumer<StartedBroker> kill) {
        QueueLoad queue = new QueueLoad(size, WINDOW);
        try (StartedBroker broker = start(starter, "nothing there")) {
            broker.target();
        }
        String filled = String.format("%,d messages of %,d B", messages, size);
        StartedBroker broker = start(starter, "no messages");
        try {
            queue.declare(broker.target().address());
            queue.fill(broker.target().address(), broker.target().meter(), messages);
        } finally {
            kill.accept(broker);
        }
        try (StartedBroker after = start(starter, filled + ", after a kill")) {
            after.target();
        }
        try (StartedBroker after = start(starter, filled + ", after a clean end")) {
            queue.drain(after.target().address(), after.target().meter(), messages, true);
            queue.delete(after.target().address());
        }
        try (StartedBroker after = start(starter, "after they were drained")) {
            after.target();
        }
    }

    private StartedBroker start(Supplier<? extends StartedBroker> starter, String title) {
        long begun = System.nanoTime();
        StartedBroker broker = starter.get();
        Link.greet(broker.target().address());
        double accepted = (System.nanoTime() - begun) / 1e9;
        new Channels(Link.open(broker.target().address(), "millrace-bench-first")).farewell();
        double seconds = (System.nanoTime() - begun) / 1e9;
        CpuMeter meter = broker.target().meter();
        double cpu = meter.seconds();
        LockSupport.parkNanos(SETTLE_MILLIS * 1_000_000L);
        double resident = meter.residentMiB();
        double before = meter.seconds();
        LockSupport.parkNanos(SETTLE_MILLIS * 1_000_000L);
        double idle = (meter.seconds() - before) / (SETTLE_MILLIS / 1e3) * 100;
        progress.printf(
                "  %-10s %-45s accepted %6.2f s, logged in %6.2f s %6.2f CPU s %6.0f MiB%n",
                broker.target().name(), title, accepted, seconds, cpu, resident);
        progress.flush();
        grid.row(List.of(
                Grid.Cell.of(broker.target().name()),
                Grid.Cell.of(title),
                Grid.Cell.of(accepted, 2),
                Grid.Cell.of(seconds, 2),
                Grid.Cell.of(cpu, 2),
                Grid.Cell.of(resident, 0),
                Grid.Cell.of(idle, 1)));
        return broker;
    }
}
