package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.report.Grid;
import io.millrace.benchmarks.report.ThroughputTable;
import io.millrace.benchmarks.scenario.Measured;
import io.millrace.benchmarks.scenario.Throughput;
import io.millrace.benchmarks.scenario.ThroughputRunner;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run}: the scenarios that pass messages through. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Measures brokers in turns: CPU of a message, rate, latencies at a fixed rate.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private BrokerFlags brokers = new BrokerFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Option(
            names = "--scenarios",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Which, with commas between. Default: all. There are: transient-16, transient-1k, persistent-w200, "
                            + "persistent-w1000, fanout-10, topic-1000, latency-5k.")
    private List<String> scenarios = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "Measured rounds of each broker. Default: 3.")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "5", description = "Of each round. Default: 5.")
    private double seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "24",
            description =
                    "Seconds at most of warming up, each scenario and broker; it ends when the CPU of a message is "
                            + "steady and compiling takes less than a tenth of it. Default: 24.")
    private double warmUp;

    @Option(names = "--producers", defaultValue = "0", description = "Instead of the scenario's number.")
    private int producers;

    @Option(names = "--consumers", defaultValue = "0", description = "Instead of the scenario's number.")
    private int consumers;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Throughput> chosen = chosen();
        PrintWriter err = spec.commandLine().getErr();
        try (Fleet fleet = Fleet.start(brokers, Commands.root())) {
            fleet.targets()
                    .forEach(target ->
                            err.println(target.name() + " at " + target.address() + ", process " + target.pid()));
            ThroughputRunner.Times times =
                    new ThroughputRunner.Times(warmUp, Math.min(3, Math.max(1, warmUp / 4)), seconds, rounds, true);
            ThroughputRunner runner = new ThroughputRunner(fleet.targets(), times, producers, consumers, err);
            List<Measured> all = new ArrayList<>();
            chosen.forEach(scenario -> all.addAll(runner.run(scenario)));
            Grid grid = ThroughputTable.of(all);
            output.print(
                    spec.commandLine().getOut(), Commands.machine(fleet.description()), Map.of("Throughput", grid));
            return 0;
        }
    }

    private List<Throughput> chosen() {
        if (scenarios.isEmpty()) {
            return Throughput.ALL;
        }
        return scenarios.stream().map(RunCommand::scenario).toList();
    }

    private static Throughput scenario(String name) {
        return Throughput.ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario '" + name + "'; there are: "
                        + Throughput.ALL.stream().map(Throughput::name).collect(Collectors.joining(", "))));
    }
}
