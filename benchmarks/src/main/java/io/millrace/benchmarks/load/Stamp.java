package io.millrace.benchmarks.load;

/** The number in a message: which producer sent it, and its how manieth it is, from 0 on. */
final class Stamp {
    private static final int NUMBER_BITS = 48;

    private Stamp() {}

    static long of(int producer, long number) {
        return (long) producer << NUMBER_BITS | number;
    }

    static int producer(long stamp) {
        return (int) (stamp >>> NUMBER_BITS);
    }

    static long number(long stamp) {
        return stamp & (1L << NUMBER_BITS) - 1;
    }
}
