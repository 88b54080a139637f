package io.millrace.benchmarks.report;

import io.millrace.benchmarks.load.Outcome;
import io.millrace.benchmarks.scenario.Measured;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The table of throughput scenarios: medians of the rounds, latencies of all rounds together. */
public final class ThroughputTable {
    private static final List<String> COLUMNS = List.of(
            "scenario",
            "broker",
            "broker CPU s/M",
            "lowest–highest",
            "generator CPU s/M",
            "messages/s",
            "latencies at",
            "delivery p50, ms",
            "p99",
            "p99.9",
            "max",
            "confirm p50, ms",
            "p99 ",
            "p99.9 ",
            "max ",
            "RSS, MiB");

    private ThroughputTable() {}

    public static Grid of(List<Measured> all) {
        Grid grid = new Grid(COLUMNS);
        all.forEach(each -> grid.row(row(each)));
        return grid;
    }

    private static List<Grid.Cell> row(Measured measured) {
        List<Grid.Cell> cells = new ArrayList<>();
        double[] cpu = measured.spread(Outcome::brokerPerMillion);
        cells.add(Grid.Cell.of(measured.scenario().name()));
        cells.add(Grid.Cell.of(measured.broker()));
        cells.add(Grid.Cell.of(cpu[1], 2));
        cells.add(Grid.Cell.of(Double.isNaN(cpu[1]) ? "" : Grid.number(cpu[0], 2) + "–" + Grid.number(cpu[2], 2)));
        cells.add(Grid.Cell.of(measured.spread(Outcome::generatorPerMillion)[1], 2));
        cells.add(Grid.Cell.of(measured.spread(Outcome::perSecond)[1], 0));
        cells.add(Grid.Cell.of(Grid.number(measured.scenario().latencyRate(), 0) + "/s"));
        latencies(cells, measured.delivery());
        latencies(cells, measured.confirm());
        cells.add(Grid.Cell.of(measured.residentMiB(), 0));
        return cells;
    }

    private static void latencies(List<Grid.Cell> cells, Histogram histogram) {
        boolean none = histogram.getTotalCount() == 0;
        for (double percentile : new double[] {50, 99, 99.9, 100}) {
            double millis = histogram.getValueAtPercentile(percentile) / 1e6;
            cells.add(Grid.Cell.of(none ? Double.NaN : millis, 2));
        }
    }
}
