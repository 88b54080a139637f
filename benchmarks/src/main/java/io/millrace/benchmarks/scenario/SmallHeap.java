package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.load.IdleConnections;
import io.millrace.benchmarks.load.LoadRun;
import io.millrace.benchmarks.load.Outcome;
import io.millrace.benchmarks.load.QueueLoad;
import io.millrace.benchmarks.load.SilentConsumer;
import io.millrace.benchmarks.report.Grid;
import java.io.PrintWriter;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * {@code small-heap}: much of everything at once on little memory, and a client that does what it should in the middle of
 * it. It is kept if nothing fails, every message that waited comes, and that client's p99 stays below the limit.
 */
public final class SmallHeap {
    /** The promise. */
    public static final double P99_MILLIS_MAX = 50;

    /**
     * How much there is.
     *
     * @param messages    that wait, a multiple of 100
     * @param size        bytes of each
     * @param queues      beside it
     * @param connections idle, each with a consumer
     * @param rate        messages a second of the well-behaved client
     * @param seconds     that it is looked at
     */
    public record Amounts(long messages, int size, int queues, int connections, double rate, double seconds) {}

    private static final int WINDOW = 10_000;

    private final Amounts amounts;
    private final PrintWriter progress;

    public SmallHeap(Amounts amounts, PrintWriter progress) {
        this.amounts = amounts;
        this.progress = progress;
    }

    /** What came out; a failure of the broker is thrown as such. */
    public record Verdict(boolean kept, Grid grid) {}

    /** Does all of it. */
    @SuppressWarnings("try") // a consumer that does nothing is not referred to
    public Verdict run(Target target) {
        Grid grid = new Grid(List.of("step", "seconds", "broker CPU s", "RSS, MiB", "result"));
        QueueLoad queue = new QueueLoad(amounts.size(), WINDOW);
        step(grid, target, "declare " + amounts.queues() + " queues", () -> {
            queue.declare(target.address());
            queue.declareOthers(target.address(), amounts.queues());
            return "";
        });
        String waiting = String.format("%,d messages of %d B", amounts.messages(), amounts.size());
        step(
                grid,
                target,
                "publish " + waiting,
                () -> String.format(
                        "%,.0f/s",
                        queue.fill(target.address(), target.meter(), amounts.messages())
                                .perSecond()));
        boolean[] kept = new boolean[1];
        try (IdleConnections idle = new IdleConnections(target.address(), 4)) {
            step(grid, target, "open " + amounts.connections() + " connections with consumers", () -> {
                idle.open(amounts.connections());
                return "";
            });
            try (SilentConsumer ignored = new SilentConsumer(target.address(), queue)) {
                step(grid, target, "a well-behaved client, beside a consumer that never reads", () -> {
                    Outcome outcome = LoadRun.atRate(
                            target.address(),
                            target.meter(),
                            Throughput.LATENCY_5K.load(),
                            amounts.seconds(),
                            amounts.rate());
                    kept[0] = p99(outcome.delivery()) <= P99_MILLIS_MAX && p99(outcome.confirm()) <= P99_MILLIS_MAX;
                    return String.format(
                            "p99 of deliveries %.1f ms, of confirms %.1f ms",
                            p99(outcome.delivery()), p99(outcome.confirm()));
                });
            }
        }
        step(
                grid,
                target,
                "drain, every message once and in order",
                () -> String.format(
                        "%,.0f/s",
                        queue.drain(target.address(), target.meter(), amounts.messages(), true)
                                .perSecond()));
        return new Verdict(kept[0], grid);
    }

    private static double p99(Histogram histogram) {
        return histogram.getValueAtPercentile(99) / 1e6;
    }

    private interface Work {
        String run();
    }

    private void step(Grid grid, Target target, String title, Work work) {
        long begun = System.nanoTime();
        double cpu = target.meter().seconds();
        String result = work.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double resident = target.meter().residentMiB();
        progress.printf("  %-60s %7.1f s %6.0f MiB  %s%n", title, seconds, resident, result);
        progress.flush();
        grid.row(List.of(
                Grid.Cell.of(title),
                Grid.Cell.of(seconds, 1),
                Grid.Cell.of(target.meter().seconds() - cpu, 1),
                Grid.Cell.of(resident, 0),
                Grid.Cell.of(result)));
    }
}
