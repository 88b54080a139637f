package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.load.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** All rounds of one scenario with one broker. */
public final class Measured {
    private final Throughput scenario;
    private final String broker;
    private final List<Outcome> fast = new ArrayList<>();
    private final List<Outcome> paced = new ArrayList<>();
    private double residentMiB = Double.NaN;

    Measured(Throughput scenario, String broker) {
        this.scenario = scenario;
        this.broker = broker;
    }

    void fast(Outcome outcome) {
        fast.add(outcome);
    }

    void paced(Outcome outcome) {
        paced.add(outcome);
    }

    void resident(double mib) {
        residentMiB = mib;
    }

    public Throughput scenario() {
        return scenario;
    }

    public String broker() {
        return broker;
    }

    /** At the end of the last round. */
    public double residentMiB() {
        return residentMiB;
    }

    /** Lowest, median and highest of the rounds that went as fast as they could, or of the others if there were none. */
    public double[] spread(ToDoubleFunction<Outcome> value) {
        List<Outcome> outcomes = fast.isEmpty() ? paced : fast;
        double[] sorted = outcomes.stream().mapToDouble(value).sorted().toArray();
        return new double[] {sorted[0], median(sorted), sorted[sorted.length - 1]};
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Of all rounds at the fixed rate together. */
    public Histogram delivery() {
        return sum(paced.stream().map(Outcome::delivery).toList());
    }

    /** Of all rounds at the fixed rate together; empty where nothing is confirmed. */
    public Histogram confirm() {
        return sum(paced.stream().map(Outcome::confirm).toList());
    }

    private static Histogram sum(List<Histogram> all) {
        Histogram sum = new Histogram(3);
        all.forEach(sum::add);
        return sum;
    }

    /** Of each round, for those who want to see the spread. */
    public double[] rounds(ToDoubleFunction<Outcome> value) {
        return (fast.isEmpty() ? paced : fast).stream().mapToDouble(value).toArray();
    }
}
