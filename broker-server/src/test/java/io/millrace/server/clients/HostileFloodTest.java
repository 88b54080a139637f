package io.millrace.server.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too many of everything, clients that do not read, and topologies that turn round: limits hold, neighbours are served. */
class HostileFloodTest extends UnderAttack {
    private static final int NOT_ALLOWED = 530;
    private static final int EXCHANGE_BIND = 40 << 16 | 30;
    private static final int STRANGERS_MAX = 50;
    private static final int NO_READING_BYTES = 256 << 20;
    /**
     * What a connection may hold: 1 MiB of answers, as much of deliveries, read buffers, and what is in one message; and what
     * is kept for the next use meanwhile.
     */
    private static final long HELD_BYTES_MAX = (16L << 20) + DIRECT_SPARE_BYTES;

    @TempDir
    private static Path directory = Path.of("");

    @BeforeAll
    static void start_broker() throws Exception {
        start(
                directory.resolve("data"),
                "amqp.handshake-timeout=10s",
                "amqp.max-connections=200",
                "amqp.max-unauthenticated-per-address=" + STRANGERS_MAX);
    }

    @Test
    void channels_up_to_the_limit_and_one_more() throws Exception {
        try (RawConnection raw = opened()) {
            for (int i = 2; i <= 2_047; i++) {
                raw.send(RawConnection.openChannel(i));
                assertEquals(RawConnection.CHANNEL_OPEN_OK, raw.readMethod());
            }
            raw.send(RawConnection.openChannel(2_048));
            assertEquals(NOT_ALLOWED, raw.readCloseCode());
        }
    }

    @Test
    void connections_that_do_not_log_in_are_bounded_by_their_address() throws Exception {
        List<RawConnection> open = new ArrayList<>();
        try {
            int answered = 0;
            for (int i = 0; i < 2 * STRANGERS_MAX; i++) {
                RawConnection raw = raw();
                open.add(raw);
                raw.trySend(RawConnection.HEADER);
                answered += raw.hears() ? 1 : 0;
            }
            assertEquals(STRANGERS_MAX, answered);
            useful(neighbour);
        } finally {
            for (RawConnection each : open) {
                each.close();
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            broker.connect().close();
            return true;
        });
    }

    @Test
    void connections_that_log_in_are_bounded_in_all() throws Exception {
        List<RawConnection> open = new ArrayList<>();
        try {
            int refused = 0;
            for (int i = 0; i < 205; i++) {
                RawConnection raw = raw();
                open.add(raw);
                raw.trySend(RawConnection.HEADER);
                if (raw.hears()) {
                    raw.send(RawConnection.startOk("guest", "guest"));
                    assertEquals(RawConnection.CONNECTION_TUNE, raw.readMethod());
                    raw.send(RawConnection.tuneOkAndOpen(0, 131_072));
                    assertEquals(RawConnection.CONNECTION_OPEN_OK, raw.readMethod());
                } else {
                    refused++;
                }
            }
            assertEquals(6, refused, "200 in all, the neighbour's among them");
            useful(neighbour);
        } finally {
            for (RawConnection each : open) {
                each.close();
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            broker.connect().close();
            return true;
        });
    }

    @Test
    void empty_frames_cost_their_sender_alone() throws Exception {
        try (RawConnection beats = opened();
                RawConnection bodies = opened()) {
            byte[] heartbeats = repeated(RawConnection.frame(8, 0, new byte[0]), 8_000);
            byte[] empty = repeated(RawConnection.frame(3, 1, new byte[0]), 8_000);
            byte[] message = message("", "nowhere", 0, 10);
            bodies.send(java.util.Arrays.copyOf(message, message.length - 18));
            for (int i = 0; i < 50; i++) {
                beats.send(heartbeats);
                bodies.send(empty);
                if (i % 10 == 0) {
                    useful(neighbour);
                }
            }
            bodies.send(RawConnection.frame(3, 1, new byte[10]), RawConnection.openChannel(2));
            assertEquals(RawConnection.CHANNEL_OPEN_OK, bodies.readMethod());
            beats.send(RawConnection.openChannel(2));
            assertEquals(RawConnection.CHANNEL_OPEN_OK, beats.readMethod());
        }
    }

    @Test
    void exclusive_queues_go_with_their_connection() throws Exception {
        try (RawConnection raw = opened()) {
            int count = 2_000;
            for (int i = 0; i < count; i++) {
                raw.send(declare("flood-" + i, 4, new byte[4]));
                assertEquals(QUEUE_DECLARE + 1, raw.readMethod());
            }
            useful(neighbour);
        }
        try (Channel channel = neighbour.createChannel()) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
                try (Channel asking = neighbour.createChannel()) {
                    asking.queueDeclare("flood-1999", false, true, true, null);
                    asking.queueDelete("flood-1999");
                    return true;
                }
            });
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void returns_that_nobody_reads_stop_their_publisher() throws Exception {
        try (RawConnection raw = opened()) {
            assertBackPressure(raw, message("", "nobody-is-there", 1, 60_000));
        }
    }

    @Test
    void confirms_and_gets_that_nobody_reads_stay_small() throws Exception {
        try (RawConnection raw = opened()) {
            raw.send(RawConnection.frame(1, 1, RawConnection.method(CONFIRM_SELECT, (byte) 0)));
            raw.readMethod();
            byte[] missing = RawConnection.frame(
                    1, 1, RawConnection.method(BASIC_PUBLISH, (short) 0, "", "nobody-is-there", (byte) 1));
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            flood.writeBytes(missing);
            flood.writeBytes(header(0));
            assertBackPressure(raw, repeated(flood.toByteArray(), 1_000));
        }
    }

    @Test
    void deliveries_that_nobody_reads_wait_in_their_queue() throws Exception {
        try (Channel channel = neighbour.createChannel();
                RawConnection raw = opened()) {
            channel.queueDeclare("unread", false, false, false, null);
            channel.confirmSelect();
            for (int i = 0; i < 1_000; i++) {
                channel.basicPublish("", "unread", null, new byte[32 << 10]);
            }
            channel.waitForConfirmsOrDie(30_000);
            long held = Resources.pinned();
            raw.send(RawConnection.frame(
                    1, 1, RawConnection.method(BASIC_CONSUME, (short) 0, "unread", "never", (byte) 2, 0)));
            useful(neighbour);
            assertTrue(Resources.pinned() - held < HELD_BYTES_MAX);
            assertTrue(channel.messageCount("unread") > 0, "all were sent to one who does not read");
            channel.queueDelete("unread");
        }
    }

    @Test
    void dead_letters_do_not_go_round_for_ever() throws Exception {
        try (RawConnection raw = opened();
                Channel channel = neighbour.createChannel()) {
            raw.send(declare("round-a", 2, deadLetters("round-b")));
            assertEquals(QUEUE_DECLARE + 1, raw.readMethod());
            raw.send(declare("round-b", 2, deadLetters("round-a")));
            assertEquals(QUEUE_DECLARE + 1, raw.readMethod());
            for (int i = 0; i < 100; i++) {
                raw.send(message("", "round-a", 0, 10));
            }
            raw.send(RawConnection.openChannel(2));
            assertEquals(RawConnection.CHANNEL_OPEN_OK, raw.readMethod());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> channel.messageCount("round-a") + channel.messageCount("round-b") == 0);
            channel.queueDelete("round-a");
            channel.queueDelete("round-b");
        }
    }

    @Test
    void exchanges_bound_in_a_circle_give_one_copy() throws Exception {
        try (RawConnection raw = opened();
                Channel channel = neighbour.createChannel()) {
            channel.queueDeclare("circle", false, false, false, null);
            String[] names = {"circle-a", "circle-b", "circle-c"};
            for (String name : names) {
                raw.send(declareExchange(name, "fanout"));
                assertEquals(EXCHANGE_DECLARE + 1, raw.readMethod());
            }
            for (int i = 0; i < names.length; i++) {
                raw.send(bind(EXCHANGE_BIND, names[(i + 1) % names.length], names[i], ""));
                assertEquals(EXCHANGE_BIND + 1, raw.readMethod());
                raw.send(bind(QUEUE_BIND, "circle", names[i], ""));
                assertEquals(QUEUE_BIND + 1, raw.readMethod());
            }
            raw.send(message("circle-a", "", 0, 10), RawConnection.openChannel(2));
            assertEquals(RawConnection.CHANNEL_OPEN_OK, raw.readMethod());
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> channel.messageCount("circle") > 0);
            useful(neighbour);
            assertEquals(1, channel.messageCount("circle"));
            channel.queueDelete("circle");
            for (String name : names) {
                channel.exchangeDelete(name);
            }
        }
    }

    @Test
    void topic_patterns_of_many_hashes_are_matched_without_going_back() throws Exception {
        try (RawConnection raw = opened();
                Channel channel = neighbour.createChannel()) {
            channel.queueDeclare("bomb", false, false, false, null);
            raw.send(declareExchange("bomb", "topic"));
            assertEquals(EXCHANGE_DECLARE + 1, raw.readMethod());
            String hashes = "#.a.".repeat(40);
            for (int i = 0; i < 20; i++) {
                raw.send(bind(QUEUE_BIND, "bomb", "bomb", hashes + "b" + i));
                assertEquals(QUEUE_BIND + 1, raw.readMethod());
            }
            String key = "a.".repeat(120) + "c";
            for (int i = 0; i < 200; i++) {
                raw.send(message("bomb", key + i, 0, 1));
            }
            raw.send(RawConnection.openChannel(2));
            assertEquals(RawConnection.CHANNEL_OPEN_OK, raw.readMethod());
            useful(neighbour);
            assertEquals(0, channel.messageCount("bomb"));
            channel.queueDelete("bomb");
            channel.exchangeDelete("bomb");
        }
    }

    /** Sends until the broker takes no more, and sees that it holds little of it. */
    private static void assertBackPressure(RawConnection raw, byte[] piece) throws Exception {
        AtomicLong sent = new AtomicLong();
        long held = Resources.pinned();
        Thread sender = new Thread(() -> {
            while (sent.get() < NO_READING_BYTES) {
                try {
                    raw.send(piece);
                } catch (java.io.IOException closed) {
                    return;
                }
                sent.addAndGet(piece.length);
            }
        });
        sender.setDaemon(true);
        sender.start();
        AtomicLong last = new AtomicLong(-1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> !sender.isAlive() || last.getAndSet(sent.get()) == sent.get());
        useful(neighbour);
        assertTrue(sender.isAlive(), () -> "all " + sent.get() + " bytes were taken from one who does not read");
        assertTrue(Resources.pinned() - held < HELD_BYTES_MAX, () -> "holds " + (Resources.pinned() - held));
        raw.close();
        sender.join(20_000);
    }

    private static byte[] repeated(byte[] piece, int times) {
        ByteBuffer all = ByteBuffer.allocate(piece.length * times);
        for (int i = 0; i < times; i++) {
            all.put(piece);
        }
        return all.array();
    }

    /** x-message-ttl 0, and what is over goes to that queue. */
    private static byte[] deadLetters(String to) {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        name(entries, "x-message-ttl");
        entries.writeBytes(ByteBuffer.allocate(5).put((byte) 'I').putInt(0).array());
        name(entries, "x-dead-letter-exchange");
        text(entries, "");
        name(entries, "x-dead-letter-routing-key");
        text(entries, to);
        byte[] bytes = entries.toByteArray();
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static void name(ByteArrayOutputStream out, String name) {
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(
                ByteBuffer.allocate(5).put((byte) 'S').putInt(text.length()).array());
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
