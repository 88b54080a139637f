package io.millrace.core.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.Deaths.Origin;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeathsTest {
    private static Death death(String queue, DeathReason reason, long millis) {
        return Death.first(queue, reason, millis, "x-" + millis, List.of("key-" + millis), null);
    }

    private static Deaths decode(byte[] overlay) {
        ByteBuffer record = ByteBuffer.allocate(5 + MessageRecord.FIXED_BYTES + overlay.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.writeFixed(record, 5, record.limit() - 5, 0, 0, 0, 0, 0, overlay.length, 0, 0);
        record.put(MessageRecord.overlayAt(record, 5), overlay);
        return Deaths.decode(record, 5);
    }

    @Test
    void no_deaths_take_no_bytes() {
        assertEquals(0, Deaths.NONE.encode().length);
        assertEquals(Deaths.NONE, decode(new byte[0]));
        assertTrue(Deaths.NONE.isEmpty());
        assertNull(Deaths.NONE.first());
    }

    @Test
    void the_newest_death_is_the_first_entry() {
        Deaths deaths = Deaths.NONE
                .with(death("a", DeathReason.EXPIRED, 1))
                .with(death("b", DeathReason.REJECTED, 2))
                .with(death("a", DeathReason.MAXLEN, 3));
        assertEquals(
                List.of(
                        death("a", DeathReason.MAXLEN, 3),
                        death("b", DeathReason.REJECTED, 2),
                        death("a", DeathReason.EXPIRED, 1)),
                deaths.entries());
    }

    @Test
    void another_death_of_the_same_queue_and_reason_counts_and_moves_to_the_front() {
        Deaths deaths = Deaths.NONE
                .with(Death.first("a", DeathReason.EXPIRED, 1, "first", List.of("k", "cc"), "500"))
                .with(death("b", DeathReason.EXPIRED, 2))
                .with(death("a", DeathReason.EXPIRED, 3));
        assertEquals(2, deaths.entries().size());
        assertEquals(
                new Death("a", DeathReason.EXPIRED, 2, 1, 3, "first", List.of("k", "cc"), "500"),
                deaths.entries().get(0));
        assertEquals("b", deaths.entries().get(1).queue());
    }

    @Test
    void first_and_last_death_are_told_apart_from_the_entries() {
        Deaths deaths = Deaths.NONE.with(death("a", DeathReason.EXPIRED, 1));
        deaths = deaths.with(death("b", DeathReason.REJECTED, 2)).with(death("a", DeathReason.EXPIRED, 3));
        assertEquals(new Origin("a", DeathReason.EXPIRED, "x-1"), deaths.first());
        assertEquals(new Origin("a", DeathReason.EXPIRED, "x-3"), deaths.last());
        assertEquals("x-1", deaths.entries().get(0).exchange());
    }

    @Test
    void a_circle_without_a_rejection_is_one() {
        Deaths deaths = Deaths.NONE.with(death("a", DeathReason.EXPIRED, 1)).with(death("b", DeathReason.MAXLEN, 2));
        assertTrue(deaths.closesCycle("a"));
        assertTrue(deaths.closesCycle("b"));
        assertFalse(deaths.closesCycle("c"));
        assertFalse(Deaths.NONE.closesCycle("a"));
    }

    @Test
    void a_rejection_anywhere_in_the_circle_breaks_it() {
        Deaths deaths = Deaths.NONE
                .with(death("a", DeathReason.EXPIRED, 1))
                .with(death("b", DeathReason.REJECTED, 2))
                .with(death("c", DeathReason.EXPIRED, 3));
        assertFalse(deaths.closesCycle("a"));
        assertFalse(deaths.closesCycle("b"));
        assertTrue(deaths.closesCycle("c"));
        assertFalse(deaths.with(death("c", DeathReason.REJECTED, 4)).closesCycle("c"));
    }

    @Test
    void beyond_64_kinds_of_death_the_oldest_goes_and_is_counted() {
        Deaths deaths = Deaths.NONE;
        for (int i = 0; i < 3; i++) {
            deaths = deaths.with(death("q0", DeathReason.EXPIRED, i));
        }
        for (int i = 1; i <= Deaths.ENTRIES_MAX; i++) {
            assertEquals(0, deaths.deathsDropped());
            deaths = deaths.with(death("q" + i, DeathReason.EXPIRED, 10 + i));
        }
        assertEquals(3, deaths.deathsDropped());
        assertEquals(Deaths.ENTRIES_MAX, deaths.entries().size());
        assertEquals("q1", deaths.entries().get(Deaths.ENTRIES_MAX - 1).queue());
        assertEquals(new Origin("q0", DeathReason.EXPIRED, "x-0"), deaths.first());
        assertEquals(deaths, decode(deaths.encode()));
    }

    @Test
    void the_largest_history_fits_and_loses_old_routing_keys_before_any_entry() {
        String text = "n".repeat(255);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            keys.add(text);
        }
        Deaths deaths = Deaths.NONE.with(Death.first(text, DeathReason.MAXLEN, 1, text, keys, text));
        assertEquals(
                Deaths.ROUTING_KEYS_MAX, deaths.entries().get(0).routingKeys().size());
        assertEquals(1_000 - Deaths.ROUTING_KEYS_MAX, deaths.keysDropped());
        for (int i = 0; i < 100; i++) {
            String queue = ("é" + i + "n".repeat(255)).substring(0, 254);
            deaths = deaths.with(Death.first(queue, DeathReason.MAXLEN, 1, text, keys, text));
            assertEquals(Math.min(i + 2, Deaths.ENTRIES_MAX), deaths.entries().size());
            byte[] overlay = deaths.encode();
            assertTrue(overlay.length <= Deaths.BYTES_MAX, "bytes: " + overlay.length);
            assertEquals(deaths, decode(overlay));
            if (deaths.deathsDropped() == 0) {
                assertEquals((i + 2) * 1_000L, keysLeft(deaths) + deaths.keysDropped());
            }
        }
    }

    private static long keysLeft(Deaths deaths) {
        long left = 0;
        for (Death entry : deaths.entries()) {
            left += entry.routingKeys().size();
        }
        return left;
    }

    @Test
    void names_that_are_too_long_are_refused_and_what_clients_chose_is_cut() {
        String n256 = "é".repeat(128);
        List<String> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> Death.first(n256, DeathReason.EXPIRED, 1, "", none, null));
        assertThrows(IllegalArgumentException.class, () -> Death.first("", DeathReason.EXPIRED, 1, n256, none, null));
        assertThrows(IllegalArgumentException.class, () -> new Death("", DeathReason.EXPIRED, 0, 1, 1, "", none, null));
        String pairs = "a" + "\uD83D\uDE00".repeat(64);
        Death cut = Death.first("q", DeathReason.EXPIRED, 1, "x", List.of("k", n256, pairs), "\uFFFD".repeat(255));
        assertEquals(List.of("k", "é".repeat(127), "a" + "\uD83D\uDE00".repeat(63)), cut.routingKeys());
        assertEquals("\uFFFD".repeat(85), cut.originalExpiration());
        Deaths deaths = Deaths.NONE.with(cut);
        assertEquals(deaths, decode(deaths.encode()));
    }

    @Test
    void an_overlay_that_cannot_be_read_is_refused_wherever_it_ends() {
        byte[] overlay = Deaths.NONE
                .with(Death.first("a", DeathReason.EXPIRED, 1, "x", List.of("k", "l"), "500"))
                .with(death("b", DeathReason.REJECTED, 2))
                .encode();
        for (int length = 1; length < overlay.length; length++) {
            byte[] shorter = Arrays.copyOf(overlay, length);
            assertThrows(IllegalArgumentException.class, () -> decode(shorter), "cut to " + length);
        }
        byte[] longer = Arrays.copyOf(overlay, overlay.length + 1);
        assertThrows(IllegalArgumentException.class, () -> decode(longer));
        byte[] newer = overlay.clone();
        newer[0] = 2;
        assertTrue(assertThrows(IllegalArgumentException.class, () -> decode(newer))
                .toString()
                .contains("version 2, expected 1"));
    }

    @ParameterizedTest
    @EnumSource
    void a_reason_is_found_by_its_text_and_by_its_number(DeathReason reason) {
        assertEquals(reason, DeathReason.of(reason.text()));
        assertEquals(reason, DeathReason.of(reason.code()));
        assertNull(DeathReason.of("boredom"));
        assertThrows(IllegalArgumentException.class, () -> DeathReason.of(-1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void any_history_comes_back_as_it_was(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int turn = 0; turn < 3; turn++) {
            Deaths deaths = Deaths.NONE;
            long count = 0;
            int queues = 1 + random.nextInt(100);
            int deathsToDie = random.nextInt(150);
            for (int i = 0; i < deathsToDie; i++) {
                deaths = decode(deaths.encode()).with(randomDeath(random, queues));
                count++;
            }
            assertEquals(deaths, decode(deaths.encode()));
            assertArrayEquals(deaths.encode(), decode(deaths.encode()).encode());
            long counted = deaths.deathsDropped();
            for (Death entry : deaths.entries()) {
                counted += entry.count();
            }
            assertEquals(count, counted, "every death is counted once");
        }
    }

    private static Death randomDeath(SplittableRandom random, int queues) {
        List<String> keys = new ArrayList<>();
        int keyCount = random.nextInt(4) == 0 ? random.nextInt(140) : random.nextInt(3);
        for (int i = 0; i < keyCount; i++) {
            keys.add(text(random));
        }
        DeathReason[] reasons = DeathReason.values();
        return Death.first(
                "queue-" + random.nextInt(queues),
                reasons[random.nextInt(reasons.length)],
                random.nextLong(),
                text(random),
                keys,
                random.nextBoolean() ? null : text(random));
    }

    private static String text(SplittableRandom random) {
        String letters = "aé€\uD83D\uDE00\uD83D";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(random.nextInt(10) == 0 ? 64 : 12);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(letters.codePointAt(random.nextInt(3)));
            if (random.nextInt(8) == 0) {
                text.append("\uD83D\uDE00");
            }
        }
        while (text.toString().getBytes(StandardCharsets.UTF_8).length > 255) {
            text.setLength(text.length() / 2 - 2);
        }
        return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
