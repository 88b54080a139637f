package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each renewal of keys costs the broker a computation and an answer. */
class TlsKeyUpdateTest extends UnderAttack {
    @TempDir
    private static Path directory = Path.of("");

    private static TestCertificates certificates;

    @BeforeAll
    static void start_broker() throws Exception {
        certificates = new TestCertificates(directory.resolve("tls"));
        start(directory.resolve("data"), certificates.settings("amqp.handshake-timeout=60s"));
    }

    @Test
    void client_that_renews_its_keys_for_ever_is_closed() throws Exception {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), broker.tlsPort());
        try (SSLSocket socket = (SSLSocket) certificates
                .context("TLSv1.3", null)
                .getSocketFactory()
                .createSocket(plain, "localhost", broker.tlsPort(), true)) {
            socket.startHandshake();
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 20_000; i++) {
                    socket.startHandshake();
                }
            });
        }
    }
}
