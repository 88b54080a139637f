package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The RabbitMQ client of Vert.x over TLS: {@link VertxOverTls} in a process with the Vert.x that the client is made for. */
class VertxOverTlsTest {
    private static final Path JARS =
            Path.of("..", "target", "clients", "vertx").toAbsolutePath().normalize();
    private static final String PASSWORD = "sesame";
    private static final int PATIENCE_SECONDS = 50;

    @TempDir
    private static Path directory = Path.of("");

    private static @Nullable TestCertificates certificates;
    private static @Nullable LocalBroker broker;

    @BeforeAll
    static void start_broker() throws Exception {
        certificates = new TestCertificates(directory.resolve("tls"));
        broker = LocalBroker.start(directory.resolve("data"), certificates.settings());
    }

    @AfterAll
    static void stop_broker() {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void assume_installed() {
        if (!Files.isDirectory(JARS)) {
            ClientScript.missing(
                    "the RabbitMQ client of Vert.x is not installed with its Vert.x: .ci/run, or mvn -f"
                            + " broker-server/src/test/clients/vertx-client-pom.xml dependency:copy-dependencies"
                            + " -DoutputDirectory=$PWD/target/clients/vertx",
                    "looked for jars in " + JARS);
        }
    }

    @Test
    void client_declares_publishes_with_confirms_consumes_and_acknowledges() throws Exception {
        ClientRun run = run(trusting(certificates), 200);
        assertEquals(0, run.exitCode(), run::output);
        assertTrue(run.output().contains("confirmed: 200"), run::output);
        assertTrue(run.output().contains("came: 200"), run::output);
        assertEquals(0, left(), "not acknowledged");
    }

    @Test
    void client_that_trusts_another_authority_is_not_served() throws Exception {
        ClientRun run = run(trusting(new TestCertificates(directory.resolve("stranger"))), 1);
        assertNotEquals(0, run.exitCode(), run::output);
        assertTrue(run.output().contains("SSLHandshakeException"), run::output);
    }

    private static int left() throws Exception {
        assertNotNull(broker);
        try (Connection connection = broker.connect()) {
            return connection.createChannel().queueDelete(VertxOverTls.QUEUE).getMessageCount();
        }
    }

    private static Path trusting(@Nullable TestCertificates authority) throws Exception {
        assertNotNull(authority);
        return authority.writeTrustStore(PASSWORD);
    }

    private static ClientRun run(Path trust, int messages) throws Exception {
        assertNotNull(broker);
        Path program = Path.of(VertxOverTls.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                JARS.resolve("*") + File.pathSeparator + program,
                VertxOverTls.class.getName(),
                "127.0.0.1",
                String.valueOf(broker.tlsPort()),
                trust.toString(),
                PASSWORD,
                String.valueOf(messages));
        return ClientRun.of(command, Map.of(), Path.of("").toAbsolutePath(), PATIENCE_SECONDS);
    }
}
