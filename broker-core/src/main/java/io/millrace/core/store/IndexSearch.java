package io.millrace.core.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One search in the index of a run. Blocking; one thread. */
final class IndexSearch {
    /** Most entries of an answer. */
    static final int ENTRIES_MAX = 4_096;
    /** Below this many candidate units it is cheaper to read them all than to halve them once more. */
    private static final int HALVE_ABOVE = 128;
    /** Damaged units that the search steps over; fewer than {@link #HALVE_ABOVE} / 2, so that it stays within its run. */
    private static final int PROBES_MAX = 32;

    private final Segments.Run run;
    private final RunIndex index;
    private final int unit;
    /** Sequence of the message that {@link #goodFrom} read. */
    private long probed;

    IndexSearch(Segments.Run run, RunIndex index) {
        this.run = run;
        this.index = index;
        unit = index.unit();
    }

    /**
     * The entries with sequences of {@code from} to {@code to}, lowest first, at most {@link #ENTRIES_MAX}; fewer if a
     * damaged one comes behind good ones.
     *
     * @throws DamagedException if an entry that may be the first of the answer is not what was written
     */
    Segments.IndexBlock read(long from, long to) throws IOException {
        long lowest = Math.max(from, run.first());
        long highest = Math.min(to, run.last());
        if (lowest > highest) {
            return new Segments.IndexBlock(0, new long[0], new int[0], new int[0]);
        }
        // Sequences ascend by 1 or more, so those before and behind bound the place; without gaps they name it.
        int low = (int) Math.max(0, run.count() - 1 - (run.last() - lowest));
        int high = (int) Math.min(run.count() - 1, lowest - run.first());
        while (high - low > HALVE_ABOVE * unit) {
            int probe = goodFrom(begin((low + high) >>> 1));
            if (probed < lowest) {
                low = probe + 1;
            } else {
                high = Math.min(high, probe);
            }
        }
        long wanted = Math.min(ENTRIES_MAX, highest - lowest + 1);
        low = begin(low);
        int end = Math.min(run.count(), begin((int) Math.min(run.count(), high + wanted) + unit - 1));
        return block(low, end - low, lowest, highest);
    }

    /** Where the unit of a message begins. */
    private int begin(int message) {
        return message / unit * unit;
    }

    /** Reads the first message of the unit, or of one soon behind it if it is damaged; returns which was read. */
    private int goodFrom(int begin) throws IOException {
        DamagedException first = null;
        for (int i = begin; i < begin + PROBES_MAX * unit; i += unit) {
            RunIndex.Part part = index.read(i, Math.min(unit, run.count() - i));
            DamagedException damage = part.damage(0);
            if (damage == null) {
                probed = part.sequences[0];
                return i;
            }
            first = first == null ? damage : first;
        }
        throw Objects.requireNonNull(first);
    }

    private Segments.IndexBlock block(int low, int candidates, long lowest, long highest) throws IOException {
        RunIndex.Part part = index.read(low, candidates);
        int room = Math.min(candidates, ENTRIES_MAX);
        int first = 0;
        int count = 0;
        DamagedException passed = null;
        for (int i = 0; i < candidates && count < room; i++) {
            @Nullable DamagedException damage = part.damage(i);
            if (damage != null) {
                if (count > 0) {
                    break;
                }
                passed = passed == null ? damage : passed;
                continue;
            }
            long sequence = part.sequences[i];
            if (sequence <= lowest) {
                passed = null; // it was before those that were asked for
            }
            if (passed != null || sequence > highest) {
                break;
            }
            if (sequence >= lowest) {
                first = count == 0 ? i : first;
                count++;
            }
            if (sequence == highest) {
                break;
            }
        }
        if (passed != null) {
            throw passed;
        }
        // What counts lies side by side: a damaged entry ends the answer, and sequences ascend.
        return new Segments.IndexBlock(
                count,
                Arrays.copyOfRange(part.sequences, first, first + count),
                Arrays.copyOfRange(part.offsets, first, first + count),
                Arrays.copyOfRange(part.lengths, first, first + count));
    }
}
