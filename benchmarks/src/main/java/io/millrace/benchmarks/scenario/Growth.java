package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.broker.CpuMeter;
import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.load.IdleConnections;
import io.millrace.benchmarks.load.Load;
import io.millrace.benchmarks.load.LoadRun;
import io.millrace.benchmarks.load.Outcome;
import io.millrace.benchmarks.load.QueueLoad;
import io.millrace.benchmarks.report.Grid;
import java.io.PrintWriter;
import java.util.List;

/** Measures the points of one {@link Sweep} and collects them. */
public final class Growth {
    /** Messages of a stretch that is filled or drained at a depth of the backlog. */
    private static final long STRETCH = 200_000;

    private static final int BACKLOG_SIZE = 100;
    private static final int BACKLOG_WINDOW = 10_000;

    private final Sweep sweep;
    private final double seconds;
    private final PrintWriter progress;
    private final Grid grid;

    /** @param seconds of each point; as long again to warm up */
    public Growth(Sweep sweep, double seconds, PrintWriter progress) {
        this.sweep = sweep;
        this.seconds = seconds;
        this.progress = progress;
        boolean backlog = sweep == Sweep.BACKLOG;
        grid = new Grid(List.of(
                sweep.title(),
                backlog ? "fill, broker CPU s/M" : "broker CPU s/M",
                backlog ? "drain, broker CPU s/M" : "generator CPU s/M",
                backlog ? "fill, messages/s" : "messages/s",
                "RSS, MiB"));
    }

    /** What was measured; the first column grows. */
    public Grid grid() {
        return grid;
    }

    /** Measures the points one after the other, with the same broker. */
    public void run(Target target, List<Long> points) {
        if (sweep != Sweep.BACKLOG && sweep != Sweep.LOOPS && !points.isEmpty()) {
            // Else the first point would be that of a broker that has not compiled anything yet.
            LoadRun.asFastAsItGoes(target.address(), target.meter(), sweep.load(points.get(0)), 3 * seconds);
        }
        if (sweep == Sweep.BACKLOG) {
            backlog(target, points);
        } else if (sweep == Sweep.CONNECTIONS) {
            try (IdleConnections idle = new IdleConnections(target.address(), 4)) {
                for (long point : points) {
                    idle.open((int) point - idle.count());
                    pass(target, point);
                }
            }
        } else {
            points.forEach(point -> pass(target, point));
        }
    }

    private void pass(Target target, long point) {
        Load load = sweep.load(point);
        LoadRun.asFastAsItGoes(target.address(), target.meter(), load, seconds);
        Outcome outcome = LoadRun.asFastAsItGoes(target.address(), target.meter(), load, seconds);
        add(
                point,
                outcome.brokerPerMillion(),
                outcome.generatorPerMillion(),
                outcome.perSecond(),
                target.meter().residentMiB());
    }

    /** At each depth a stretch is published and as much is taken from the head, so that the depth stays. */
    private void backlog(Target target, List<Long> points) {
        CpuMeter meter = target.meter();
        QueueLoad queue = new QueueLoad(BACKLOG_SIZE, BACKLOG_WINDOW);
        queue.declare(target.address());
        try {
            for (int warm = 0; warm < 3; warm++) {
                queue.fill(target.address(), meter, STRETCH);
                queue.drain(target.address(), meter, STRETCH, true);
            }
            for (long point : points) {
                if (point > queue.waiting()) {
                    queue.fill(target.address(), meter, point - queue.waiting());
                }
                QueueLoad.Part fill = queue.fill(target.address(), meter, STRETCH);
                QueueLoad.Part drain = queue.drain(target.address(), meter, STRETCH, true);
                add(point, fill.brokerPerMillion(), drain.brokerPerMillion(), fill.perSecond(), meter.residentMiB());
            }
        } finally {
            queue.delete(target.address());
        }
    }

    private void add(long point, double first, double second, double perSecond, double residentMiB) {
        progress.printf(
                "  %,12d %s: %.3f, %.3f CPU s/M, %,.0f/s, %,.0f MiB%n",
                point, sweep.title(), first, second, perSecond, residentMiB);
        progress.flush();
        grid.row(List.of(
                Grid.Cell.of((double) point, 0),
                Grid.Cell.of(first, 2),
                Grid.Cell.of(second, 2),
                Grid.Cell.of(perSecond, 0),
                Grid.Cell.of(residentMiB, 0)));
    }
}
