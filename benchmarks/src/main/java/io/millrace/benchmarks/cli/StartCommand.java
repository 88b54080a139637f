package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.broker.MillraceBroker;
import io.millrace.benchmarks.broker.RabbitBroker;
import io.millrace.benchmarks.scenario.Start;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code start}. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description =
                "Starts brokers on empty and on filled data directories, after a kill and after a clean end: seconds to "
                        + "the first connection and to its login, memory when idle. What was filled is drained and "
                        + "checked.")
final class StartCommand implements Callable<Integer> {
    @Mixin
    private BrokerFlags brokers = new BrokerFlags();

    @Mixin
    private OutputFlags output = new OutputFlags();

    @Option(
            names = "--messages",
            defaultValue = "1000000",
            description = "A multiple of 100. Default: ${DEFAULT-VALUE}.")
    private long messages;

    @Option(names = "--size", defaultValue = "200", description = "Bytes of a body. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (messages < 100 || messages % 100 != 0) {
            throw new IllegalArgumentException("--messages is " + messages + "; allowed: multiples of 100");
        }
        Start start = new Start(messages, size, spec.commandLine().getErr());
        try (TemporaryDirectory directory = new TemporaryDirectory("millrace-start-")) {
            int number = 0;
            for (MillraceBroker.Settings settings : brokers.millraces(Commands.root())) {
                Path data = directory.path().resolve("millrace-" + number++);
                Path log = directory.path().resolve("millrace.log");
                // The launcher makes an archive of classes at its first start; every file of a program is read once.
                MillraceBroker.start(settings, directory.path().resolve("first"), log)
                        .close();
                start.run(() -> MillraceBroker.start(settings, data, log), broker -> ((MillraceBroker) broker).kill());
            }
            if (brokers.startsRabbitMq()) {
                Path script = Commands.root().resolve("benchmarks/rabbitmq");
                Path data = directory.path().resolve("rabbitmq");
                Path log = directory.path().resolve("rabbitmq.log");
                RabbitBroker.start(
                                script, brokers.brokerCpus(), directory.path().resolve("first-rabbitmq"), log)
                        .close();
                start.run(
                        () -> RabbitBroker.start(script, brokers.brokerCpus(), data, log),
                        broker -> ((RabbitBroker) broker).kill());
            }
        }
        output.print(spec.commandLine().getOut(), Commands.machine("each broker alone"), Map.of("Start", start.grid()));
        return 0;
    }
}
