package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever sends what is no protocol loses its connection; everybody else is served. */
class HostileInputTest {
    private static final int FRAME_ERROR = 501;
    private static final int SYNTAX_ERROR = 502;
    private static final int CHANNEL_ERROR = 504;
    private static final int UNEXPECTED_FRAME = 505;
    private static final int NOT_ALLOWED = 530;
    private static final int BASIC_PUBLISH = 60 << 16 | 40;
    private static final int QUEUE_DECLARE = 50 << 16 | 10;

    @TempDir
    private static Path directory = Path.of("");

    private static LocalBroker broker;
    private static Connection neighbour;

    private RawConnection raw;

    @BeforeAll
    static void start_broker_with_a_neighbour() throws Exception {
        broker = LocalBroker.start(
                directory.resolve("data"), "amqp.handshake-timeout=1s", "amqp.max-unauthenticated-per-address=10000");
        neighbour = broker.connect();
    }

    @AfterAll
    static void stop_broker() {
        neighbour.abort();
        broker.close();
    }

    @BeforeEach
    void connect() throws Exception {
        raw = new RawConnection(broker.port());
    }

    @AfterEach
    void neighbour_and_newcomer_are_served() throws Exception {
        raw.close();
        useful(neighbour);
        try (Connection newcomer = broker.connect()) {
            useful(newcomer);
        }
    }

    static List<byte[]> wrongHeaders() {
        return List.of(
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 2},
                new byte[] {'A', 'M', 'Q', 'P', 3, 1, 0, 0},
                new byte[] {'A', 'M', 'Q', 'P', 1, 1, 8, 0},
                new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3},
                new byte[64]);
    }

    @ParameterizedTest
    @MethodSource("wrongHeaders")
    void wrong_header_is_answered_by_the_right_one_and_closed(byte[] header) throws Exception {
        raw.send(header);
        assertArrayEquals(RawConnection.HEADER, raw.readUntilClosed());
    }

    @Test
    void silence_is_closed() throws Exception {
        assertEquals(0, raw.readUntilClosed().length);
    }

    @Test
    void half_a_header_is_closed() throws Exception {
        raw.send(Arrays.copyOf(RawConnection.HEADER, 5));
        assertEquals(0, raw.readUntilClosed().length);
    }

    @Test
    void client_that_does_not_log_in_is_closed() throws Exception {
        raw.send(RawConnection.HEADER);
        assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
        assertEquals(0, raw.readUntilClosed().length);
    }

    @Test
    void client_that_does_not_open_is_closed() throws Exception {
        raw.send(RawConnection.HEADER, RawConnection.startOk("guest", "guest"));
        raw.readMethod();
        assertEquals(RawConnection.CONNECTION_TUNE, raw.readMethod());
        raw.readUntilClosed();
    }

    @Test
    void handshake_that_drips_in_is_closed_by_its_total_time() throws Exception {
        raw.send(RawConnection.HEADER);
        byte[] slow = RawConnection.startOk("guest", "guest");
        assertTrue(raw.drip(slow, 100) < slow.length, "the whole login was taken");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 16 << 20, 8_193})
    void large_frame_before_login_is_closed(int bytes) throws Exception {
        raw.send(RawConnection.HEADER);
        assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
        raw.send(ByteBuffer.allocate(7)
                .put((byte) 1)
                .putShort((short) 0)
                .putInt(bytes)
                .array());
        assertEquals(0, raw.readUntilClosed().length);
    }

    @Test
    void methods_before_login_are_closed_without_effect() throws Exception {
        raw.send(RawConnection.HEADER);
        assertEquals(RawConnection.CONNECTION_START, raw.readMethod());
        raw.trySend(RawConnection.openChannel(1), RawConnection.tuneOkAndOpen(0, 131_072));
        assertEquals(0, raw.readUntilClosed().length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_095, 131_073, -1})
    void frame_size_that_was_not_offered_is_refused(int frameMax) throws Exception {
        raw.send(RawConnection.HEADER, RawConnection.startOk("guest", "guest"));
        raw.trySend(RawConnection.tuneOkAndOpen(0, frameMax));
        assertEquals(NOT_ALLOWED, raw.readCloseCode());
    }

    @Test
    void half_a_frame_and_an_end_cost_nothing() throws Exception {
        raw.open();
        byte[] whole = RawConnection.frame(1, 1, RawConnection.method(QUEUE_DECLARE, (short) 0, "q", (byte) 0, 0));
        raw.send(Arrays.copyOf(whole, whole.length / 2));
        raw.endSending();
        raw.readUntilClosed();
    }

    @Test
    void half_a_message_and_a_reset_leave_nothing() throws Exception {
        raw.open();
        raw.send(publish("hostile"), header(1L << 20), RawConnection.frame(3, 1, new byte[1_000]));
        raw.reset();
    }

    @Test
    void frame_above_the_agreed_size_is_501() throws Exception {
        raw.open();
        raw.send(ByteBuffer.allocate(7)
                .put((byte) 3)
                .putShort((short) 1)
                .putInt(131_073)
                .array());
        assertEquals(FRAME_ERROR, raw.readCloseCode());
    }

    @Test
    void frame_with_a_wrong_end_is_501() throws Exception {
        raw.open();
        raw.send(RawConnection.frame(1, 1, 9, RawConnection.method(QUEUE_DECLARE, (short) 0, "q", (byte) 0), 0));
        assertEquals(FRAME_ERROR, raw.readCloseCode());
    }

    @Test
    void frame_of_an_unknown_type_is_501() throws Exception {
        raw.open();
        raw.send(RawConnection.frame(99, 1, new byte[10]));
        assertEquals(FRAME_ERROR, raw.readCloseCode());
    }

    @Test
    void body_without_a_message_is_505() throws Exception {
        raw.open();
        raw.send(RawConnection.frame(3, 1, new byte[10]));
        assertEquals(UNEXPECTED_FRAME, raw.readCloseCode());
    }

    @Test
    void channel_that_is_not_open_or_above_the_limit_is_504() throws Exception {
        raw.open();
        raw.send(RawConnection.frame(1, 5, RawConnection.method(QUEUE_DECLARE, (short) 0, "q", (byte) 0, 0)));
        assertEquals(CHANNEL_ERROR, raw.readCloseCode());
        try (RawConnection other = new RawConnection(broker.port())) {
            other.open();
            other.send(RawConnection.openChannel(65_535));
            assertTrue(List.of(CHANNEL_ERROR, NOT_ALLOWED).contains(other.readCloseCode()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, -1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 32) + 5})
    void announced_body_of_any_size_reserves_nothing(long size) throws Exception {
        raw.open();
        raw.send(publish("hostile"), header(size));
        int answer = raw.readMethod();
        assertTrue(answer == RawConnection.CONNECTION_CLOSE || answer == (20 << 16 | 40), () -> "answer " + answer);
    }

    @Test
    void body_larger_than_announced_ends_the_connection() throws Exception {
        raw.open();
        raw.send(publish("hostile"), header(5), RawConnection.frame(3, 1, new byte[6]));
        assertEquals(FRAME_ERROR, raw.readCloseCode());
    }

    @Test
    void tables_in_tables_in_tables_are_refused() throws Exception {
        raw.open();
        byte[] tables = nested(15_000);
        raw.send(RawConnection.frame(1, 1, RawConnection.method(QUEUE_DECLARE, (short) 0, "q", (byte) 0, tables)));
        assertTrue(List.of(SYNTAX_ERROR, FRAME_ERROR).contains(raw.readCloseCode()));
    }

    @Test
    void table_longer_than_its_frame_is_502() throws Exception {
        raw.open();
        raw.send(RawConnection.frame(1, 1, RawConnection.method(QUEUE_DECLARE, (short) 0, "q", (byte) 0, -1)));
        assertTrue(List.of(SYNTAX_ERROR, FRAME_ERROR).contains(raw.readCloseCode()));
    }

    @Test
    void changed_bytes_anywhere_in_a_session_hurt_nobody_else() throws Exception {
        long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        System.out.println("HostileInputTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] session = session();
        for (int i = 0; i < 300; i++) {
            byte[] changed = session.clone();
            for (int times = random.nextInt(1, 6); times > 0; times--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try (RawConnection one = new RawConnection(broker.port())) {
                one.trySend(random.nextBoolean() ? changed : Arrays.copyOf(changed, random.nextInt(changed.length)));
                if (random.nextBoolean()) {
                    one.reset();
                }
            }
        }
    }

    /** Everything a client sends in a small session, one after the other. */
    private static byte[] session() {
        List<byte[]> parts = new ArrayList<>(List.of(
                RawConnection.HEADER,
                RawConnection.startOk("guest", "guest"),
                RawConnection.tuneOkAndOpen(0, 131_072),
                RawConnection.openChannel(1),
                RawConnection.frame(1, 1, RawConnection.method(QUEUE_DECLARE, (short) 0, "hostile", (byte) 4, 0)),
                RawConnection.frame(1, 1, RawConnection.method(85 << 16 | 10, (byte) 0)),
                publish("hostile"),
                header(5),
                RawConnection.frame(3, 1, new byte[5]),
                RawConnection.frame(
                        1, 1, RawConnection.method(60 << 16 | 20, (short) 0, "hostile", "tag", (byte) 0, 0)),
                RawConnection.frame(1, 1, RawConnection.method(60 << 16 | 80, 0, 1, (byte) 0)),
                RawConnection.frame(1, 1, RawConnection.method(60 << 16 | 30, "tag", (byte) 0)),
                RawConnection.frame(8, 0, new byte[0])));
        int length = parts.stream().mapToInt(part -> part.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        parts.forEach(all::put);
        return all.array();
    }

    /** A name of one letter, type F, a length: 7 bytes a level, so that all fits into one frame. */
    private static byte[] nested(int depth) {
        ByteBuffer table = ByteBuffer.allocate(4 + 7 * depth);
        for (int left = depth; left >= 0; left--) {
            table.putInt(7 * left);
            if (left > 0) {
                table.put((byte) 1).put((byte) 'a').put((byte) 'F');
            }
        }
        return table.array();
    }

    private static byte[] publish(String queue) {
        return RawConnection.frame(1, 1, RawConnection.method(BASIC_PUBLISH, (short) 0, "", queue, (byte) 0));
    }

    private static byte[] header(long bodySize) {
        byte[] payload = ByteBuffer.allocate(14)
                .putShort((short) 60)
                .putShort((short) 0)
                .putLong(bodySize)
                .putShort((short) 0)
                .array();
        return RawConnection.frame(2, 1, payload);
    }

    private static void useful(Connection connection) throws Exception {
        try (Channel channel = connection.createChannel()) {
            String queue = channel.queueDeclare("", false, true, true, null).getQueue();
            channel.confirmSelect();
            channel.basicPublish("", queue, null, AgainstBroker.bytes("m"));
            channel.waitForConfirmsOrDie(20_000);
            assertEquals("m", AgainstBroker.text(channel.basicGet(queue, true).getBody()));
            channel.queueDelete(queue);
        }
    }
}
