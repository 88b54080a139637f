package io.millrace.core.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRecordRewriteTest {
    private static byte[] bytes(SplittableRandom random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(ByteBuffer buffer, int at, int length) {
        byte[] bytes = new byte[length];
        buffer.get(at, bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void only_what_was_asked_for_changes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int turn = 0; turn < 100; turn++) {
            byte[] head = bytes(random, 255 + 255);
            int exchangeLength = Math.min(255, random.nextInt(head.length + 1));
            int keyLength = Math.min(255, head.length - exchangeLength);
            byte[] overlay = bytes(random, 300);
            byte[] properties = bytes(random, 500);
            byte[] body = bytes(random, 2_000);
            int at = random.nextInt(9);
            int length = MessageRecord.FIXED_BYTES
                    + exchangeLength
                    + keyLength
                    + overlay.length
                    + properties.length
                    + body.length;
            ByteBuffer from = ByteBuffer.allocate(at + length + 5).order(ByteOrder.LITTLE_ENDIAN);
            MessageRecord.writeFixed(
                    from, at, length, 1, 1, 200, exchangeLength, keyLength, overlay.length, properties.length, 77);
            MessageRecord.publishedAt(from, at, 99);
            from.put(MessageRecord.exchangeAt(at), head, 0, exchangeLength + keyLength);
            from.put(MessageRecord.overlayAt(from, at), overlay);
            from.put(MessageRecord.propertiesAt(from, at), properties);
            from.put(MessageRecord.bodyAt(from, at), body);

            byte[] exchange = bytes(random, 255);
            byte[] key = bytes(random, 255);
            byte[] newOverlay = bytes(random, 65_535);
            int toAt = random.nextInt(9);
            int expected = MessageRecord.rewrittenLength(from, at, exchange.length, key.length, newOverlay.length);
            ByteBuffer to = ByteBuffer.allocateDirect(toAt + expected).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(expected, MessageRecord.rewrite(from, at, exchange, key, newOverlay, 55, to, toAt));

            assertEquals(expected, MessageRecord.length(to, toAt));
            assertEquals(1, MessageRecord.encoding(to, toAt));
            assertTrue(MessageRecord.durable(to, toAt));
            assertEquals(200, MessageRecord.priority(to, toAt));
            assertEquals(99, MessageRecord.publishedAt(to, toAt));
            assertEquals(55, MessageRecord.expiresAt(to, toAt));
            assertArrayEquals(exchange, part(to, MessageRecord.exchangeAt(toAt), exchange.length));
            assertArrayEquals(key, part(to, MessageRecord.routingKeyAt(to, toAt), key.length));
            assertArrayEquals(newOverlay, part(to, MessageRecord.overlayAt(to, toAt), newOverlay.length));
            assertArrayEquals(properties, part(to, MessageRecord.propertiesAt(to, toAt), properties.length));
            assertEquals(body.length, MessageRecord.bodyLength(to, toAt));
            assertArrayEquals(body, part(to, MessageRecord.bodyAt(to, toAt), body.length));
            assertEquals(0, to.position() + from.position());
        }
    }

    @Test
    void deaths_travel_with_the_record() {
        byte[] none = new byte[0];
        ByteBuffer buffer = ByteBuffer.allocate(1_000).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(buffer, 0, MessageRecord.FIXED_BYTES + 3, 0, 0, 0, 0, 0, 0, 0, 9);
        buffer.put(MessageRecord.bodyAt(buffer, 0), "abc".getBytes(StandardCharsets.UTF_8));
        Deaths deaths = Deaths.decode(buffer, 0).with(Death.first("q", DeathReason.EXPIRED, 1, "", List.of("q"), "9"));
        MessageRecord.rewrite(
                buffer, 0, none, "dead".getBytes(StandardCharsets.UTF_8), deaths.encode(), 0, buffer, 100);
        assertEquals(deaths, Deaths.decode(buffer, 100));
        assertEquals("dead", MessageRecord.routingKey(buffer, 100));
    }

    @Test
    void parts_that_are_too_long_are_refused() {
        ByteBuffer buffer = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(buffer, 0, MessageRecord.FIXED_BYTES, 0, 0, 0, 0, 0, 0, 0, 0);
        byte[] none = new byte[0];
        byte[] name = new byte[256];
        byte[] overlay = new byte[65_536];
        assertThrows(
                IllegalArgumentException.class,
                () -> MessageRecord.rewrite(buffer, 0, name, none, none, 0, buffer, 100));
        assertThrows(
                IllegalArgumentException.class,
                () -> MessageRecord.rewrite(buffer, 0, none, name, none, 0, buffer, 100));
        assertThrows(
                IllegalArgumentException.class,
                () -> MessageRecord.rewrite(buffer, 0, none, none, overlay, 0, buffer, 100));
    }
}
