package io.millrace.benchmarks.scenario;

import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.load.Load;
import io.millrace.benchmarks.load.LoadRun;
import io.millrace.benchmarks.load.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs throughput scenarios against all brokers in turns. */
public final class ThroughputRunner {
    /** A warm-up is over when the CPU of a message differs by no more than that from the slice before. */
    private static final double STEADY = 0.06;
    /** And when compiling takes no more of the CPU than that. */
    private static final double COMPILING_MAX = 0.10;

    /**
     * How long things take.
     *
     * @param warmUpMax seconds of warming up at most, each scenario and broker
     * @param slice     seconds of one part of it
     * @param seconds   of each measured round
     * @param latencies true: each scenario also at its fixed rate; else only those that are nothing else
     */
    public record Times(double warmUpMax, double slice, double seconds, int rounds, boolean latencies) {}

    private final List<Target> targets;
    private final Times times;
    private final int producers;
    private final int consumers;
    private final PrintWriter progress;

    /** @param producers 0: as the scenario says; likewise the consumers */
    public ThroughputRunner(List<Target> targets, Times times, int producers, int consumers, PrintWriter progress) {
        this.targets = List.copyOf(targets);
        this.times = times;
        this.producers = producers;
        this.consumers = consumers;
        this.progress = progress;
    }

    /** Warms all brokers up with the scenario, then measures them in turns. */
    public List<Measured> run(Throughput scenario) {
        Load load = scenario.load()
                .with(
                        producers == 0 ? scenario.load().producers() : producers,
                        consumers == 0 ? scenario.load().consumers() : consumers);
        say("%s: %s%n", scenario.name(), scenario.title());
        List<Measured> all = new ArrayList<>();
        for (Target target : targets) {
            warmUp(target, load);
            all.add(new Measured(scenario, target.name()));
        }
        for (int round = 0; round < times.rounds(); round++) {
            for (int i = 0; i < targets.size(); i++) {
                measure(targets.get(i), scenario, load, all.get(i));
            }
        }
        return all;
    }

    private void warmUp(Target target, Load load) {
        double before = Double.NaN;
        for (double spent = 0; spent < times.warmUpMax(); spent += times.slice()) {
            double compilers = target.meter().compilerSeconds();
            Outcome outcome = LoadRun.asFastAsItGoes(target.address(), target.meter(), load, times.slice());
            double cost = cost(outcome, target);
            double compiling = target.meter().isKnown()
                    ? (target.meter().compilerSeconds() - compilers) / Math.max(0.01, outcome.brokerSeconds())
                    : 0;
            say(
                    "  warm-up  %-10s %,11.0f/s  %8.3f CPU s/M, compiling %2.0f%%  generator %.3f%n",
                    target.name(),
                    outcome.perSecond(),
                    outcome.brokerPerMillion(),
                    compiling * 100,
                    outcome.generatorPerMillion());
            if (Math.abs(cost - before) <= before * STEADY && compiling <= COMPILING_MAX) {
                return;
            }
            before = cost;
        }
    }

    private static double cost(Outcome outcome, Target target) {
        return target.meter().isKnown() ? outcome.brokerPerMillion() : 1 / outcome.perSecond();
    }

    private void measure(Target target, Throughput scenario, Load load, Measured measured) {
        if (scenario.fast()) {
            Outcome outcome = LoadRun.asFastAsItGoes(target.address(), target.meter(), load, times.seconds());
            measured.fast(outcome);
            say(
                    "  measured %-10s %,11.0f/s  %8.3f CPU s/M  generator %.3f%n",
                    target.name(), outcome.perSecond(), outcome.brokerPerMillion(), outcome.generatorPerMillion());
        }
        if (scenario.fast() && !times.latencies()) {
            measured.resident(target.meter().residentMiB());
            return;
        }
        Outcome paced = LoadRun.atRate(target.address(), target.meter(), load, times.seconds(), scenario.latencyRate());
        measured.paced(paced);
        measured.resident(target.meter().residentMiB());
        say(
                "  at %,6.0f/s %-8s delivery p50/p99 %.2f/%.2f ms  %8.3f CPU s/M%n",
                scenario.latencyRate(),
                target.name(),
                paced.delivery().getValueAtPercentile(50) / 1e6,
                paced.delivery().getValueAtPercentile(99) / 1e6,
                paced.brokerPerMillion());
    }

    private void say(String format, Object... values) {
        progress.printf(format, values);
        progress.flush();
    }
}
