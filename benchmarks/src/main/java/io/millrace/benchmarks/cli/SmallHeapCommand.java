package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.broker.MillraceBroker;
import io.millrace.benchmarks.scenario.SmallHeap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code small-heap}. */
@Command(
        name = "small-heap",
        mixinStandardHelpOptions = true,
        description = "Puts much of everything on a Millrace with little memory and says whether a well-behaved client "
                + "notices. Ends with 1 if it does.")
final class SmallHeapCommand implements Callable<Integer> {
    @Mixin
    private BrokerFlags brokers = new BrokerFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Option(names = "--heap", defaultValue = "256m", description = "Of the broker. Default: ${DEFAULT-VALUE}.")
    private String heap = "256m";

    @Option(
            names = "--messages",
            defaultValue = "10000000",
            description = "A multiple of 100. Default: ${DEFAULT-VALUE}.")
    private long messages;

    @Option(names = "--size", defaultValue = "200", description = "Bytes of a body. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--queues", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
    private int queues;

    @Option(
            names = "--connections",
            defaultValue = "10000",
            description = "Default: ${DEFAULT-VALUE}; the limit on open files has to allow them.")
    private int connections;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            description = "Messages a second of the client. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(names = "--seconds", defaultValue = "20", description = "That it is looked at. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (messages < 100 || messages % 100 != 0) {
            throw new IllegalArgumentException("--messages is " + messages + "; allowed: multiples of 100");
        }
        MillraceBroker.Settings settings = brokers.millraces(Commands.root()).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("small-heap needs a Millrace that is started for it"))
                .with(List.of("-Xmx" + heap), List.of("amqp.max-connections=" + (connections + 100)));
        SmallHeap.Amounts amounts = new SmallHeap.Amounts(messages, size, queues, connections, rate, seconds);
        try (TemporaryDirectory directory = new TemporaryDirectory("millrace-small-heap-");
                MillraceBroker broker = MillraceBroker.start(
                        settings,
                        directory.path().resolve("data"),
                        directory.path().resolve("log"))) {
            SmallHeap.Verdict verdict =
                    new SmallHeap(amounts, spec.commandLine().getErr()).run(broker.target());
            output.print(
                    spec.commandLine().getOut(),
                    Commands.machine(settings.name() + " with -Xmx" + heap),
                    Map.of("Small heap", verdict.grid()));
            spec.commandLine()
                    .getErr()
                    .printf(
                            "%s: p99 of the well-behaved client %s %.0f ms, nothing failed, nothing was lost%n",
                            verdict.kept() ? "kept" : "NOT KEPT", verdict.kept() ? "≤" : ">", SmallHeap.P99_MILLIS_MAX);
            return verdict.kept() ? 0 : 1;
        }
    }
}
