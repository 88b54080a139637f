package io.millrace.server.cli;

import io.millrace.config.Keys;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code millrace bench}: finds the broker and hands over to the load generator, which is a program of its own so that it
 * costs the same for every broker, and which only a checkout has.
 */
@Command(
        name = "bench",
        description = {
            "Measures a running broker: CPU of a message, rates, latencies; within two minutes.",
            "It uses queues and exchanges of its own, whose names begin with millrace-bench- and which are gone when it ends, "
                    + "however it ends; nothing else is touched. But it takes all the CPU that it can get: not on a broker "
                    + "that has work to do."
        })
final class BenchCommand extends CliCommand {
    /** Set by the launcher: where the load generator's jar is. */
    static final String GENERATOR = "millrace.bench";

    private static final List<String> GENERATOR_FLAGS =
            List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx512m", "-XX:MaxDirectMemorySize=1g");

    @Mixin
    private DataFlags flags = new DataFlags();

    @Parameters(
            arity = "0..1",
            paramLabel = "HOST:PORT",
            description = "A broker for AMQP 0-9-1. Without it: the one that runs on the data directory.")
    private @Nullable String address;

    @Option(names = "--user", paramLabel = "NAME", defaultValue = "guest", description = "Default: ${DEFAULT-VALUE}.")
    private String user = "guest";

    @Option(
            names = "--password",
            paramLabel = "TEXT",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "The password; with nothing behind it, it is read from the terminal or the input. Default: guest.")
    private @Nullable String password;

    @Option(names = "--vhost", paramLabel = "NAME", defaultValue = "/", description = "The virtual host. Default: /.")
    private String virtualHost = "/";

    @Option(
            names = "--compare",
            paramLabel = "HOST:PORT[,PID[,USER,PASSWORD]]",
            description =
                    "Another broker, measured in turns with the first; with its process, CPU and memory are told too.")
    private List<String> compare = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Override
    ExitCode execute() throws Exception {
        String generator = System.getProperty(GENERATOR, "");
        if (generator.isEmpty() || !Files.isReadable(Path.of(generator))) {
            throw new FatalException(
                    ExitCode.UNEXPECTED,
                    "the load generator is not here: it is part of a checkout of the sources, whose ./millrace builds it");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(GENERATOR_FLAGS);
        command.addAll(List.of("-jar", generator, "bench", "--user", user, "--vhost", virtualHost));
        command.addAll(address == null ? running() : List.of(address));
        compare.forEach(each -> command.addAll(List.of("--compare", each)));
        if (json) {
            command.add("--json");
        }
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        // Not an argument: those can be seen by everybody.
        builder.environment().put("BENCH_PASSWORD", password());
        return run(builder);
    }

    /** Address and process of the broker that runs on the data directory. */
    private List<String> running() throws Exception {
        Path directory =
                flags.read(environment()).get(Keys.DATA_DIR).toAbsolutePath().normalize();
        RunningBroker broker = RunningBroker.on(directory)
                .orElseThrow(() -> new FatalException(
                        ExitCode.NOT_RUNNING,
                        RunningBroker.absence(directory)
                                + "; start one with 'millrace start', or name one: millrace bench HOST:PORT"));
        URI plain = broker.file().addresses().stream()
                .filter(each -> "amqp".equals(each.getScheme()))
                .findFirst()
                .orElseThrow(() -> new FatalException(
                        ExitCode.USAGE,
                        "the broker on " + directory
                                + " serves with TLS only, which the load generator does not speak; set amqp.port"));
        return List.of(
                plain.getHost() + ":" + plain.getPort(),
                "--pid",
                Long.toString(broker.file().pid()));
    }

    private String password() {
        if (password == null) {
            return "guest";
        }
        return Passwords.of(password.isEmpty() ? null : password, in(), err());
    }

    private static ExitCode run(ProcessBuilder builder) throws InterruptedException {
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new FatalException(ExitCode.UNEXPECTED, "the load generator did not start: " + e.getMessage(), e);
        }
        // Who ends this command ends the generator; its queues end with it.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        return switch (process.waitFor()) {
            case 0 -> ExitCode.OK;
            case 2 -> ExitCode.USAGE;
            default -> ExitCode.UNEXPECTED;
        };
    }
}
