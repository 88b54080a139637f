package io.millrace.core.store;

import io.millrace.core.store.SegmentPlan.PlannedRun;
import io.millrace.core.store.Segments.IndexBlock;
import io.millrace.core.store.Segments.Kept;
import io.millrace.core.store.Segments.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what is wanted of a segment into memory, for another one to be written of it. Blocking; one thread. */
final class SegmentCopy {
    private static final int BUFFER_BYTES = 1 << 20;

    private final SegmentFile file;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    /** Where the record of an offset was put: buffer and offset. Only what is read is in here, which is little. */
    private final Map<Integer, Long> places = new HashMap<>();

    SegmentCopy(SegmentFile file) {
        this.file = file;
    }

    /**
     * A plan of all that is wanted. A record that several runs share is in it once.
     *
     * @throws DamagedException if anything of it cannot be read
     */
    SegmentPlan plan(List<Kept> kept) throws IOException {
        List<PlannedRun> runs = new ArrayList<>(kept.size());
        for (Kept each : kept) {
            runs.add(run(each, kept.size() > 1 ? SegmentPlan.SHARED : 0));
        }
        List<ByteBuffer> whole = new ArrayList<>(buffers.size());
        for (ByteBuffer buffer : buffers) {
            whole.add(buffer.clear());
        }
        return new SegmentPlan(whole, runs);
    }

    private PlannedRun run(Kept kept, int shared) throws IOException {
        long[] sequences = kept.sequences();
        int[] named = new int[sequences.length];
        int[] offsets = new int[sequences.length];
        int done = 0;
        while (done < sequences.length) {
            IndexBlock block = file.readIndex(kept.run(), sequences[done], sequences[sequences.length - 1]);
            int before = done;
            for (int i = 0; i < block.count() && done < sequences.length; i++) {
                if (block.sequences()[i] == sequences[done]) {
                    long place = place(block.offsets()[i], block.lengths()[i]);
                    named[done] = (int) (place >>> 32) | shared;
                    offsets[done++] = (int) place;
                }
            }
            if (done == before) {
                throw new DamagedException("segment " + kept.run().segment() + " does not hold sequence "
                        + sequences[done] + " of queue " + kept.run().queue());
            }
        }
        Run run = kept.run();
        return new PlannedRun(run.queue(), sequences.length, sequences, named, offsets);
    }

    private long place(int offset, int length) throws IOException {
        Long known = places.get(offset);
        if (known != null) {
            return known;
        }
        Segments.Window window = file.readRecords(offset, length, 0, WindowMemory.NONE);
        ByteBuffer last = buffers.isEmpty() ? null : buffers.get(buffers.size() - 1);
        if (last == null || last.remaining() < length) {
            last = SegmentLayout.heap(Math.max(BUFFER_BYTES, length));
            buffers.add(last);
        }
        int at = last.position();
        last.put(at, window.records(), window.offsetOf(offset), length).position(at + length);
        long place = (long) (buffers.size() - 1) << 32 | at;
        places.put(offset, place);
        return place;
    }
}
