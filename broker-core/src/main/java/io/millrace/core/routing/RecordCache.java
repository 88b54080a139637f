package io.millrace.core.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache from the bytes of an exchange's name and a routing key, as they stand in a record, to something that
 * was worked out of them. A hit allocates nothing and makes no text.
 *
 * <p>An entry has {@value #WAYS} places that it can be in, chosen by its hash; a new one takes the place of a stale one or
 * else of one in turn. So neither filling it nor keys made to collide can cost more than {@value #WAYS} comparisons.
 *
 * <p>It begins small and doubles, up to a bound, when keys come again that had to make room for others: a sample of the
 * keys tells. Keys that never come again do not make it grow.
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
    /** Bytes of an entry without its key and value: two numbers and two references. */
    private static final int ENTRY_BYTES = 24;

    private static final int LENGTHS_BITS = 24;

    private static final int ARRAY_BYTES = 16;
    /** One key in so many is in the sample. */
    private static final int SAMPLED = 64;

    private static final int SAMPLE = 4096;
    /** It grows when so many keys of the sample have come again. */
    private static final int REGRETS = 32;

    private final int entriesMin;
    private final int entriesMax;
    /** Of each entry its hash, and its stamp above its lengths: the places of a key lie next to each other. */
    private long[] marks;
    /** Of each entry its key and its value. */
    private @Nullable Object[] pairs;

    private int setMask;
    private int turn;
    private long keyBytes;
    /** Hashes of the sample that took another's place; made when the first one does. */
    private long @Nullable [] sample;

    private int regrets;

    /**
     * @param entriesMin how many it begins with; a power of two, {@value #WAYS} or more
     * @param entriesMax how many at most; a power of two, no less than that
     */
    RecordCache(int entriesMin, int entriesMax) {
        if (entriesMin < WAYS || Integer.bitCount(entriesMin) != 1) {
            throw new IllegalArgumentException("entries is " + entriesMin + ", must be a power of two from " + WAYS);
        }
        if (entriesMax < entriesMin || Integer.bitCount(entriesMax) != 1) {
            throw new IllegalArgumentException(
                    "the most entries are " + entriesMax + ", must be a power of two from " + entriesMin);
        }
        this.entriesMin = entriesMin;
        this.entriesMax = entriesMax;
        marks = new long[2 * entriesMin];
        pairs = new Object[2 * entriesMin];
        setMask = entriesMin / WAYS - 1;
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
        long mark = mark(stamp, length, split);
        for (int i = first; i < first + 2 * WAYS; i += 2) {
            if (marks[i] == hash
                    && marks[i + 1] == mark
                    && pairs[i] instanceof byte[] key
                    && sameBytes(key, buffer, at, length)) {
                return (V) pairs[i + 1];
            }
        }
        return null;
    }

    /** Stores a value for these bytes, which must not be there under that stamp. */
    void put(long hash, ByteBuffer buffer, int at, int length, int split, long stamp, V value) {
        int place = placeFor(hash, stamp);
        boolean taken = pairs[place] != null && stamp(place) == stamp;
        if (taken && regrets(hash) && entries() < entriesMax) {
            resize(entries() * 2);
            place = placeFor(hash, stamp);
        }
        byte[] key = pairs[place] instanceof byte[] old ? old : NOTHING;
        if (key.length < length || pairs[place] == null) {
            keyBytes += length - key.length + (pairs[place] == null ? ARRAY_BYTES : 0);
            key = new byte[length];
        }
        buffer.get(at, key, 0, length);
        marks[place] = hash;
        marks[place + 1] = mark(stamp, length, split);
        pairs[place] = key;
        pairs[place + 1] = value;
    }

    /** Forgets everything and gives its memory back. */
    void clear() {
        Arrays.fill(pairs, null);
        resize(entriesMin);
    }

    /** Shows what is remembered, wrong or not. */
    @SuppressWarnings("unchecked") // only put() fills them
    void forEachValue(Consumer<V> consumer) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] != null && pairs[i + 1] != null) {
                consumer.accept((V) pairs[i + 1]);
            }
        }
    }

    /** How many entries there is room for now. */
    int entries() {
        return marks.length / 2;
    }

    /** Bytes of heap that it takes, about, without the values. */
    long bytes() {
        return (long) entries() * ENTRY_BYTES + keyBytes;
    }

    /** A key takes another's place; says whether that has happened to many of the sample more than once. */
    private boolean regrets(long hash) {
        if ((hash & (SAMPLED - 1)) != 0) {
            return false;
        }
        if (sample == null) {
            sample = new long[SAMPLE];
        }
        int place = (int) (hash >>> 8) & (SAMPLE - 1);
        if (sample[place] != hash) {
            sample[place] = hash;
            return false;
        }
        return ++regrets >= REGRETS;
    }

    private void resize(int entries) {
        long[] oldMarks = marks;
        @Nullable Object[] oldPairs = pairs;
        marks = new long[2 * entries];
        pairs = new Object[2 * entries];
        setMask = entries / WAYS - 1;
        keyBytes = 0;
        regrets = 0;
        sample = null;
        for (int i = 0; i < oldPairs.length; i += 2) {
            if (oldPairs[i] instanceof byte[] key) {
                int place = placeFor(oldMarks[i], oldMarks[i + 1] >>> LENGTHS_BITS);
                System.arraycopy(oldMarks, i, marks, place, 2);
                System.arraycopy(oldPairs, i, pairs, place, 2);
                keyBytes += key.length + ARRAY_BYTES;
            }
        }
    }

    /** What tells entries with the same hash apart; a key has fewer than 65,536 bytes, its first part fewer than 256. */
    private static long mark(long stamp, int length, int split) {
        return stamp << LENGTHS_BITS | split << 16 | length;
    }

    private long stamp(int place) {
        return marks[place + 1] >>> LENGTHS_BITS;
    }

    private int placeFor(long hash, long stamp) {
        int first = firstWay(hash);
        for (int i = first; i < first + 2 * WAYS; i += 2) {
            if (pairs[i] == null || stamp(i) != stamp) {
                return i;
            }
        }
        turn++;
        return first + 2 * (turn & (WAYS - 1));
    }

    private int firstWay(long hash) {
        return ((int) (hash >>> 32) & setMask) * 2 * WAYS;
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
