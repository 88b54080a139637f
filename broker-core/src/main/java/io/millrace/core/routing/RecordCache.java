package io.millrace.core.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache from the bytes of an exchange's name and a routing key, as they stand in a record, to something that
 * was worked out of them. A hit allocates nothing and makes no text.
 *
 * <p>An entry has {@value #WAYS} places that it can be in, chosen by its hash; a new one takes the place of a stale one or
 * else of one in turn. So neither filling it nor keys made to collide can cost more than {@value #WAYS} comparisons.
 *
 * <p>Each entry carries the stamp that it was stored under and counts only while asked for with the same stamp: what has
 * become wrong is forgotten without being touched. Owner's thread only.
 *
 * @param <V> what is remembered
 */
final class RecordCache<V> {
    static final int WAYS = 4;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long PRIME_1 = 0x9E3779B97F4A7C15L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final byte[] NOTHING = new byte[0];

    private final long[] hashes;
    private final long[] stamps;
    private final int[] lengths;
    private final byte[][] keys;
    private final @Nullable Object[] values;
    private final int setMask;
    private int turn;

    /** @param entries how many at most; a power of two, {@value #WAYS} or more */
    RecordCache(int entries) {
        if (entries < WAYS || Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException("entries is " + entries + ", must be a power of two from " + WAYS);
        }
        hashes = new long[entries];
        stamps = new long[entries];
        lengths = new int[entries];
        keys = new byte[entries][];
        values = new Object[entries];
        setMask = entries / WAYS - 1;
        Arrays.fill(keys, NOTHING);
    }

    /** A hash of {@code length} bytes from {@code at}, of which the first {@code split} are a part of their own. */
    static long hash(ByteBuffer buffer, int at, int length, int split) {
        long hash = length * PRIME_1 + split * PRIME_2;
        int i = at;
        int end = at + length;
        for (; i + 8 <= end; i += 8) {
            hash = mix(hash ^ buffer.getLong(i));
        }
        long tail = 0;
        for (; i < end; i++) {
            tail = tail << 8 | (buffer.get(i) & 0xFF);
        }
        return mix(hash ^ tail);
    }

    /** What was stored for these bytes under that stamp, or null. */
    @SuppressWarnings("unchecked") // only put() fills values
    @Nullable
    V get(long hash, ByteBuffer buffer, int at, int length, int split, long stamp) {
        int first = firstWay(hash);
        for (int i = first; i < first + WAYS; i++) {
            if (hashes[i] == hash
                    && stamps[i] == stamp
                    && lengths[i] == (split << 16 | length)
                    && values[i] != null
                    && sameBytes(keys[i], buffer, at, length)) {
                return (V) values[i];
            }
        }
        return null;
    }

    /** Stores a value for these bytes, which must not be there under that stamp. */
    void put(long hash, ByteBuffer buffer, int at, int length, int split, long stamp, V value) {
        int place = placeFor(hash, stamp);
        if (keys[place].length < length) {
            keys[place] = new byte[length];
        }
        buffer.get(at, keys[place], 0, length);
        hashes[place] = hash;
        stamps[place] = stamp;
        lengths[place] = split << 16 | length;
        values[place] = value;
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(values, null);
    }

    private int placeFor(long hash, long stamp) {
        int first = firstWay(hash);
        for (int i = first; i < first + WAYS; i++) {
            if (values[i] == null || stamps[i] != stamp) {
                return i;
            }
        }
        turn++;
        return first + (turn & (WAYS - 1));
    }

    private int firstWay(long hash) {
        return ((int) (hash >>> 32) & setMask) * WAYS;
    }

    private static boolean sameBytes(byte[] key, ByteBuffer buffer, int at, int length) {
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            if ((long) LONGS.get(key, i) != buffer.getLong(at + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (key[i] != buffer.get(at + i)) {
                return false;
            }
        }
        return true;
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 32) * PRIME_1;
        return (mixed ^ mixed >>> 29) * PRIME_2;
    }
}
