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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker that the demonstration talks to: one that runs already, or one of its own on a free port of this machine,
 * started as {@code millrace start} does it. Connections are those of an ordinary client.
 */
final class DemoBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DemoBroker.class);
    private static final int CONNECT_MILLIS_MAX = 10_000;
    private static final int START_SECONDS_MAX = 10;
    private static final String MIN_FREE = "64MiB";
    private static final String ENDED = "ended before it was done";

    private final ConnectionFactory factory = new ConnectionFactory();
    private final List<Connection> connections = new ArrayList<>();
    private volatile @Nullable Broker own;
    private final @Nullable Path removedAtEnd;
    private final Thread closedByHook = new Thread(this::closeOwn, "millrace-demo-stop");
    private final ReentrantLock starting = new ReentrantLock();
    private volatile boolean closed;

    private DemoBroker(@Nullable Path removedAtEnd) {
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
        DemoBroker broker = new DemoBroker(null);
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
        Path directory = data == null ? temporaryDirectory() : data;
        BrokerConfig config = config(directory);
        DemoBroker broker = new DemoBroker(data == null ? directory : null);
        // Before the start: a signal may come while it is under way.
        Runtime.getRuntime().addShutdownHook(broker.closedByHook);
        try {
            broker.start(config);
        } catch (RuntimeException e) {
            String signal = broker.failure();
            broker.close();
            throw signal == null ? e : new FatalException(ExitCode.UNEXPECTED, signal, e);
        }
        return broker;
    }

    private void start(BrokerConfig config) {
        Broker started;
        starting.lock();
        try {
            if (closed) {
                throw new FatalException(ExitCode.UNEXPECTED, ENDED);
            }
            started = Broker.start(config);
            own = started;
        } finally {
            starting.unlock();
        }
        URI address = started.addresses().get(0);
        factory.setHost(address.getHost());
        factory.setPort(address.getPort());
        factory.setUsername(config.security().defaultUser().name());
        factory.setPassword(config.security().defaultUser().password().reveal());
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
            String failed = failure();
            throw new FatalException(
                    ExitCode.UNEXPECTED,
                    failed == null
                            ? "no connection to " + address() + " (" + Failures.reason(e)
                                    + "); is a broker running there?"
                            : failed,
                    e);
        }
    }

    /** Why the demonstration's own broker cannot go on, or null while it can. */
    @Nullable
    String failure() {
        if (closed) {
            return ENDED;
        }
        Broker broker = own;
        return broker != null && broker.failure().isDone()
                ? broker.failure().join().getMessage()
                : null;
    }

    @Override
    public void close() {
        connections.forEach(Closing::quietly);
        closeOwn();
        try {
            Runtime.getRuntime().removeShutdownHook(closedByHook);
        } catch (IllegalStateException e) {
            log.debug("the process is ending: the hook runs now, and finds that all is closed", e);
        }
    }

    /** A signal that comes during the start waits for it, but not for ever: files would be made while they are removed. */
    private synchronized void closeOwn() {
        if (closed) {
            return;
        }
        closed = true;
        boolean started = false;
        try {
            started = starting.tryLock(START_SECONDS_MAX, TimeUnit.SECONDS);
            Broker broker = own;
            if (broker != null) {
                broker.close();
            }
            remove(removedAtEnd);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (started) {
                starting.unlock();
            }
        }
    }

    private static BrokerConfig config(Path directory) {
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
