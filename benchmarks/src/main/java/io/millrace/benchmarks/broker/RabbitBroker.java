package io.millrace.benchmarks.broker;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.BrokerFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The installed RabbitMQ, started by the script {@code benchmarks/rabbitmq}, which ends it when its input ends. */
public final class RabbitBroker implements StartedBroker {
    private static final Pattern READY = Pattern.compile("^ready ([^:]+):(\\d+) (\\d+) (\\S+)");

    private final Process process;
    private final Target target;
    private final String version;
    private final double startSeconds;

    private RabbitBroker(Process process, Target target, String version, double startSeconds) {
        this.process = process;
        this.target = target;
        this.version = version;
        this.startSeconds = startSeconds;
    }

    /** Starts it with a directory of its own, which may hold what an earlier one has left. */
    public static RabbitBroker start(Path script, String cpus, Path directory, Path log) {
        List<String> command = new ArrayList<>();
        if (!cpus.isEmpty()) {
            command.addAll(List.of("taskset", "-c", cpus));
        }
        command.addAll(List.of(script.toString(), directory.toString()));
        long begun = System.nanoTime();
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new BrokerFailure("cannot start " + script + ": " + e.getMessage(), e);
        }
        Cleanup.of(process);
        try {
            Matcher ready = ReadyLine.await("RabbitMQ", process, READY, log);
            double seconds = (System.nanoTime() - begun) / 1e9;
            Address address = new Address(ready.group(1), Integer.parseInt(ready.group(2)), "guest", "guest", "/");
            Target target =
                    new Target("RabbitMQ", address, Long.parseLong(ready.group(3)), directory.resolve("mnesia"));
            return new RabbitBroker(process, target, ready.group(4), seconds);
        } catch (RuntimeException e) {
            Ended.politely(process);
            throw e;
        }
    }

    public String version() {
        return version;
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public double startSeconds() {
        return startSeconds;
    }

    /** Ends the node without giving it a chance to do anything; the script cleans up behind it. */
    public void kill() {
        ProcessHandle.of(target.pid()).ifPresent(ProcessHandle::destroyForcibly);
        close();
    }

    @Override
    public void close() {
        Ended.politely(process);
    }
}
