package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.ConnectionFactory;
import io.millrace.server.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A broker in a process of its own, started from the class path of the tests. */
public final class BrokerProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path log;
    private final BufferedReader out;

    private BrokerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.out = process.inputReader();
    }

    /**
     * Starts a process; what it says on standard error goes to the end of {@code log}.
     *
     * @param settings keys, {@code key=value}
     */
    public static BrokerProcess start(Path data, Path log, String... settings) throws IOException {
        return startAt(0, data, log, settings);
    }

    /** Starts a process that serves at a port; 0 takes any free one. */
    static BrokerProcess startAt(int port, Path data, Path log, String... settings) throws IOException {
        return startIn(Map.of(), port, data, log, settings);
    }

    /** Starts a process with variables in its environment, such as a library that is to be loaded before all others. */
    public static BrokerProcess startIn(
            Map<String, String> environment, int port, Path data, Path log, String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "start",
                "--data",
                data.toString(),
                "--amqp-port",
                Integer.toString(port)));
        for (String setting : LocalBroker.SETTINGS) {
            command.add("--set");
            command.add(setting);
        }
        for (String setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new BrokerProcess(builder.start(), log);
    }

    /** Waits until clients are served and returns where. */
    public URI awaitReady() throws IOException {
        String line = String.valueOf(out.readLine());
        assertTrue(line.startsWith("ready amqp://"), () -> "the broker said: " + line + "\n" + errors());
        return URI.create(line.split(" ", 0)[1]);
    }

    /** A factory of connections to an address, without recovery. */
    public static ConnectionFactory factory(URI address) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address.getHost());
        factory.setPort(address.getPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    /** Lets it run for a time, which it must survive. */
    public void runFor(long millis) throws InterruptedException {
        assertTrue(!process.waitFor(millis, TimeUnit.MILLISECONDS), () -> "the broker ended by itself\n" + errors());
    }

    /** The number of the process. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once, with nothing saved: SIGKILL where there are signals. */
    public int kill() throws InterruptedException {
        process.destroyForcibly();
        return awaitExit();
    }

    /** Asks it to end: SIGTERM where there are signals. */
    public int stop() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    public int awaitExit() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the broker does not end");
        return process.exitValue();
    }

    /** What it has said on standard error. */
    public String errors() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
