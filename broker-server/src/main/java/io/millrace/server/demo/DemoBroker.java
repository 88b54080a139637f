package io.millrace.server.demo;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigSources;
import io.millrace.config.Machine;
import io.millrace.server.Broker;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The broker that the demonstration talks to: one that runs already, or one of its own on a free port of this machine,
 * started as {@code millrace start} does it. Connections are those of an ordinary client.
 */
final class DemoBroker implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 10_000;
    private static final String MIN_FREE = "64MiB";

    private final ConnectionFactory factory = new ConnectionFactory();
    private final List<Connection> connections = new ArrayList<>();
    private final @Nullable Broker own;
    private final @Nullable Path removedAtEnd;
    private final Thread closedByHook = new Thread(this::closeOwn, "millrace-demo-stop");
    private boolean closed;

    private DemoBroker(@Nullable Broker own, @Nullable Path removedAtEnd) {
        this.own = own;
        this.removedAtEnd = removedAtEnd;
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setConnectionTimeout(CONNECT_MILLIS_MAX);
        factory.setHandshakeTimeout(CONNECT_MILLIS_MAX);
    }

    /**
     * A broker that runs already.
     *
     * @throws FatalException the address is not one
     */
    static DemoBroker running(URI uri) {
        DemoBroker broker = new DemoBroker(null, null);
        try {
            broker.factory.setUri(uri);
        } catch (NoSuchAlgorithmException | KeyManagementException | RuntimeException e) {
            throw new FatalException(
                    ExitCode.USAGE,
                    "--uri is not an address of a broker (" + e.getMessage()
                            + "); it looks like amqp://user:password@host:5672/virtual-host",
                    e);
        }
        return broker;
    }

    /**
     * Starts a broker.
     *
     * @param data where it keeps its data, or null for a temporary directory that goes with it
     * @throws FatalException it cannot be started
     */
    static DemoBroker own(@Nullable Path data) {
        Path temporary = data == null ? temporaryDirectory() : null;
        BrokerConfig config = config(data == null && temporary != null ? temporary : data);
        Broker started;
        try {
            started = Broker.start(config);
        } catch (RuntimeException e) {
            remove(temporary);
            throw e;
        }
        DemoBroker broker = new DemoBroker(started, temporary);
        Runtime.getRuntime().addShutdownHook(broker.closedByHook);
        URI address = started.addresses().get(0);
        broker.factory.setHost(address.getHost());
        broker.factory.setPort(address.getPort());
        broker.factory.setUsername(config.security().defaultUser().name());
        broker.factory.setPassword(config.security().defaultUser().password().reveal());
        return broker;
    }

    /** Where it is, for people; without the password. */
    String address() {
        return "amqp://" + factory.getHost() + ":" + factory.getPort();
    }

    /**
     * A new connection, closed with this.
     *
     * @throws FatalException the broker cannot be reached or does not let us in
     */
    Connection connect(String name) {
        try {
            Connection connection = factory.newConnection("millrace-demo " + name);
            connections.add(connection);
            return connection;
        } catch (IOException | TimeoutException e) {
            throw new FatalException(
                    ExitCode.UNEXPECTED,
                    "no connection to " + address() + " (" + Failures.reason(e) + "); is a broker running there?",
                    e);
        }
    }

    /** Why the demonstration's own broker cannot go on, or null while it can. */
    @Nullable
    String failure() {
        Broker broker = own;
        return broker != null && broker.failure().isDone()
                ? broker.failure().join().getMessage()
                : null;
    }

    @Override
    public void close() {
        connections.forEach(Closing::quietly);
        closeOwn();
        if (own != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(closedByHook);
            } catch (IllegalStateException e) {
                // The process is ending: the hook runs now, and finds that all is closed.
                return;
            }
        }
    }

    private synchronized void closeOwn() {
        if (closed) {
            return;
        }
        closed = true;
        if (own != null) {
            own.close();
        }
        remove(removedAtEnd);
    }

    private static BrokerConfig config(@Nullable Path directory) {
        ConfigSources sources = new ConfigSources().set("amqp.bind=127.0.0.1").set("amqp.port=0");
        sources.set("data.dir=" + directory).set("data.min-free=" + MIN_FREE);
        try {
            return BrokerConfig.of(sources.read(), Machine.here());
        } catch (ConfigException e) {
            throw new FatalException(ExitCode.CONFIGURATION, "the demonstration's broker: " + e.getMessage(), e);
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("millrace-demo-");
        } catch (IOException e) {
            throw new FatalException(
                    ExitCode.STORAGE, "no temporary directory can be made (" + e + "); name one with --data DIR", e);
        }
    }

    private static void remove(@Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new FatalException(ExitCode.STORAGE, "the temporary directory " + directory + " stays: " + e, e);
        }
    }
}
