package io.millrace.benchmarks.cli;

import io.millrace.benchmarks.broker.MillraceBroker;
import io.millrace.benchmarks.broker.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which brokers are measured, and with what. */
final class BrokerFlags {
    @Option(
            names = "--broker",
            paramLabel = "NAME=HOST:PORT,PID[,USER,PASSWORD]",
            description = "A broker that runs; several times for several. Without PID there is no CPU and memory.")
    private List<String> brokers = List.of();

    @Option(
            names = "--no-millrace",
            description = "Start no Millrace; without this one is started, on a free port, with a temporary directory.")
    private boolean noMillrace;

    @Option(
            names = "--jar",
            paramLabel = "[NAME=]FILE",
            description = "The jar, or the launcher, that Millrace is started with; several times to compare builds. "
                    + "Default: broker-server/target/millrace.jar.")
    private List<String> jars = List.of();

    @Option(
            names = "--java",
            paramLabel = "FILE",
            defaultValue = "java",
            description = "The Java that runs the jar. Default: ${DEFAULT-VALUE}.")
    private String java = "java";

    @Option(
            names = "--java-options",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Options of the Java virtual machine of Millrace, in one argument, such as '-Xmx256m'.")
    private String javaOptions = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a key of Millrace's configuration.")
    private List<String> set = List.of();

    @Option(names = "--rabbitmq", description = "Start the installed RabbitMQ too, by benchmarks/rabbitmq.")
    private boolean rabbitMq;

    @Option(
            names = "--cpus",
            paramLabel = "BROKERS/GENERATOR",
            description =
                    "Pins the brokers that are started, and this process, such as 0/1 or 0-3/4-7. Default: no pinning.")
    private @Nullable String cpus;

    List<Target> running() {
        return brokers.stream().map(Target::parse).toList();
    }

    boolean startsRabbitMq() {
        return rabbitMq;
    }

    String brokerCpus() {
        return cpus == null ? "" : cpus.substring(0, slash(cpus));
    }

    String generatorCpus() {
        return cpus == null ? "" : cpus.substring(slash(cpus) + 1);
    }

    private static int slash(String cpus) {
        int slash = cpus.indexOf('/');
        if (slash < 1 || slash == cpus.length() - 1) {
            throw new IllegalArgumentException("--cpus is '" + cpus + "'; the form is BROKERS/GENERATOR, such as 0/1");
        }
        return slash;
    }

    /** How each Millrace is started, with a garbage collection log of its own where wanted. */
    List<MillraceBroker.Settings> millraces(Path root) {
        List<MillraceBroker.Settings> all = new ArrayList<>();
        if (noMillrace) {
            return all;
        }
        List<String> flags = new ArrayList<>();
        if (!javaOptions.isBlank()) {
            flags.addAll(List.of(javaOptions.trim().split("\\s+")));
        }
        // With a fixed number of them no compiler thread ends and takes its account with it.
        flags.add("-XX:-UseDynamicNumberOfCompilerThreads");
        List<String> named = jars.isEmpty()
                ? List.of(root.resolve("broker-server/target/millrace.jar").toString())
                : jars;
        for (String jar : named) {
            int equals = jar.indexOf('=');
            String name = equals > 0 ? jar.substring(0, equals) : name(all.size());
            Path program = Path.of(jar.substring(equals + 1)).toAbsolutePath();
            all.add(new MillraceBroker.Settings(name, program, java, flags, set, brokerCpus()));
        }
        return all;
    }

    private static String name(int number) {
        return number == 0 ? "Millrace" : String.format(Locale.ROOT, "Millrace-%d", number + 1);
    }
}
