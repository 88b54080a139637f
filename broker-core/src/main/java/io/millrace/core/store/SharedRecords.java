package io.millrace.core.store;

/**
 * Where the records that stand in several runs were stored: a hash table of primitives, because a plan may name a million
 * of them. One thread at a time.
 */
final class SharedRecords {
    private static final int SLOTS_MIN = 64;

    private long[] keys = new long[SLOTS_MIN];
    private long[] values = new long[SLOTS_MIN];
    private int size;

    /** The name of a record in a plan; never 0. */
    static long key(int buffer, int offset) {
        return (((long) buffer << 32) | offset) + 1;
    }

    /** What was put under that key, or 0 if nothing was. */
    long get(long key) {
        int slot = slot(key, keys.length);
        while (keys[slot] != 0) {
            if (keys[slot] == key) {
                return values[slot];
            }
            slot = (slot + 1) & (keys.length - 1);
        }
        return 0;
    }

    /**
     * Puts a value under a key that is not there.
     *
     * @param value not 0
     */
    void put(long key, long value) {
        if (size >= keys.length / 2) {
            grow();
        }
        insert(keys, values, key, value);
        size++;
    }

    private void grow() {
        long[] grownKeys = new long[keys.length * 2];
        long[] grownValues = new long[keys.length * 2];
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                insert(grownKeys, grownValues, keys[i], values[i]);
            }
        }
        keys = grownKeys;
        values = grownValues;
    }

    private static void insert(long[] keys, long[] values, long key, long value) {
        int slot = slot(key, keys.length);
        while (keys[slot] != 0) {
            slot = (slot + 1) & (keys.length - 1);
        }
        keys[slot] = key;
        values[slot] = value;
    }

    private static int slot(long key, int slots) {
        return (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 32) & (slots - 1);
    }
}
