package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.store.SegmentPlan.PlannedRun;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentAllocationTest {
    private static final int MESSAGES = 300_000;
    private static final int RECORD_BYTES = 64;

    /** A disk that takes everything and keeps nothing. */
    private static final class Sink implements Disk, DiskFile {
        @Override
        public DiskFile create(String path) {
            return this;
        }

        @Override
        public DiskFile open(String path) throws IOException {
            throw new IOException("nothing is kept");
        }

        @Override
        public boolean exists(String path) {
            return false;
        }

        @Override
        public void rename(String from, String to) {}

        @Override
        public void delete(String path) {}

        @Override
        public List<String> list(String directory) {
            return List.of();
        }

        @Override
        public void createDirectory(String directory) {}

        @Override
        public void forceDirectory(String directory) {}

        @Override
        public long usableBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public String path() {
            return "sink";
        }

        @Override
        public void write(ByteBuffer[] buffers, int count, long at) {
            throw new UnsupportedOperationException("one buffer at a time");
        }

        @Override
        public void write(ByteBuffer buffer, long at) {
            buffer.position(buffer.limit());
        }

        @Override
        public int read(ByteBuffer buffer, long at) {
            return 0;
        }

        @Override
        public void force() {}

        @Override
        public void preallocate(long bytes) {}

        @Override
        public long size() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static SegmentPlan plan(boolean shared) {
        ByteBuffer buffer = ByteBuffer.allocate(MESSAGES * RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long[] sequences = new long[MESSAGES];
        int[] buffers = new int[MESSAGES];
        int[] offsets = new int[MESSAGES];
        for (int i = 0; i < MESSAGES; i++) {
            MessageRecord.writeFixed(buffer, i * RECORD_BYTES, RECORD_BYTES, 0, 0, 0, 0, 0, 0, 0, 0);
            sequences[i] = i;
            buffers[i] = shared ? SegmentPlan.SHARED : 0;
            offsets[i] = i * RECORD_BYTES;
        }
        PlannedRun run = new PlannedRun(1, MESSAGES, sequences, buffers, offsets);
        return new SegmentPlan(List.of(buffer), List.of(run));
    }

    private static long allocatedBytesPerMessage(boolean shared) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Store store = new Store(new Sink());
        SegmentPlan plan = plan(shared);
        store.write(1, plan);
        long before = threads.getCurrentThreadAllocatedBytes();
        Segments.Written written = store.write(2, plan);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(MESSAGES, written.runs().get(0).count());
        return (allocated - 100_000) / MESSAGES;
    }

    @Test
    void a_message_costs_the_writer_eight_bytes_and_no_object() {
        long bytes = allocatedBytesPerMessage(false);
        assertTrue(bytes <= 8, "bytes: " + bytes);
    }

    @Test
    void a_shared_message_costs_the_writer_a_place_in_a_table_of_primitives() {
        // At worst twice the slots that are filled, of 16 bytes, for a table that was doubled up to there.
        long bytes = allocatedBytesPerMessage(true);
        assertTrue(bytes <= 8 + 128, "bytes: " + bytes);
    }
}
