package io.millrace.benchmarks.broker;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.BrokerFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Millrace of its own, on a free port of loopback. */
public final class MillraceBroker implements StartedBroker {
    private static final Pattern READY = Pattern.compile("^ready .*?amqp://([^:]+):(\\d+)");

    private final Process process;
    private final Target target;
    private final double startSeconds;

    private MillraceBroker(Process process, Target target, double startSeconds) {
        this.process = process;
        this.target = target;
        this.startSeconds = startSeconds;
    }

    /**
     * How it is started.
     *
     * @param program a jar, or the launcher
     * @param java    the Java that runs a jar
     * @param flags   of the Java virtual machine
     * @param set     keys of the configuration, as {@code name=value}
     * @param cpus    what it may run on, as {@code taskset} takes it; empty: anything
     */
    public record Settings(String name, Path program, String java, List<String> flags, List<String> set, String cpus) {
        public Settings {
            flags = List.copyOf(flags);
            set = List.copyOf(set);
        }

        /** The same with more flags of the Java virtual machine and more keys of the configuration. */
        public Settings with(List<String> moreFlags, List<String> moreSet) {
            List<String> allFlags = new ArrayList<>(flags);
            allFlags.addAll(moreFlags);
            List<String> allSet = new ArrayList<>(set);
            allSet.addAll(moreSet);
            return new Settings(name, program, java, allFlags, allSet, cpus);
        }
    }

    /** Starts it on a data directory, which may hold what an earlier one has left. */
    public static MillraceBroker start(Settings settings, Path data, Path log) {
        List<String> command = new ArrayList<>();
        if (!settings.cpus().isEmpty()) {
            command.addAll(List.of("taskset", "-c", settings.cpus()));
        }
        boolean isJar = settings.program().toString().endsWith(".jar");
        if (!Files.isReadable(settings.program())) {
            throw new BrokerFailure("there is no " + settings.program()
                    + "; build it with 'mvn -pl broker-server -am package -DskipTests', or name one with --jar");
        }
        if (isJar) {
            command.add(settings.java());
            command.addAll(settings.flags());
            command.add("-jar");
        }
        command.addAll(List.of(settings.program().toString(), "start", "--data", data.toString(), "--amqp-port", "0"));
        settings.set().forEach(each -> command.addAll(List.of("--set", each)));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().remove("MILLRACE_JAVA_OPTS");
        if (!isJar) {
            builder.environment().put("MILLRACE_JAVA_OPTS", String.join(" ", settings.flags()));
        }
        long begun = System.nanoTime();
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new BrokerFailure("cannot start " + settings.program() + ": " + e.getMessage(), e);
        }
        Cleanup.of(process);
        try {
            Matcher ready = ReadyLine.await(settings.name(), process, READY, log);
            double seconds = (System.nanoTime() - begun) / 1e9;
            Address address = new Address(ready.group(1), Integer.parseInt(ready.group(2)), "guest", "guest", "/");
            return new MillraceBroker(process, new Target(settings.name(), address, process.pid(), data), seconds);
        } catch (RuntimeException e) {
            Ended.politely(process);
            throw e;
        }
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public double startSeconds() {
        return startSeconds;
    }

    /** Ends it without giving it a chance to do anything. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Ended.politely(process);
    }
}
