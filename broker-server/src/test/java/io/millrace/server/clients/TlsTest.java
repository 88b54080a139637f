package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener with TLS: versions, certificates of both sides, files that change, and what is no TLS. */
class TlsTest {
    @TempDir
    private static Path directory = Path.of("");

    private static TestCertificates certificates;
    private static LocalBroker broker;

    @BeforeAll
    static void start_broker() throws Exception {
        certificates = new TestCertificates(directory.resolve("tls"));
        broker = LocalBroker.start(directory.resolve("data"), certificates.settings("amqp.handshake-timeout=2s"));
    }

    @AfterAll
    static void stop_broker() {
        broker.close();
    }

    private static ConnectionFactory factory(LocalBroker broker, SSLContext tls) {
        ConnectionFactory factory = broker.factory();
        factory.setPort(broker.tlsPort());
        factory.useSslProtocol(tls);
        factory.enableHostnameVerification();
        return factory;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void message_goes_and_comes_over_each_version(String version) throws Exception {
        try (Connection connection =
                factory(broker, certificates.context(version, null)).newConnection()) {
            Channel channel = connection.createChannel();
            String queue = channel.queueDeclare().getQueue();
            byte[] body = new byte[1 << 20];
            Arrays.fill(body, (byte) 7);
            channel.confirmSelect();
            channel.basicPublish("", queue, null, body);
            channel.waitForConfirmsOrDie(20_000);
            assertArrayEquals(body, channel.basicGet(queue, true).getBody());
        }
    }

    @Test
    void version_that_is_not_configured_is_refused() throws Exception {
        try (LocalBroker only =
                LocalBroker.start(directory.resolve("only13"), certificates.settings("amqp.tls.protocols=TLSv1.3"))) {
            assertThrows(IOException.class, () -> handshake(only, certificates.context("TLSv1.2", null)));
            assertEquals("TLSv1.3", handshake(only, certificates.trusting(null)).getProtocol());
        }
    }

    @Test
    void suite_that_is_configured_is_the_one_that_is_used() throws Exception {
        String suite = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        try (LocalBroker only = LocalBroker.start(
                directory.resolve("suite"),
                certificates.settings("amqp.tls.ciphers=" + suite, "amqp.tls.protocols=TLSv1.2"))) {
            assertEquals(suite, handshake(only, certificates.trusting(null)).getCipherSuite());
        }
    }

    @Test
    void listener_without_tls_can_be_left_away() throws Exception {
        try (LocalBroker only =
                LocalBroker.start(directory.resolve("tlsonly"), certificates.settings("amqp.without-tls=false"))) {
            assertEquals(1, only.addresses().size());
            assertEquals("amqps", only.addresses().get(0).getScheme());
            factory(only, certificates.trusting(null)).newConnection().close();
        }
    }

    @Test
    void plain_bytes_on_the_port_with_tls_are_closed() throws Exception {
        try (RawConnection raw = new RawConnection(broker.tlsPort())) {
            raw.send(RawConnection.HEADER);
            raw.readUntilClosed();
        }
        handshake(broker, certificates.trusting(null));
    }

    @Test
    void silence_before_and_after_the_handshake_ends_by_one_total_time() throws Exception {
        try (RawConnection raw = new RawConnection(broker.tlsPort())) {
            assertEquals(0, raw.readUntilClosed().length);
        }
        try (SSLSocket socket = connect(broker, certificates.trusting(null))) {
            socket.startHandshake();
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void client_does_not_begin_the_handshake_anew() throws Exception {
        try (SSLSocket socket = connect(broker, certificates.context("TLSv1.2", null))) {
            socket.startHandshake();
            socket.getOutputStream().write(Arrays.copyOf(RawConnection.HEADER, 4));
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                socket.getOutputStream().write(Arrays.copyOfRange(RawConnection.HEADER, 4, 8));
                if (socket.getInputStream().read() >= 0) {
                    return;
                }
                throw new IOException("closed");
            });
        }
    }

    @Test
    void new_files_are_used_for_new_connections_and_open_ones_stay() throws Exception {
        TestCertificates own = new TestCertificates(directory.resolve("reload"));
        try (LocalBroker reloading = LocalBroker.start(directory.resolve("reload-data"), own.settings())) {
            try (Connection open = factory(reloading, own.trusting(null)).newConnection()) {
                assertEquals("CN=localhost", subject(handshake(reloading, own.trusting(null))));
                own.writeServer("CN=second");
                assertEquals("CN=second", reloading.broker().reloadTls().subject());
                assertEquals("CN=second", subject(handshake(reloading, own.trusting(null))));
                open.createChannel().queueDeclare();

                Files.writeString(own.server(), "nonsense");
                assertThrows(IOException.class, () -> reloading.broker().reloadTls());
                assertEquals("CN=second", subject(handshake(reloading, own.trusting(null))));

                own.writeServer("CN=third");
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> subject(handshake(reloading, own.trusting(null)))
                                .equals("CN=third"));
                open.createChannel().queueDeclare();
            }
        }
    }

    @Test
    void key_and_certificate_may_be_in_one_pkcs12_file() throws Exception {
        Path file = certificates.writePkcs12("seal");
        try (LocalBroker one = LocalBroker.start(
                directory.resolve("p12"),
                "amqp.tls.port=0",
                "amqp.tls.certificate=" + file,
                "amqp.tls.key-password=seal")) {
            factory(one, certificates.trusting(null)).newConnection().close();
        }
        assertTrue(refusal("amqp.tls.certificate=" + file, "amqp.tls.key-password=wrong")
                .contains("amqp.tls.key-password"));
    }

    @Test
    void what_is_wrong_with_the_files_is_said() throws Exception {
        TestCertificates other = new TestCertificates(directory.resolve("other"));
        Path missing = directory.resolve("missing.pem");
        Path open = Files.copy(certificates.serverKey(), directory.resolve("open.key"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        String certificate = "amqp.tls.certificate=" + certificates.server();

        assertTrue(refusal(certificate).contains("set amqp.tls.key"));
        assertTrue(
                refusal(certificate, "amqp.tls.key=" + missing).contains(missing + " (amqp.tls.key) does not exist"));
        assertTrue(refusal(certificate, "amqp.tls.key=" + open).contains("chmod 600 " + open));
        assertTrue(refusal(certificate, "amqp.tls.key=" + other.serverKey()).contains("does not belong to"));
        assertTrue(refusal(certificate, "amqp.tls.key=" + certificates.serverKey(), "amqp.tls.ciphers=TLS_NONE")
                .contains("TLS_NONE"));
        assertTrue(refusal(
                        certificate,
                        "amqp.tls.key=" + certificates.serverKey(),
                        "amqp.tls.client-certificates=required")
                .contains("amqp.tls.ca"));
    }

    private static String refusal(String... settings) {
        FatalException refused = assertThrows(
                FatalException.class,
                () -> LocalBroker.start(directory.resolve("refused"), settings).close());
        assertEquals(ExitCode.CONFIGURATION, refused.exitCode());
        return refused.getMessage();
    }

    @Test
    void client_certificate_is_the_login_if_it_is_verified() throws Exception {
        X509Bundle client = certificates.client("CN=guest");
        try (LocalBroker asking = asking("request", "amqp.tls.login-from=common_name")) {
            ConnectionFactory factory = factory(asking, certificates.trusting(client));
            factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
            try (Connection connection = factory.newConnection()) {
                connection.createChannel().queueDeclare();
            }
            factory(asking, certificates.trusting(null)).newConnection().close();
            assertThrows(
                    IOException.class,
                    () -> factory(asking, certificates.trusting(TestCertificates.stranger()))
                            .newConnection());
            assertThrows(
                    IOException.class,
                    () -> factory(asking, certificates.trusting(certificates.expiredClient()))
                            .newConnection());

            ConnectionFactory unknown = factory(asking, certificates.trusting(certificates.client("CN=nobody")));
            unknown.setSaslConfig(DefaultSaslConfig.EXTERNAL);
            assertThrows(IOException.class, unknown::newConnection);

            ConnectionFactory none = factory(asking, certificates.trusting(null));
            none.setSaslConfig(DefaultSaslConfig.EXTERNAL);
            assertThrows(IOException.class, none::newConnection);
        }
    }

    @Test
    void client_without_a_certificate_is_refused_where_one_is_required() throws Exception {
        try (LocalBroker asking = asking("required", "security.default-user.name=" + TestCertificates.CLIENT)) {
            assertThrows(
                    IOException.class,
                    () -> factory(asking, certificates.trusting(null)).newConnection());
            ConnectionFactory factory =
                    factory(asking, certificates.trusting(certificates.client(TestCertificates.CLIENT)));
            factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
            factory.newConnection().close();
        }
    }

    @Test
    void alternative_name_may_be_the_login() throws Exception {
        try (LocalBroker asking = asking(
                "required",
                "security.default-user.name=guest@example",
                "amqp.tls.login-from=subject_alternative_name",
                "amqp.tls.login-alternative-name=email")) {
            ConnectionFactory factory = factory(asking, certificates.trusting(certificates.client("CN=somebody")));
            factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
            factory.newConnection().close();
        }
    }

    @Test
    void passwords_may_be_for_tls_only() throws Exception {
        try (LocalBroker strict = LocalBroker.start(
                directory.resolve("strict"), certificates.settings("amqp.passwords-over-tls-only=true"))) {
            assertThrows(IOException.class, strict::connect);
            factory(strict, certificates.trusting(null)).newConnection().close();
        }
    }

    private static LocalBroker asking(String what, String... more) {
        String[] settings = Arrays.copyOf(more, more.length + 2);
        settings[more.length] = "amqp.tls.client-certificates=" + what;
        settings[more.length + 1] = "amqp.tls.ca=" + certificates.ca();
        return LocalBroker.start(directory.resolve("asking" + System.nanoTime()), certificates.settings(settings));
    }

    private static SSLSocket connect(LocalBroker to, SSLContext tls) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), to.tlsPort());
        plain.setSoTimeout(20_000);
        return (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", to.tlsPort(), true);
    }

    private static SSLSession handshake(LocalBroker to, SSLContext tls) throws IOException {
        try (SSLSocket socket = connect(to, tls)) {
            socket.startHandshake();
            return socket.getSession();
        }
    }

    private static String subject(SSLSession session) throws IOException {
        X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
        assertNull(session.getLocalCertificates());
        return certificate.getSubjectX500Principal().getName();
    }
}
