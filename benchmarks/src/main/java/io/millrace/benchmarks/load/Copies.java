package io.millrace.benchmarks.load;

import java.util.Arrays;

/** How many deliveries messages make, whose keys go round. */
final class Copies {
    private final long[] before;
    private final int most;

    /** @param round deliveries of each message of one round */
    Copies(int[] round) {
        before = new long[round.length + 1];
        for (int i = 0; i < round.length; i++) {
            before[i + 1] = before[i] + round[i];
        }
        most = Math.max(1, Arrays.stream(round).max().orElse(1));
    }

    /** The most that one message makes. */
    int most() {
        return most;
    }

    /** Deliveries of {@code count} messages from number {@code from} on. */
    long of(long from, long count) {
        return upTo(from + count) - upTo(from);
    }

    private long upTo(long number) {
        int keys = before.length - 1;
        return number / keys * before[keys] + before[(int) (number % keys)];
    }
}
