package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.scenario.Backlog;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code backlog}. */
@Command(
        name = "backlog",
        mixinStandardHelpOptions = true,
        description = "Fills a durable queue with confirmed messages and drains it: rates, CPU, disk, memory. "
                + "Every message must come, once, in order.")
final class BacklogCommand implements Callable<Integer> {
    @Mixin
    private BrokerFlags brokers = new BrokerFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Option(
            names = "--messages",
            defaultValue = "2000000",
            description = "A multiple of 100. Default: ${DEFAULT-VALUE}.")
    private long messages;

    @Option(names = "--size", defaultValue = "512", description = "Bytes of a body. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--window", defaultValue = "1000", description = "Unconfirmed messages. Default: ${DEFAULT-VALUE}.")
    private int window;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (messages < 100 || messages % 100 != 0) {
            throw new IllegalArgumentException("--messages is " + messages + "; allowed: multiples of 100");
        }
        try (Fleet fleet = Fleet.start(brokers, Commands.root())) {
            Backlog backlog =
                    new Backlog(messages, size, window, spec.commandLine().getErr());
            output.print(
                    spec.commandLine().getOut(),
                    Commands.machine(fleet.description()),
                    Map.of("A backlog", backlog.run(fleet.targets())));
        }
        return 0;
    }
}
