package io.millrace.core.store;

import static io.millrace.core.store.SegmentLayout.ENTRY_BYTES;
import static io.millrace.core.store.SegmentLayout.ENTRY_CHECK_AT;

import io.millrace.core.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One search in the index of a run. Blocking; one thread. */
final class IndexSearch {
    /** Most entries of an answer. */
    static final int ENTRIES_MAX = 4_096;
    /** Below this many candidates it is cheaper to read them all than to halve them once more. */
    private static final int HALVE_ABOVE = 128;
    /** Damaged entries that the search steps over; fewer than {@link #HALVE_ABOVE} / 2, so that it stays within its run. */
    private static final int PROBES_MAX = 32;

    private final DiskFile file;
    private final Segments.Run run;
    private final CRC32C crc = new CRC32C();

    /**
     * @param indexAt where the index of the file begins
     * @param indexEnd where it ends
     */
    IndexSearch(DiskFile file, Segments.Run run, long indexAt, long indexEnd) {
        this.file = file;
        this.run = run;
        long end = run.indexAt() + (long) run.count() * ENTRY_BYTES;
        if (run.count() < 1 || run.indexAt() < indexAt || end > indexEnd) {
            throw new IllegalArgumentException("segment file " + file.path() + ": " + run
                    + " does not lie in its index, which is from " + indexAt + " to " + indexEnd);
        }
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
        ByteBuffer entry = SegmentLayout.heap(ENTRY_BYTES);
        while (high - low > HALVE_ABOVE) {
            int probe = goodFrom(entry, (low + high) >>> 1);
            if (entry.getLong(0) < lowest) {
                low = probe + 1;
            } else {
                high = Math.min(high, probe);
            }
        }
        long wanted = Math.min(ENTRIES_MAX, highest - lowest + 1);
        return block(low, (int) Math.min(run.count() - low, high - low + wanted), lowest, highest);
    }

    /** Reads the entry with that index, or one soon behind it if it is damaged; returns the index of the one read. */
    private int goodFrom(ByteBuffer entry, int index) throws IOException {
        DamagedException first = null;
        for (int i = index; i < index + PROBES_MAX; i++) {
            fill(entry, i, 1);
            DamagedException damage = damage(entry, 0, i);
            if (damage == null) {
                return i;
            }
            first = first == null ? damage : first;
        }
        throw Objects.requireNonNull(first);
    }

    private Segments.IndexBlock block(int low, int candidates, long lowest, long highest) throws IOException {
        ByteBuffer entries = SegmentLayout.heap(candidates * ENTRY_BYTES);
        fill(entries, low, candidates);
        int room = Math.min(candidates, ENTRIES_MAX);
        long[] sequences = new long[room];
        int[] offsets = new int[room];
        int[] lengths = new int[room];
        int count = 0;
        DamagedException passed = null;
        for (int i = 0; i < candidates && count < room; i++) {
            int at = i * ENTRY_BYTES;
            DamagedException damage = damage(entries, at, low + i);
            if (damage != null) {
                if (count > 0) {
                    break;
                }
                passed = passed == null ? damage : passed;
                continue;
            }
            long sequence = entries.getLong(at);
            if (sequence <= lowest) {
                passed = null; // it was before those that were asked for
            }
            if (passed != null || sequence > highest) {
                break;
            }
            if (sequence >= lowest) {
                sequences[count] = sequence;
                offsets[count] = entries.getInt(at + 8);
                lengths[count] = entries.getInt(at + 12);
                count++;
            }
            if (sequence == highest) {
                break;
            }
        }
        if (passed != null) {
            throw passed;
        }
        if (count == room) {
            return new Segments.IndexBlock(count, sequences, offsets, lengths);
        }
        return new Segments.IndexBlock(
                count, Arrays.copyOf(sequences, count), Arrays.copyOf(offsets, count), Arrays.copyOf(lengths, count));
    }

    private void fill(ByteBuffer entries, int index, int count) throws IOException {
        entries.clear().limit(count * ENTRY_BYTES);
        SegmentFile.readFully(file, entries, at(index), "index of queue " + run.queue());
    }

    /** What is wrong with an entry, or null if it is what was written. */
    private @Nullable DamagedException damage(ByteBuffer entries, int at, int index) {
        int place = SegmentLayout.place(run.segment(), at(index));
        int found = SegmentLayout.checksum(crc, entries, at, ENTRY_CHECK_AT) ^ place;
        entries.clear();
        int stored = entries.getInt(at + ENTRY_CHECK_AT);
        if (found != stored) {
            return SegmentFile.damaged(
                    file, "index entry " + index + " of queue " + run.queue(), at(index), stored, found);
        }
        long sequence = entries.getLong(at);
        if (sequence < run.first() || sequence > run.last()) {
            return new DamagedException("segment file " + file.path() + ": index entry " + index + " of queue "
                    + run.queue() + " at offset " + at(index) + " has sequence " + sequence + ", expected "
                    + run.first() + " to " + run.last());
        }
        return null;
    }

    private long at(int index) {
        return run.indexAt() + (long) index * ENTRY_BYTES;
    }
}
