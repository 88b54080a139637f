package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.broker.MillraceBroker;
import io.millrace.benchmarks.broker.RabbitBroker;
import io.millrace.benchmarks.broker.StartedBroker;
import io.millrace.benchmarks.broker.Target;
import io.millrace.benchmarks.wire.BrokerFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The brokers of one run: those that run already, and those that are started for it and ended with it. */
final class Fleet implements AutoCloseable {
    private final TemporaryDirectory directory = new TemporaryDirectory("millrace-benchmarks-");
    private final List<StartedBroker> started = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final List<String> versions = new ArrayList<>();

    static Fleet start(BrokerFlags flags, Path root) {
        Fleet fleet = new Fleet();
        try {
            fleet.startAll(flags, root);
            return fleet;
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    private void startAll(BrokerFlags flags, Path root) {
        pin(flags.generatorCpus());
        for (MillraceBroker.Settings settings : flags.millraces(root)) {
            Path place = directory.path().resolve("millrace-" + started.size());
            started.add(MillraceBroker.start(settings, place, directory.path().resolve("millrace.log")));
            versions.add(settings.name() + " (" + settings.program().getFileName() + ")");
        }
        if (flags.startsRabbitMq()) {
            RabbitBroker rabbit = RabbitBroker.start(
                    root.resolve("benchmarks/rabbitmq"),
                    flags.brokerCpus(),
                    directory.path().resolve("rabbitmq"),
                    directory.path().resolve("rabbitmq.log"));
            started.add(rabbit);
            versions.add("RabbitMQ " + rabbit.version());
        }
        started.forEach(broker -> targets.add(broker.target()));
        targets.addAll(flags.running());
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("no broker to measure: --no-millrace, no --rabbitmq and no --broker");
        }
    }

    private static void pin(String cpus) {
        if (cpus.isEmpty()) {
            return;
        }
        String self = Long.toString(ProcessHandle.current().pid());
        try {
            int status =
                    new ProcessBuilder("taskset", "-acp", cpus, self).start().waitFor();
            if (status != 0) {
                throw new BrokerFailure("taskset -acp " + cpus + " ended with status " + status);
            }
        } catch (IOException e) {
            throw new BrokerFailure("--cpus needs taskset: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<Target> targets() {
        return targets;
    }

    /** What was started, with versions. */
    String description() {
        return String.join(", ", versions);
    }

    Path logs() {
        return directory.path();
    }

    @Override
    public void close() {
        started.forEach(StartedBroker::close);
        started.clear();
        directory.close();
    }
}
