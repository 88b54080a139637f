package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on the way to a session, and on what is believed of a session: nobody gets in, nobody learns who is there. */
class HostileLoginTest extends UnderAttack {
    private static final int ACCESS_REFUSED = 403;
    private static final int NOT_ALLOWED = 530;
    private static final int CONNECTION_START_OK = 10 << 16 | 11;
    private static final int CONNECTION_OPEN = 10 << 16 | 40;
    private static final int CHANNEL_CLOSE = 20 << 16 | 40;
    private static final int SAMPLES = 15;
    /** Other tests run on the same machine; a name that is looked up and not hashed is a hundred times as fast. */
    private static final int TIMES_APART_MAX = 5;

    @TempDir
    private static Path directory = Path.of("");

    private static TestCertificates certificates;

    @BeforeAll
    static void start_broker() throws Exception {
        certificates = new TestCertificates(directory.resolve("tls"));
        start(directory.resolve("data"), certificates.settings("amqp.handshake-timeout=5s"));
    }

    static List<byte[]> wrongResponses() {
        return List.of(
                plain("guest", "wrong"),
                plain("nobody", "guest"),
                plain("", ""),
                plain("guest", ""),
                plain("guest", "guest\0"),
                plain("GUEST", "guest"),
                plain("guest\n", "guest"),
                plain("x".repeat(4_000), "y"),
                new byte[0],
                new byte[] {0},
                new byte[] {0, 0, 0, 0},
                new byte[] {(byte) 0xFF, 0, (byte) 0xFE, 0, 1},
                "guest guest".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("wrongResponses")
    void wrong_login_is_refused_with_one_text(byte[] response) throws Exception {
        String expected = "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the"
                + " broker logfile.";
        assertEquals(expected, refusal("PLAIN", response));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXTERNAL", "ANONYMOUS", "CRAM-MD5", "", "PLAIN\n"})
    void mechanism_that_was_not_offered_is_no_way_in(String mechanism) throws Exception {
        assertTrue(refusal(mechanism, plain("guest", "guest")).startsWith("ACCESS_REFUSED"));
    }

    @Test
    void wrong_login_of_a_client_that_cannot_be_told_closes_in_silence() throws Exception {
        try (RawConnection raw = raw()) {
            raw.send(RawConnection.HEADER);
            assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
            raw.send(RawConnection.startOk("guest", "wrong"));
            assertEquals(0, raw.readUntilClosed().length);
        }
    }

    @Test
    void time_does_not_tell_which_users_exist() throws Exception {
        long[] known = new long[SAMPLES];
        long[] unknown = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            known[i] = nanosOfRefusal(plain("guest", "wrong" + i));
            unknown[i] = nanosOfRefusal(plain("nobody" + i, "wrong" + i));
        }
        Arrays.sort(known);
        Arrays.sort(unknown);
        long one = known[SAMPLES / 2];
        long other = unknown[SAMPLES / 2];
        assertTrue(
                Math.max(one, other) / TIMES_APART_MAX <= Math.min(one, other),
                () -> "known " + one + " ns, unknown " + other + " ns");
    }

    @Test
    void open_and_methods_without_login_have_no_effect() throws Exception {
        byte[] open = RawConnection.frame(1, 0, RawConnection.method(CONNECTION_OPEN, "/", "", (byte) 0));
        for (byte[] early : List.of(
                open,
                RawConnection.tuneOkAndOpen(0, 131_072),
                declare("sneaked", 0, new byte[4]),
                message("", "sneaked", 0, 10))) {
            try (RawConnection raw = raw()) {
                raw.send(RawConnection.HEADER);
                assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
                raw.trySend(early);
                assertEquals(0, raw.readUntilClosed().length);
            }
        }
    }

    @Test
    void deep_table_before_login_is_closed() throws Exception {
        ByteBuffer table = ByteBuffer.allocate(4 + 7 * 1_000);
        for (int left = 1_000; left >= 0; left--) {
            table.putInt(7 * left);
            if (left > 0) {
                table.put((byte) 1).put((byte) 'a').put((byte) 'F');
            }
        }
        try (RawConnection raw = raw()) {
            raw.send(RawConnection.HEADER);
            assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
            raw.send(RawConnection.frame(
                    1,
                    0,
                    RawConnection.method(
                            CONNECTION_START_OK,
                            table.array(),
                            "PLAIN",
                            RawConnection.longString("\0guest\0guest"),
                            "en_US")));
            assertEquals(0, raw.readUntilClosed().length);
        }
    }

    @Test
    void many_large_announcements_before_login_reserve_nothing() throws Exception {
        long held = Resources.pinned();
        RawConnection[] all = new RawConnection[80];
        try {
            for (int i = 0; i < all.length; i++) {
                all[i] = raw();
                all[i].send(RawConnection.HEADER, new byte[] {1, 0, 0, 0, 0, 0x1F, (byte) 0xF0});
                assertEquals(RawConnection.CONNECTION_START, all[i].readMethod());
            }
            assertTrue(Resources.pinned() - held < all.length * (64L << 10), "as much as was announced");
        } finally {
            for (RawConnection each : all) {
                if (each != null) {
                    each.close();
                }
            }
        }
    }

    @Test
    void tls_on_the_plain_port_is_answered_by_our_header_and_the_reverse_is_closed() throws Exception {
        byte[] clientHello = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};
        try (RawConnection raw = raw()) {
            raw.send(clientHello);
            assertArrayEquals(RawConnection.HEADER, raw.readUntilClosed());
        }
        try (RawConnection raw = new RawConnection(broker.tlsPort())) {
            raw.send(RawConnection.HEADER);
            // At most an alert.
            assertTrue(raw.readUntilClosed().length < 16);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nERROR forged line", "a\r\nb", "\u001b[31mred", "a\0b", "\u007f"})
    void names_with_control_characters_are_refused_everywhere(String name) throws Exception {
        try (RawConnection raw = raw()) {
            raw.send(RawConnection.HEADER, RawConnection.startOk("guest", "guest"));
            raw.readMethod();
            assertEquals(RawConnection.CONNECTION_TUNE, raw.readMethod());
            raw.send(RawConnection.frame(1, 0, RawConnection.method(10 << 16 | 31, (short) 0, 131_072, (short) 0)));
            raw.send(RawConnection.frame(1, 0, RawConnection.method(CONNECTION_OPEN, name, "", (byte) 0)));
            assertEquals(RawConnection.CONNECTION_CLOSE, raw.readMethod());
        }
        byte[] queue =
                RawConnection.frame(1, 1, RawConnection.method(QUEUE_DECLARE, (short) 0, name, (byte) 0, new byte[4]));
        for (byte[] each : List.of(queue, declareExchange(name, "fanout"), bind(QUEUE_BIND, name, name, name))) {
            try (RawConnection raw = opened()) {
                raw.send(each);
                int answer = raw.readMethod();
                assertTrue(answer == RawConnection.CONNECTION_CLOSE || answer == CHANNEL_CLOSE, "" + answer);
            }
        }
    }

    @Test
    void foreign_user_id_and_foreign_exclusive_queue_are_refused() throws Exception {
        byte[] publish =
                RawConnection.frame(1, 1, RawConnection.method(BASIC_PUBLISH, (short) 0, "", "nowhere", (byte) 0));
        byte[] header = RawConnection.frame(
                2,
                1,
                ByteBuffer.allocate(14 + 5)
                        .putInt(60 << 16)
                        .putLong(0)
                        .putShort((short) (1 << 4))
                        .put((byte) 4)
                        .put("root".getBytes(StandardCharsets.US_ASCII))
                        .array());
        try (RawConnection raw = opened()) {
            raw.send(publish, header);
            assertEquals(CHANNEL_CLOSE, raw.readMethod());
        }
        try (RawConnection owner = opened();
                RawConnection thief = opened()) {
            owner.send(declare("mine", 4, new byte[4]));
            assertEquals(QUEUE_DECLARE + 1, owner.readMethod());
            for (int method : new int[] {QUEUE_DECLARE, QUEUE_DELETE, BASIC_CONSUME}) {
                thief.send(thieving(method));
                assertEquals(CHANNEL_CLOSE, thief.readMethod());
                thief.send(
                        RawConnection.frame(1, 1, RawConnection.method(20 << 16 | 41)), RawConnection.openChannel(1));
                assertEquals(RawConnection.CHANNEL_OPEN_OK, thief.readMethod());
            }
        }
    }

    private static byte[] thieving(int method) {
        return switch (method) {
            case QUEUE_DECLARE -> declare("mine", 1, new byte[4]);
            case QUEUE_DELETE ->
                RawConnection.frame(1, 1, RawConnection.method(QUEUE_DELETE, (short) 0, "mine", (byte) 0));
            default ->
                RawConnection.frame(
                        1, 1, RawConnection.method(BASIC_CONSUME, (short) 0, "mine", "", (byte) 0, new byte[4]));
        };
    }

    @Test
    void virtual_host_of_nobody_is_530() throws Exception {
        try (RawConnection raw = raw()) {
            raw.send(RawConnection.HEADER, RawConnection.startOk("guest", "guest"));
            raw.readMethod();
            assertEquals(RawConnection.CONNECTION_TUNE, raw.readMethod());
            raw.send(RawConnection.frame(1, 0, RawConnection.method(10 << 16 | 31, (short) 0, 131_072, (short) 0)));
            raw.send(RawConnection.frame(1, 0, RawConnection.method(CONNECTION_OPEN, "nowhere", "", (byte) 0)));
            assertEquals(NOT_ALLOWED, raw.readCloseCode());
        }
    }

    private static long nanosOfRefusal(byte[] response) throws Exception {
        try (RawConnection raw = raw()) {
            raw.send(RawConnection.HEADER);
            assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
            long begin = System.nanoTime();
            raw.send(RawConnection.startOkToldOfFailure("PLAIN", response));
            assertEquals(ACCESS_REFUSED, raw.readCloseCode());
            return System.nanoTime() - begin;
        }
    }

    private static String refusal(String mechanism, byte[] response) throws Exception {
        try (RawConnection raw = raw()) {
            raw.send(RawConnection.HEADER);
            assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
            raw.send(RawConnection.startOkToldOfFailure(mechanism, response));
            return raw.readCloseText();
        }
    }

    private static byte[] plain(String user, String password) {
        return ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    }
}
