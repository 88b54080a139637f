package io.millrace.core.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordCacheTest {
    private final RecordCache<String> cache = new RecordCache<>(64, 64);

    @Test
    void finds_what_was_stored_for_the_same_bytes_split_and_stamp() {
        ByteBuffer key = bytes("orders.created.0");
        cache.put(9, key, 0, 16, 6, 1, "there");
        assertEquals("there", cache.get(9, key, 0, 16, 6, 1));
        assertNull(cache.get(9, key, 0, 16, 5, 1));
        assertNull(cache.get(9, key, 0, 16, 6, 2));
        assertNull(cache.get(9, key, 0, 15, 6, 1));
        assertNull(cache.get(9, bytes("orders.created.1"), 0, 16, 6, 1), "same hash, other last byte");
        assertNull(cache.get(9, bytes("Orders.created.0"), 0, 16, 6, 1), "same hash, other first byte");
    }

    @Test
    void keys_with_one_hash_share_their_places_and_lose_only_the_oldest() {
        for (int i = 0; i < 10; i++) {
            cache.put(5, bytes("key" + i), 0, 4, 0, 1, "value" + i);
            assertEquals("value" + i, cache.get(5, bytes("key" + i), 0, 4, 0, 1));
        }
        int found = 0;
        for (int i = 0; i < 10; i++) {
            found += cache.get(5, bytes("key" + i), 0, 4, 0, 1) == null ? 0 : 1;
        }
        assertEquals(RecordCache.WAYS, found);
    }

    @Test
    void a_stale_entry_gives_way_first() {
        for (int i = 0; i < RecordCache.WAYS; i++) {
            cache.put(5, bytes("old" + i), 0, 4, 0, 1, "stale");
        }
        for (int i = 0; i < RecordCache.WAYS; i++) {
            cache.put(5, bytes("new" + i), 0, 4, 0, 2, "value" + i);
        }
        for (int i = 0; i < RecordCache.WAYS; i++) {
            assertEquals("value" + i, cache.get(5, bytes("new" + i), 0, 4, 0, 2));
        }
    }

    @Test
    void clearing_forgets_everything() {
        cache.put(5, bytes("key"), 0, 3, 0, 1, "value");
        cache.clear();
        assertNull(cache.get(5, bytes("key"), 0, 3, 0, 1));
    }

    @Test
    void the_hash_spreads_and_depends_on_every_byte_and_on_the_split() {
        Set<Long> hashes = new HashSet<>();
        Set<Long> sets = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            long hash = RecordCache.hash(bytes("device." + i), 0, ("device." + i).length(), 3);
            hashes.add(hash);
            sets.add(hash >>> 32 & 2047);
        }
        assertEquals(10_000, hashes.size());
        assertTrue(sets.size() > 1_900, () -> "only " + sets.size() + " of 2048 places used");
        assertNotEquals(
                RecordCache.hash(bytes("abcdefghij"), 0, 10, 1), RecordCache.hash(bytes("abcdefghij"), 0, 10, 2));
        assertNotEquals(RecordCache.hash(bytes("\0"), 0, 1, 0), RecordCache.hash(bytes("\0\0"), 0, 2, 0));
    }

    @Test
    void it_grows_until_keys_that_come_again_have_room() {
        RecordCache<String> growing = new RecordCache<>(64, 1 << 16);
        for (int round = 0; round < 24; round++) {
            useAll(growing, 20_000, "device.");
        }
        assertTrue(useAll(growing, 20_000, "device.") > 19_000, "most of 20,000 keys are found");
        assertTrue(growing.bytes() > 20_000 * 28);
        growing.clear();
        assertEquals(64, growing.entries());
    }

    @Test
    void it_does_not_grow_beyond_its_bound() {
        RecordCache<String> growing = new RecordCache<>(64, 256);
        for (int round = 0; round < 20; round++) {
            useAll(growing, 20_000, "device.");
        }
        assertEquals(256, growing.entries());
    }

    @Test
    void keys_that_never_come_again_do_not_make_it_grow() {
        RecordCache<String> growing = new RecordCache<>(64, 1 << 16);
        useAll(growing, 200_000, "once.");
        assertEquals(64, growing.entries());
    }

    /** Asks for keys and stores those that are not there; says how many were. */
    private static int useAll(RecordCache<String> cache, int count, String prefix) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            String key = prefix + i;
            long hash = RecordCache.hash(bytes(key), 0, key.length(), 0);
            String value = cache.get(hash, bytes(key), 0, key.length(), 0, 1);
            if (value == null) {
                cache.put(hash, bytes(key), 0, key.length(), 0, 1, key);
            } else {
                assertEquals(key, value);
                found++;
            }
        }
        return found;
    }

    @Test
    void its_size_must_be_a_power_of_two() {
        assertThrows(IllegalArgumentException.class, () -> new RecordCache<String>(100, 128));
        assertThrows(IllegalArgumentException.class, () -> new RecordCache<String>(2, 64));
        assertThrows(IllegalArgumentException.class, () -> new RecordCache<String>(64, 32));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
