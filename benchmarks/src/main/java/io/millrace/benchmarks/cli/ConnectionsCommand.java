package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.scenario.Connections;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code connections}. */
@Command(
        name = "connections",
        mixinStandardHelpOptions = true,
        description =
                "Opens idle connections, each with a channel and a consumer: memory and CPU of each, and how many can "
                        + "be opened, or opened and closed, in a second.")
final class ConnectionsCommand implements Callable<Integer> {
    @Mixin
    private BrokerFlags brokers = new BrokerFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Option(names = "--count", defaultValue = "5000", description = "How many. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (Fleet fleet = Fleet.start(brokers, Commands.root())) {
            Connections connections = new Connections(count, spec.commandLine().getErr());
            output.print(
                    spec.commandLine().getOut(),
                    Commands.machine(fleet.description()),
                    Map.of("Connections", connections.run(fleet.targets())));
        }
        return 0;
    }
}
