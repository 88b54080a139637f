package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.broker.MillraceBroker;
import io.millrace.benchmarks.report.Grid;
import io.millrace.benchmarks.report.Plot;
import io.millrace.benchmarks.scenario.Growth;
import io.millrace.benchmarks.scenario.Sweep;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code growth}. */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        description =
                "Lets one thing grow and tells what a message costs at each point: queues, bindings, keys, direct, "
                        + "connections, backlog, size, loops. Each starts a Millrace of its own; loops, one for each point.")
final class GrowthCommand implements Callable<Integer> {
    @Mixin
    private BrokerFlags brokers = new BrokerFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Option(
            names = "--of",
            split = ",",
            paramLabel = "WHAT",
            description = "What grows, with commas between. Default: all.")
    private List<String> of = List.of();

    @Option(
            names = "--max",
            description = "The last point; by default 50 million messages, 100,000 bindings and so on.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--seconds", defaultValue = "4", description = "Of each point, and to warm it up. Default: 4.")
    private double seconds;

    @Option(names = "--plots", paramLabel = "DIR", description = "Write a plot of each as DIR/growth-WHAT.png.")
    private @Nullable Path plots;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        MillraceBroker.Settings settings = brokers.millraces(Commands.root()).stream()
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("growth is measured with a Millrace that is started for it"));
        Map<String, Grid> grids = new LinkedHashMap<>();
        for (Sweep sweep : sweeps()) {
            err.println("growth of " + sweep.title());
            Growth growth = new Growth(sweep, seconds, err);
            measure(sweep, growth, settings);
            grids.put("Growth of " + sweep.title(), growth.grid());
            if (plots != null) {
                boolean backlog = sweep == Sweep.BACKLOG;
                List<String> columns =
                        backlog ? List.of("fill, broker CPU s/M", "drain, broker CPU s/M") : List.of("broker CPU s/M");
                Path file = plots.resolve("growth-" + sweep.word() + ".png");
                Plot.write(growth.grid(), sweep.title(), columns, "CPU s per million", sweep == Sweep.SIZE, file);
            }
        }
        output.print(spec.commandLine().getOut(), Commands.machine(settings.name()), grids);
        return 0;
    }

    private void measure(Sweep sweep, Growth growth, MillraceBroker.Settings settings) {
        if (sweep != Sweep.LOOPS) {
            // By default a broker takes 10,000 connections, and those that load it come on top of the idle ones.
            MillraceBroker.Settings wide = settings.with(List.of(), List.of("amqp.max-connections=10100"));
            with(wide, broker -> growth.run(broker.target(), sweep.points(max)));
            return;
        }
        long cores = Runtime.getRuntime().availableProcessors();
        for (long loops : sweep.points(Math.min(max, cores))) {
            MillraceBroker.Settings some = settings.with(List.of(), List.of("threads.event-loops=" + loops));
            with(some, broker -> {
                // Each of them is a process that has not compiled anything yet.
                new Growth(sweep, seconds * 2, spec.commandLine().getErr()).run(broker.target(), List.of(loops));
                growth.run(broker.target(), List.of(loops));
            });
        }
    }

    private interface Work {
        void with(MillraceBroker broker);
    }

    private static void with(MillraceBroker.Settings settings, Work work) {
        try (TemporaryDirectory directory = new TemporaryDirectory("millrace-growth-");
                MillraceBroker broker = MillraceBroker.start(
                        settings,
                        directory.path().resolve("data"),
                        directory.path().resolve("log"))) {
            work.with(broker);
        }
    }

    private List<Sweep> sweeps() {
        if (of.isEmpty()) {
            return List.of(Sweep.values());
        }
        return of.stream().map(GrowthCommand::sweep).toList();
    }

    private static Sweep sweep(String word) {
        return Arrays.stream(Sweep.values())
                .filter(each -> each.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing is called '" + word + "'; there are: "
                        + String.join(
                                ", ",
                                Arrays.stream(Sweep.values()).map(Sweep::word).toList())));
    }
}
