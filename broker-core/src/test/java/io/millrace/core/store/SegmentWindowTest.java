package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.MessageRecord;
import io.millrace.core.store.Segments.IndexBlock;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.Window;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SegmentWindowTest {
    private static final int MESSAGES = 20;
    private static final int RECORD_BYTES = 137;

    private final InMemoryDisk disk = new InMemoryDisk();
    private final Store store = new Store(disk);
    private final Run run;
    private final IndexBlock index;

    SegmentWindowTest() {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 16, false);
        for (int i = 0; i < MESSAGES; i++) {
            plan.queue(1, i, plan.record(100, 1));
        }
        run = store.write(1, plan.build()).runs().get(0);
        index = store.index(run, 0, MESSAGES);
        assertEquals(RECORD_BYTES, index.lengths()[0]);
    }

    private Window read(int message, int readAhead) {
        return store.records(1, index.offsets()[message], index.lengths()[message], readAhead);
    }

    private int recordsIn(Window window, int from) {
        int count = 0;
        while (from + count < MESSAGES && window.offsetOf(index.offsets()[from + count]) >= 0) {
            int at = window.offsetOf(index.offsets()[from + count]);
            assertEquals(RECORD_BYTES, MessageRecord.length(window.records(), at));
            assertTrue(at + RECORD_BYTES <= window.records().limit());
            count++;
        }
        return count;
    }

    @Test
    void without_read_ahead_exactly_one_record_is_read() {
        Window window = read(3, 0);
        assertEquals(1, recordsIn(window, 3));
        assertEquals(-1, window.offsetOf(index.offsets()[2]));
        assertEquals(RECORD_BYTES + 4, window.records().capacity());
        assertEquals(ByteOrder.LITTLE_ENDIAN, window.records().order());
        assertEquals(0, window.records().position());
    }

    @Test
    void a_window_ends_with_the_last_record_that_is_whole() {
        int whole = RECORD_BYTES + 4;
        assertEquals(1, recordsIn(read(0, 2 * whole - 1), 0));
        assertEquals(2, recordsIn(read(0, 2 * whole), 0));
        assertEquals(2, recordsIn(read(0, 2 * whole + 4), 0));
        assertEquals(2, recordsIn(read(0, 2 * whole + 40), 0));
        assertEquals(2 * whole, read(0, 2 * whole + 40).records().limit());
    }

    @Test
    void a_record_longer_than_the_read_ahead_is_read_whole() {
        assertEquals(1, recordsIn(read(5, 50), 5));
    }

    @Test
    void read_ahead_ends_with_the_records_of_the_file() {
        Window window = read(MESSAGES - 2, 1 << 30);
        assertEquals(2, recordsIn(window, MESSAGES - 2));
        assertEquals(2 * (RECORD_BYTES + 4), window.records().capacity());
        assertEquals(1, recordsIn(read(MESSAGES - 1, 1 << 30), MESSAGES - 1));
    }

    @Test
    void a_place_where_no_record_can_be_is_refused() {
        int[][] wrong = {
            {0, RECORD_BYTES},
            {35, RECORD_BYTES},
            {index.offsets()[0], 31},
            {index.offsets()[0], Integer.MAX_VALUE},
            {index.offsets()[MESSAGES - 1], RECORD_BYTES + 1},
            {-1, RECORD_BYTES}
        };
        for (int[] place : wrong) {
            Exception cause = store.tryRecords(1, place[0], place[1], 0).cause();
            assertTrue(cause instanceof IllegalArgumentException, cause.toString());
        }
    }

    @Test
    void a_place_between_records_is_damage_and_never_a_message() {
        for (int off = 1; off < RECORD_BYTES; off++) {
            Exception cause = store.tryRecords(1, index.offsets()[2] + off, RECORD_BYTES, 1 << 12)
                    .cause();
            assertTrue(cause instanceof DamagedException, cause.toString());
        }
    }
}
