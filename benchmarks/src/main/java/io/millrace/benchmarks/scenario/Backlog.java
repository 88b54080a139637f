package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.load.QueueLoad;
import io.millrace.benchmarks.report.Grid;
import io.millrace.benchmarks.wire.BrokerFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** {@code backlog}: a queue that is filled while nobody consumes, and drained afterwards. */
public final class Backlog {
    private static final List<String> COLUMNS = List.of(
            "broker",
            "messages",
            "size, B",
            "fill, messages/s",
            "fill, broker CPU s/M",
            "fill, generator CPU s/M",
            "disk, B each",
            "disk at rest, B each",
            "RSS grows by, MiB",
            "drain, messages/s",
            "drain, broker CPU s/M",
            "drain, generator CPU s/M",
            "disk left, MiB");

    /** A warm-up is over when the CPU of a round differs by no more than that from the round before. */
    private static final double STEADY = 0.06;
    /** Most of the CPU that the compilers may take by then. */
    private static final double COMPILING = 0.1;

    private static final int WARM_ROUNDS_MAX = 20;
    /** A round of warm-up is so much of the measured one. */
    private static final int WARM_PART = 5;

    /** How long a broker is left alone, so that it gives back what it keeps ready: a few times what Millrace needs. */
    private static final long REST_MILLIS = 10_000;

    private final long messages;
    private final int size;
    private final int window;
    private final PrintWriter progress;

    /**
     * @param messages a multiple of 100
     * @param window   unconfirmed messages at most
     */
    public Backlog(long messages, int size, int window, PrintWriter progress) {
        this.messages = messages;
        this.size = size;
        this.window = window;
        this.progress = progress;
    }

    /** Warms up until it is steady, then fills, rests and drains, for one broker after the other. */
    public Grid run(List<Target> targets) {
        Grid grid = new Grid(COLUMNS);
        for (Target target : targets) {
            warmUp(target);
            LockSupport.parkNanos(REST_MILLIS * 1_000_000L);
            measure(target, grid);
        }
        return grid;
    }

    private void warmUp(Target target) {
        long count = Math.max(100, messages / WARM_PART / 100 * 100);
        double before = Double.MAX_VALUE;
        for (int round = 0; round < WARM_ROUNDS_MAX; round++) {
            QueueLoad queue = new QueueLoad(size, window);
            queue.declare(target.address());
            try {
                double compiling = target.meter().compilerSeconds();
                QueueLoad.Part fill = queue.fill(target.address(), target.meter(), count);
                QueueLoad.Part drain = drain(target, queue, count);
                compiling = target.meter().compilerSeconds() - compiling;
                say(target, "warm-up", fill);
                say(target, "", drain);
                double now = fill.brokerSeconds() + drain.brokerSeconds();
                if (Double.isNaN(now) || (Math.abs(before - now) <= STEADY * before && compiling <= COMPILING * now)) {
                    return;
                }
                before = now;
            } finally {
                queue.delete(target.address());
            }
        }
    }

    private void measure(Target target, Grid grid) {
        QueueLoad queue = new QueueLoad(size, window);
        queue.declare(target.address());
        try {
            double resident = target.meter().residentMiB();
            double disk = disk(target.data());
            QueueLoad.Part fill = queue.fill(target.address(), target.meter(), messages);
            double grown = target.meter().residentMiB() - resident;
            double each = (disk(target.data()) - disk) / messages;
            say(target, "filled", fill);
            LockSupport.parkNanos(REST_MILLIS * 1_000_000L);
            double eachAtRest = (disk(target.data()) - disk) / messages;
            QueueLoad.Part drain = drain(target, queue, messages);
            say(target, "drained", drain);
            double diskLeft = (disk(target.data()) - disk) / (1 << 20);
            grid.row(List.of(
                    Grid.Cell.of(target.name()),
                    Grid.Cell.of((double) messages, 0),
                    Grid.Cell.of(size, 0),
                    Grid.Cell.of(fill.perSecond(), 0),
                    Grid.Cell.of(fill.brokerPerMillion(), 2),
                    Grid.Cell.of(fill.generatorPerMillion(), 2),
                    Grid.Cell.of(each, 0),
                    Grid.Cell.of(eachAtRest, 0),
                    Grid.Cell.of(grown, 0),
                    Grid.Cell.of(drain.perSecond(), 0),
                    Grid.Cell.of(drain.brokerPerMillion(), 2),
                    Grid.Cell.of(drain.generatorPerMillion(), 2),
                    Grid.Cell.of(diskLeft, 0)));
        } finally {
            queue.delete(target.address());
        }
    }

    private static QueueLoad.Part drain(Target target, QueueLoad queue, long count) {
        QueueLoad.Part drain = queue.drain(target.address(), target.meter(), count, false);
        long left = queue.depth(target.address());
        if (left != 0) {
            throw new BrokerFailure(target.name() + " says that " + left + " messages are left after all " + count
                    + " were acknowledged");
        }
        return drain;
    }

    private static double disk(@Nullable Path data) {
        return data == null ? Double.NaN : Disk.bytes(data);
    }

    private void say(Target target, String what, QueueLoad.Part part) {
        progress.printf(
                "  %-8s %-10s %,11d messages %,11.0f/s  %8.3f CPU s/M  generator %.3f%n",
                what,
                target.name(),
                part.messages(),
                part.perSecond(),
                part.brokerPerMillion(),
                part.generatorPerMillion());
        progress.flush();
    }
}
