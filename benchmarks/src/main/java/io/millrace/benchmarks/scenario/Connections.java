package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.broker.CpuMeter;
import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.load.IdleConnections;
import io.millrace.benchmarks.report.Grid;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** {@code connections}: what an idle connection costs, and how fast connections come and go. */
public final class Connections {
    private static final int AT_ONCE = 32;
    private static final double CHURN_SECONDS = 5;
    private static final int SETTLE_MILLIS = 1500;

    private final int count;
    private final PrintWriter progress;

    public Connections(int count, PrintWriter progress) {
        this.count = count;
        this.progress = progress;
    }

    /** For one broker after the other. A first tenth and a first churn warm it up. */
    public Grid run(List<Target> targets) {
        Grid grid = new Grid(List.of(
                "broker",
                "connections",
                "RSS each, KiB",
                "opened/s",
                "broker CPU ms each",
                "idle, CPU % of a core",
                "opened and closed/s",
                "broker CPU ms each ",
                "of it compiling",
                "generator CPU ms each"));
        for (Target target : targets) {
            grid.row(row(target));
        }
        return grid;
    }

    private List<Grid.Cell> row(Target target) {
        CpuMeter meter = target.meter();
        try (IdleConnections connections = new IdleConnections(target.address(), AT_ONCE)) {
            connections.churn(CHURN_SECONDS);
            connections.open(Math.max(1, count / 10));
            int warm = connections.count();
            settle();
            double resident = meter.residentMiB();
            double cpu = meter.seconds();
            long begun = System.nanoTime();
            connections.open(count - warm);
            double seconds = (System.nanoTime() - begun) / 1e9;
            double opening = meter.seconds() - cpu;
            settle();
            double each = (meter.residentMiB() - resident) * 1024 / (count - warm);
            cpu = meter.seconds();
            settle();
            double idle = (meter.seconds() - cpu) / (SETTLE_MILLIS / 1e3) * 100;
            cpu = meter.seconds();
            double compiling = meter.compilerSeconds();
            double own = CpuMeter.ofThisProcess().seconds();
            long churned = connections.churn(CHURN_SECONDS);
            double churning = meter.seconds() - cpu;
            own = CpuMeter.ofThisProcess().seconds() - own;
            compiling = meter.compilerSeconds() - compiling;
            progress.printf("  %s: %d connections, %.1f KiB each%n", target.name(), connections.count(), each);
            progress.flush();
            return List.of(
                    Grid.Cell.of(target.name()),
                    Grid.Cell.of(connections.count(), 0),
                    Grid.Cell.of(each, 1),
                    Grid.Cell.of((count - warm) / seconds, 0),
                    Grid.Cell.of(opening * 1e3 / (count - warm), 3),
                    Grid.Cell.of(idle, 1),
                    Grid.Cell.of(churned / CHURN_SECONDS, 0),
                    Grid.Cell.of(churning * 1e3 / churned, 3),
                    Grid.Cell.of(compiling * 1e3 / churned, 3),
                    Grid.Cell.of(own * 1e3 / churned, 3));
        }
    }

    private static void settle() {
        LockSupport.parkNanos(SETTLE_MILLIS * 1_000_000L);
    }
}
