package io.millrace.benchmarks.report;

import io.millrace.benchmarks.load.Outcome;
import io.millrace.benchmarks.scenario.Measured;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The tables of the short form, and what their columns mean. */
public final class BenchTables {
    public static final String EXPLANATION = """
            messages/s         deliveries a second, of all queues together; a message to ten queues counts ten times
            broker CPU s/M     CPU seconds of the broker's process for a million deliveries, user and system; the figure that
                               stays the same on a faster or busier machine. Empty if the process is not known or not here
            generator CPU s/M  the same of the load generator, which shares the machine if it runs on the same one
            RSS, MiB           memory of the broker's process at the end
            latency, ms        from the time that a message was due to be sent, so that a pause of the broker counts for all
                               messages that waited: for the confirm, and for the delivery to the consumer. p99: one of a
                               hundred takes longer
            A fresh Java broker compiles its code during the first minute or two and then needs less: run it twice.""";

    private BenchTables() {}

    /** Rows of what was run as fast as it goes. */
    public static Grid rates(List<Measured> all) {
        Grid grid = new Grid(
                List.of("scenario", "", "broker", "messages/s", "broker CPU s/M", "generator CPU s/M", "RSS, MiB"));
        for (Measured each : all) {
            if (each.scenario().fast()) {
                grid.row(List.of(
                        Grid.Cell.of(each.scenario().name()),
                        Grid.Cell.of(each.scenario().title()),
                        Grid.Cell.of(each.broker()),
                        Grid.Cell.of(each.spread(Outcome::perSecond)[1], 0),
                        Grid.Cell.of(each.spread(Outcome::brokerPerMillion)[1], 2),
                        Grid.Cell.of(each.spread(Outcome::generatorPerMillion)[1], 2),
                        Grid.Cell.of(each.residentMiB(), 0)));
            }
        }
        return grid;
    }

    /** Rows of what was run at a fixed rate. */
    public static Grid latencies(List<Measured> all) {
        Grid grid = new Grid(List.of("broker", "latency, ms", "p50", "p99", "p99.9", "max"));
        for (Measured each : all) {
            row(grid, each.broker(), "confirm", each.confirm());
            row(grid, each.broker(), "delivery", each.delivery());
        }
        return grid;
    }

    private static void row(Grid grid, String broker, String what, Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return;
        }
        List<Grid.Cell> cells = new ArrayList<>(List.of(Grid.Cell.of(broker), Grid.Cell.of(what)));
        for (double percentile : new double[] {50, 99, 99.9, 100}) {
            cells.add(Grid.Cell.of(histogram.getValueAtPercentile(percentile) / 1e6, 2));
        }
        grid.row(cells);
    }
}
