package io.millrace.core.store;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What is to be written into a segment: for each queue its messages in order, and where their records lie in memory.
 *
 * <p>Immutable once handed over; the buffers it names are not written to while the segment is being made.
 *
 * @param buffers the record buffers (little-endian), by the index that {@link PlannedRun#buffers} uses
 * @param runs one for each queue that has something left
 */
public record SegmentPlan(List<ByteBuffer> buffers, List<PlannedRun> runs) {

    /**
     * One queue's share.
     *
     * @param queue the queue's number
     * @param count how many of the array elements count
     * @param sequences ascending
     * @param buffers index of the buffer that holds the record; its top bit set ({@link #SHARED}) if the same record is
     *     planned for several queues, so that it is to be stored once
     * @param offsets where the record begins in that buffer
     */
    public record PlannedRun(int queue, int count, long[] sequences, int[] buffers, int[] offsets) {}

    /** Marks a record that stands in several runs. */
    public static final int SHARED = 0x8000_0000;
}
