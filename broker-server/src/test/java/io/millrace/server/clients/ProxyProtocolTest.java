package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A proxy between client and broker: whose address counts, and what is no proxy. */
class ProxyProtocolTest {
    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int ACCESS_REFUSED = 403;

    @TempDir
    private static Path directory = Path.of("");

    private static LocalBroker broker;

    @BeforeAll
    static void start_broker() {
        broker = LocalBroker.start(
                directory.resolve("data"),
                "amqp.proxy-protocol=true",
                "amqp.handshake-timeout=1s",
                "amqp.max-unauthenticated-per-address=3");
    }

    @AfterAll
    static void stop_broker() {
        broker.close();
    }

    static List<byte[]> headersOfLocalClients() {
        return List.of(
                v1("TCP4 127.0.0.1 127.0.0.1 1000 5672"),
                v1("TCP6 ::1 ::1 1000 5672"),
                v1("UNKNOWN"),
                v2(0x20, 0x00),
                v2(0x21, 0x11, 127, 0, 0, 1, 127, 0, 0, 1, 1, 2, 3, 4),
                v2(0x21, 0x11, 127, 0, 0, 1, 127, 0, 0, 1, 1, 2, 3, 4, 0x04, 0, 1, 0));
    }

    @ParameterizedTest
    @MethodSource("headersOfLocalClients")
    void client_on_this_machine_logs_in_as_the_local_user(byte[] header) throws Exception {
        try (RawConnection raw = new RawConnection(broker.port())) {
            raw.send(header);
            raw.open();
        }
    }

    @Test
    void header_and_protocol_may_come_in_one_piece_and_in_many() throws Exception {
        byte[] header = v1("TCP4 127.0.0.1 127.0.0.1 1000 5672");
        byte[] both = Arrays.copyOf(header, header.length + RawConnection.HEADER.length);
        System.arraycopy(RawConnection.HEADER, 0, both, header.length, RawConnection.HEADER.length);
        try (RawConnection raw = new RawConnection(broker.port())) {
            raw.send(both);
            assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
        }
        try (RawConnection raw = new RawConnection(broker.port())) {
            for (byte each : both) {
                raw.send(new byte[] {each});
            }
            assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
        }
    }

    @Test
    void local_user_does_not_come_from_elsewhere_through_a_local_proxy() throws Exception {
        try (RawConnection raw = new RawConnection(broker.port())) {
            raw.send(v1("TCP4 192.0.2.7 127.0.0.1 1000 5672"), RawConnection.HEADER);
            assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
            raw.send(RawConnection.startOkWithCapabilities("guest", "guest"));
            assertEquals(ACCESS_REFUSED, raw.readCloseCode());
        }
    }

    @Test
    void clients_that_do_not_log_in_are_counted_by_their_own_address() throws Exception {
        List<RawConnection> opened = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                opened.add(strange("192.0.2.8"));
                assertEquals(RawConnection.CONNECTION_START, opened.get(i).readMethod());
            }
            RawConnection tooMany = strange("192.0.2.8");
            opened.add(tooMany);
            assertEquals(0, tooMany.readUntilClosed().length);
            RawConnection other = strange("192.0.2.9");
            opened.add(other);
            assertEquals(RawConnection.CONNECTION_START, other.readMethod());
        } finally {
            for (RawConnection each : opened) {
                each.close();
            }
        }
    }

    private static RawConnection strange(String address) throws Exception {
        RawConnection raw = new RawConnection(broker.port());
        raw.trySend(v1("TCP4 " + address + " 127.0.0.1 1000 5672"), RawConnection.HEADER);
        return raw;
    }

    static List<byte[]> noHeaders() {
        byte[] long1 = new byte[200];
        Arrays.fill(long1, (byte) 'x');
        System.arraycopy("PROXY TCP4 ".getBytes(StandardCharsets.US_ASCII), 0, long1, 0, 11);
        return List.of(
                RawConnection.HEADER,
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                long1,
                v1("TCP4 localhost 127.0.0.1 1 2"),
                v1("TCP4 127.0.0.1 127.0.0.1 99999 2"),
                v1("TCP4 127.0.0.1"),
                v1("TCP9 127.0.0.1 127.0.0.1 1 2"),
                ByteBuffer.allocate(16).put(SIGNATURE).putInt(0x2111_FFFF).array(),
                v2(0x31, 0x11, 127, 0, 0, 1, 127, 0, 0, 1, 1, 2, 3, 4),
                v2(0x21, 0x11, 127, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("noHeaders")
    void what_is_no_header_is_closed_without_a_word(byte[] bytes) throws Exception {
        try (RawConnection raw = new RawConnection(broker.port())) {
            raw.trySend(bytes);
            assertEquals(0, raw.readUntilClosed().length);
        }
        try (RawConnection raw = new RawConnection(broker.port())) {
            raw.send(v1("UNKNOWN"));
            raw.open();
        }
    }

    @Test
    void header_that_does_not_come_or_drips_in_is_closed_by_its_time() throws Exception {
        try (RawConnection raw = new RawConnection(broker.port())) {
            assertEquals(0, raw.readUntilClosed().length);
        }
        byte[] slow = v1("TCP4 127.0.0.1 127.0.0.1 1000 5672");
        try (RawConnection raw = new RawConnection(broker.port())) {
            assertTrue(raw.drip(slow, 100) < slow.length, "the whole header was taken");
        }
    }

    @Test
    void nobody_but_a_known_proxy_is_listened_to() throws Exception {
        try (LocalBroker strict = LocalBroker.start(
                directory.resolve("strict"), "amqp.proxy-protocol=true", "amqp.proxy-protocol-from=10.0.0.0/8")) {
            try (RawConnection raw = new RawConnection(strict.port())) {
                raw.trySend(v1("TCP4 127.0.0.1 127.0.0.1 1000 5672"), RawConnection.HEADER);
                assertEquals(0, raw.readUntilClosed().length);
            }
        }
    }

    @Test
    void tls_may_follow_the_header() throws Exception {
        TestCertificates certificates = new TestCertificates(directory.resolve("tls"));
        try (LocalBroker both =
                LocalBroker.start(directory.resolve("both"), certificates.settings("amqp.proxy-protocol=true"))) {
            try (RawConnection raw = new RawConnection(both.tlsPort())) {
                raw.send(v1("TCP4 127.0.0.1 127.0.0.1 1000 5672"));
                try (RawConnection inside = raw.through(certificates.trusting(null))) {
                    inside.open();
                }
            }
        }
    }

    private static byte[] v1(String rest) {
        return ("PROXY " + rest + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] v2(int command, int protocol, int... addresses) {
        ByteBuffer header = ByteBuffer.allocate(16 + addresses.length)
                .put(SIGNATURE)
                .put((byte) command)
                .put((byte) protocol)
                .putShort((short) addresses.length);
        for (int each : addresses) {
            header.put((byte) each);
        }
        return header.array();
    }
}
