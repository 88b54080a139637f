package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.report.BenchTables;
import io.millrace.benchmarks.report.Grid;
import io.millrace.benchmarks.scenario.Measured;
import io.millrace.benchmarks.scenario.Throughput;
import io.millrace.benchmarks.scenario.ThroughputRunner;
import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.Channels;
import io.millrace.benchmarks.wire.Link;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench}: the short form, for a broker that runs already; {@code millrace bench} ends here. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures running brokers within two minutes, with queues of its own that are gone when it ends.")
final class BenchCommand implements Callable<Integer> {
    /** Seconds that all of a run may take; two brokers share them. */
    private static final double BUDGET = 84;

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Parameters(paramLabel = "HOST:PORT", description = "The broker.")
    private String address = "";

    @Option(names = "--pid", paramLabel = "N", description = "Its process; without it there is no CPU and memory.")
    private long pid;

    @Option(names = "--user", paramLabel = "NAME", defaultValue = "guest", description = "Default: guest.")
    private String user = "guest";

    @Option(
            names = "--password",
            defaultValue = "${env:BENCH_PASSWORD:-guest}",
            description = "Default: BENCH_PASSWORD of the environment, else guest.")
    private String password = "guest";

    @Option(names = "--vhost", paramLabel = "NAME", defaultValue = "/", description = "The virtual host. Default: /.")
    private String virtualHost = "/";

    @Option(
            names = "--compare",
            paramLabel = "HOST:PORT[,PID[,USER,PASSWORD]]",
            description = "Another broker, in turns with the first.")
    private List<String> compare = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        List<Target> targets = targets();
        for (Target target : targets) {
            Link link = Link.open(target.address(), "millrace-bench-hello");
            new Channels(link).farewell();
        }
        double each = BUDGET / targets.size() / Throughput.ALL.size();
        ThroughputRunner.Times times =
                new ThroughputRunner.Times(each / 2, Math.max(0.5, each / 6), Math.max(0.5, each / 2 / 1.2), 1, false);
        ThroughputRunner runner = new ThroughputRunner(targets, times, 0, 0, err);
        List<Measured> all = new ArrayList<>();
        Throughput.ALL.forEach(scenario -> all.addAll(runner.run(scenario)));
        Map<String, Grid> grids = new LinkedHashMap<>();
        grids.put("As fast as it goes", BenchTables.rates(all));
        grids.put("At 5,000 persistent, confirmed messages a second", BenchTables.latencies(all));
        output.print(spec.commandLine().getOut(), Commands.machine("Load: one producer, one consumer"), grids);
        if (output.isForPeople()) {
            spec.commandLine().getOut().println(BenchTables.EXPLANATION);
        }
        return 0;
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        if (!address.matches(".+:\\d{1,5}")) {
            throw new IllegalArgumentException(
                    "'" + address + "' is no broker; the form is HOST:PORT, for example 127.0.0.1:5672");
        }
        Address first = Target.parse("broker=" + address).address();
        targets.add(new Target(
                compare.isEmpty() ? "broker" : first.toString(),
                new Address(first.host(), first.port(), user, password, virtualHost),
                pid,
                null));
        for (String other : compare) {
            String name = other.replaceFirst(",.*", "");
            targets.add(Target.parse(name + "=" + other));
        }
        return targets;
    }
}
