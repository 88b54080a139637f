package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.wire.BrokerFailure;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** All commands, and what they have in common. */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        subcommands = {
            RunCommand.class,
            BacklogCommand.class,
            ConnectionsCommand.class,
            GrowthCommand.class,
            SmallHeapCommand.class,
            StartCommand.class,
            BenchCommand.class
        },
        description = "Measures AMQP 0-9-1 brokers with a load generator that is cheaper than they are.")
public final class Commands {
    private Commands() {}

    /** Runs what the arguments say; returns the exit code. */
    public static int run(String[] args) {
        CommandLine commandLine = new CommandLine(new Commands());
        commandLine.setUsageHelpWidth(100);
        commandLine.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof BrokerFailure || e instanceof IllegalArgumentException) {
                command.getErr().println("benchmarks: " + e.getMessage());
                return e instanceof BrokerFailure ? 1 : 2;
            }
            e.printStackTrace(command.getErr());
            return 1;
        });
        return commandLine.execute(args);
    }

    /** The directory of the checkout, which the scripts name. */
    static Path root() {
        return Path.of(System.getProperty("millrace.root", "")).toAbsolutePath();
    }

    /** With what figures were made, in a line. */
    static String machine(String brokers) {
        return brokers + "; Linux " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " CPUs, generator on Java "
                + System.getProperty("java.version");
    }
}
