package io.millrace.server.clients;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.config.BrokerConfig;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigSources;
import io.millrace.config.Machine;
import io.millrace.server.Broker;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A broker in this process, on a free port of the loopback interface. */
final class LocalBroker implements AutoCloseable {
    /** What every broker of these tests is started with: little space needed, cheap logins. */
    static final List<String> SETTINGS = List.of("data.min-free=8MiB", "security.password-iterations=10000");

    private final Path data;
    private final List<String> settings;
    private Broker broker;
    private final int port;

    private LocalBroker(Path data, List<String> settings) {
        this.data = data;
        this.settings = settings;
        this.broker = start(0);
        this.port = broker.addresses().get(0).getPort();
    }

    /**
     * Starts one.
     *
     * @param settings further keys, {@code key=value}
     */
    static LocalBroker start(Path data, String... settings) {
        return new LocalBroker(data, List.of(settings));
    }

    /** Where it serves. */
    URI address() {
        return broker.addresses().get(0);
    }

    int port() {
        return port;
    }

    /** All places where it serves. */
    List<URI> addresses() {
        return broker.addresses();
    }

    /** The port with TLS. */
    int tlsPort() {
        return broker.addresses().stream()
                .filter(address -> address.getScheme().equals("amqps"))
                .findFirst()
                .orElseThrow()
                .getPort();
    }

    Broker broker() {
        return broker;
    }

    /** A factory of connections as the first user, without recovery. */
    ConnectionFactory factory() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    Connection connect() throws Exception {
        return factory().newConnection();
    }

    /** Ends it cleanly and starts it anew on the same data and port. */
    void restart() {
        stop();
        startAgain();
    }

    void stop() {
        broker.close();
    }

    void startAgain() {
        broker = start(port);
    }

    @Override
    public void close() {
        broker.close();
    }

    private Broker start(int onPort) {
        ConfigSources sources = new ConfigSources();
        SETTINGS.forEach(sources::set);
        settings.forEach(sources::set);
        sources.set("data.dir=" + data).set("amqp.port=" + onPort);
        try {
            return Broker.start(BrokerConfig.of(sources.read(), Machine.here()));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.problems().toString(), e);
        }
    }
}
