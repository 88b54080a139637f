package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.broker.CpuMeter;
import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.load.QueueLoad;
import io.millrace.benchmarks.report.Grid;
import io.millrace.benchmarks.wire.BrokerFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
            "RSS grows by, MiB",
            "drain, messages/s",
            "drain, broker CPU s/M",
            "drain, generator CPU s/M",
            "disk left, MiB");

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

    /** Warms up with a twentieth, then fills and drains, for one broker after the other. */
    public Grid run(List<Target> targets) {
        Grid grid = new Grid(COLUMNS);
        for (Target target : targets) {
            fillAndDrain(target, Math.max(100, messages / 20 / 100 * 100), null);
            fillAndDrain(target, messages, grid);
        }
        return grid;
    }

    private void fillAndDrain(Target target, long count, @Nullable Grid grid) {
        CpuMeter meter = target.meter();
        QueueLoad queue = new QueueLoad(size, window);
        queue.declare(target.address());
        try {
            double resident = meter.residentMiB();
            double disk = disk(target.data());
            QueueLoad.Part fill = queue.fill(target.address(), meter, count);
            double grown = meter.residentMiB() - resident;
            double each = (disk(target.data()) - disk) / count;
            say(target, "filled", fill);
            QueueLoad.Part drain = queue.drain(target.address(), meter, count, false);
            say(target, "drained", drain);
            long left = queue.depth(target.address());
            if (left != 0) {
                throw new BrokerFailure(target.name() + " says that " + left + " messages are left after all " + count
                        + " were acknowledged");
            }
            if (grid != null) {
                double diskLeft = (disk(target.data()) - disk) / (1 << 20);
                grid.row(List.of(
                        Grid.Cell.of(target.name()),
                        Grid.Cell.of((double) count, 0),
                        Grid.Cell.of(size, 0),
                        Grid.Cell.of(fill.perSecond(), 0),
                        Grid.Cell.of(fill.brokerPerMillion(), 2),
                        Grid.Cell.of(fill.generatorPerMillion(), 2),
                        Grid.Cell.of(each, 0),
                        Grid.Cell.of(grown, 0),
                        Grid.Cell.of(drain.perSecond(), 0),
                        Grid.Cell.of(drain.brokerPerMillion(), 2),
                        Grid.Cell.of(drain.generatorPerMillion(), 2),
                        Grid.Cell.of(diskLeft, 0)));
            }
        } finally {
            queue.delete(target.address());
        }
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
