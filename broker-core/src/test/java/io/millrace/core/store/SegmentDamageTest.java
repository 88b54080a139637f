package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.store.Segments.IndexBlock;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SegmentDamageTest {
    private static final int MESSAGES = 60;

    private final InMemoryDisk disk = new InMemoryDisk();
    private final Run run;
    private final IndexBlock index;
    private final int size;

    SegmentDamageTest() {
        Store store = new Store(disk);
        PlanBuilder plan = new PlanBuilder().buffer(1 << 17, false);
        for (int i = 0; i < MESSAGES; i++) {
            plan.queue(1, i, plan.record(20, i));
            plan.queue(2, i, plan.record(20, i));
        }
        run = store.write(1, plan.build()).runs().get(0);
        index = store.index(run, 0, MESSAGES);
        size = disk.bytes(Store.path(1)).length;
        store.segments.close();
    }

    private List<Long> recover() throws IOException {
        return new FileSegments(disk, Store.DIRECTORY, Runnable::run, Runnable::run).recover(List.of(1L));
    }

    private void flipEveryBit(int from, int to, ByteCheck check) throws IOException {
        for (int at = from; at < to; at++) {
            for (int bit = 0; bit < 8; bit++) {
                disk.flip(Store.path(1), at, bit);
                check.check(at);
                disk.flip(Store.path(1), at, bit);
            }
        }
    }

    private interface ByteCheck {
        void check(int at) throws IOException;
    }

    private static void assertNames(Exception cause, String what, long at) {
        assertTrue(cause instanceof DamagedException, cause.toString());
        String text = String.valueOf(cause.getMessage());
        assertTrue(
                text.contains("segment file " + Store.DIRECTORY)
                        && text.contains(what)
                        && text.contains("offset " + at),
                text);
    }

    @Test
    void any_bit_of_a_record_or_its_check_is_found_and_named() throws IOException {
        Store store = new Store(disk, 1L);
        int offset = index.offsets()[4];
        int length = index.lengths()[4];
        flipEveryBit(
                offset - 4,
                offset + length,
                at -> assertNames(store.tryRecords(1, offset, length, 1 << 12).cause(), "record", offset));
    }

    @Test
    void a_bad_record_behind_good_ones_ends_the_window_before_it() throws IOException {
        Store store = new Store(disk, 1L);
        int bad = index.offsets()[4];
        flipEveryBit(bad - 4, bad + index.lengths()[4], at -> {
            Window window = store.records(1, index.offsets()[1], index.lengths()[1], 1 << 12);
            assertTrue(window.offsetOf(index.offsets()[3]) >= 0);
            assertEquals(-1, window.offsetOf(bad));
            assertEquals(-1, window.offsetOf(index.offsets()[5]));
            assertEquals(bad - 4, window.from() + window.records().limit());
        });
    }

    @Test
    void any_bit_of_an_index_entry_is_found_and_named_and_costs_its_messages_only() throws IOException {
        Store store = new Store(disk, 1L);
        int entryAt = (int) run.indexAt() + SegmentLayout.ENTRY_BYTES;
        flipEveryBit(entryAt, entryAt + SegmentLayout.ENTRY_BYTES, at -> {
            assertNames(store.tryIndex(run, 16, MESSAGES).cause(), "index entry 1 of queue 1", entryAt);
            assertNames(store.tryIndex(run, 31, 31).cause(), "index entry 1 of queue 1", entryAt);
            assertEquals(16, store.index(run, 0, MESSAGES).count(), "the answer ends before it");
            assertEquals(5, store.index(run, 32, 36).count());
        });
    }

    @Test
    void any_bit_of_a_detail_is_found_and_named_and_costs_its_messages_only() throws IOException {
        // The keys of the first 16 messages are not equally long.
        int bytes = SegmentLayout.detailBytes(SegmentLayout.LENGTHS, SegmentLayout.GROUP);
        int detailAt = (int) run.indexAt() - bytes;
        Store store = new Store(disk, 1L);
        flipEveryBit(detailAt, detailAt + bytes, at -> {
            assertNames(store.tryIndex(run, 3, MESSAGES).cause(), "detail of index entry 0 of queue 1", detailAt);
            assertEquals(MESSAGES - 16, store.index(run, 16, MESSAGES).count());
        });
    }

    @Test
    void damage_in_an_index_with_gaps_costs_the_messages_of_damaged_entries_only() {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 12, false);
        int record = plan.record(1, 1);
        plan.share(record);
        int count = 90_000;
        for (int i = 0; i < count; i++) {
            plan.queue(1, 3L * i + i % 2, record);
        }
        Store store = new Store(disk, 1L);
        Run gaps = store.write(2, plan.build()).runs().get(0);
        for (int damaged = 2_700; damaged < 2_900; damaged += 10) {
            disk.flip(Store.path(2), gaps.indexAt() + (long) damaged * SegmentLayout.ENTRY_BYTES, 2);
        }
        disk.flip(Store.path(2), gaps.indexAt() + 2_801L * SegmentLayout.ENTRY_BYTES, 2);
        for (int i = 2_690 * 16; i < 2_910 * 16; i++) {
            long sequence = 3L * i + i % 2;
            int entry = i / 16;
            boolean damaged = (entry >= 2_700 && entry < 2_900 && entry % 10 == 0) || entry == 2_801;
            Answer<IndexBlock> exact = store.tryIndex(gaps, sequence, sequence);
            Answer<IndexBlock> onwards = store.tryIndex(gaps, sequence, Long.MAX_VALUE);
            if (damaged) {
                int named = entry == 2_801 ? 2_800 : entry; // the first of two in a row, either of which may be meant
                long entryAt = gaps.indexAt() + (long) named * SegmentLayout.ENTRY_BYTES;
                assertNames(exact.cause(), "index entry " + named, entryAt);
                assertTrue(onwards.cause() instanceof DamagedException);
            } else {
                assertEquals(1, exact.result().count(), "sequence " + sequence);
                assertEquals(sequence, onwards.result().sequences()[0]);
            }
        }
    }

    @Test
    void an_index_that_is_gone_as_a_whole_is_damage_and_not_emptiness() throws IOException {
        byte[] bytes = disk.bytes(Store.path(1));
        Arrays.fill(bytes, (int) run.indexAt(), size - SegmentLayout.FOOTER_BYTES, (byte) 0);
        disk.put(Store.path(1), bytes);
        FileSegments segments = new FileSegments(disk, Store.DIRECTORY, Runnable::run, Runnable::run);
        assertEquals(List.of(1L), segments.recover(List.of(1L)));
        for (long from = 0; from < MESSAGES; from++) {
            Answer<IndexBlock> answer = new Answer<>();
            segments.readIndex(run, from, MESSAGES, answer);
            assertTrue(answer.cause() instanceof DamagedException);
        }
    }

    @Test
    void an_entry_or_a_record_that_is_whole_but_elsewhere_is_found() {
        byte[] bytes = disk.bytes(Store.path(1));
        int entry = SegmentLayout.ENTRY_BYTES;
        System.arraycopy(bytes, (int) run.indexAt() + entry, bytes, (int) run.indexAt() + 2 * entry, entry);
        int length = index.lengths()[6];
        assertEquals(length, index.lengths()[7]);
        System.arraycopy(bytes, index.offsets()[6] - 4, bytes, index.offsets()[7] - 4, length + 4);
        disk.put(Store.path(1), bytes);
        Store store = new Store(disk, 1L);

        assertNames(store.tryIndex(run, 32, 32).cause(), "index entry 2 of queue 1", run.indexAt() + 2L * entry);
        assertNames(store.tryRecords(1, index.offsets()[7], length, 0).cause(), "record", index.offsets()[7]);
    }

    @Test
    void any_bit_of_header_directory_or_footer_is_found_at_recovery() throws IOException {
        ByteCheck check = at -> assertEquals(List.of(1L), recover(), "byte " + at);
        flipEveryBit(0, SegmentLayout.HEADER_BYTES, check);
        int directoryAt = ByteBuffer.wrap(disk.bytes(Store.path(1)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(size - SegmentLayout.FOOTER_BYTES + 24);
        flipEveryBit(directoryAt, size, check);
        assertEquals(List.of(), recover());
    }

    @Test
    void a_read_of_a_segment_with_a_bad_footer_says_so() throws IOException {
        disk.flip(Store.path(1), size - 20, 3);
        FileSegments segments = new FileSegments(disk, Store.DIRECTORY, Runnable::run, Runnable::run);
        assertEquals(List.of(1L), segments.recover(List.of(1L)));
        Answer<IndexBlock> answer = new Answer<>();
        segments.readIndex(run, 0, 5, answer);
        assertNames(answer.cause(), "footer", size - SegmentLayout.FOOTER_BYTES);
        assertEquals(0, disk.open());
    }

    @Test
    void a_truncated_an_empty_and_a_missing_segment_are_damaged() throws IOException {
        byte[] bytes = disk.bytes(Store.path(1));
        for (int length : new int[] {0, 1, 31, 32, 83, 84, size / 2, size - 1}) {
            disk.put(Store.path(1), Arrays.copyOf(bytes, length));
            assertEquals(List.of(1L), recover(), "cut to " + length);
        }
        disk.put(Store.path(1), new byte[size]);
        assertEquals(List.of(1L), recover());
        disk.delete(Store.path(1));
        assertEquals(List.of(1L), recover());
        assertEquals(0, disk.open());
    }

    @Test
    void a_segment_under_anothers_name_is_damaged() throws IOException {
        disk.put(Store.path(2), disk.bytes(Store.path(1)));
        FileSegments segments = new FileSegments(disk, Store.DIRECTORY, Runnable::run, Runnable::run);
        assertEquals(List.of(2L), segments.recover(List.of(1L, 2L, 1L)));
    }

    @Test
    void a_segment_that_the_system_cannot_read_is_damaged_and_its_reads_say_what_the_system_said() throws IOException {
        disk.unreadable(Store.path(1));
        FileSegments segments = new FileSegments(disk, Store.DIRECTORY, Runnable::run, Runnable::run);
        assertEquals(List.of(1L), segments.recover(List.of(1L)));
        Answer<IndexBlock> answer = new Answer<>();
        segments.readIndex(run, 0, 5, answer);
        assertFalse(answer.cause() instanceof DamagedException);
        assertTrue(answer.cause().toString().contains("input/output error"));
        assertEquals(0, disk.open());
    }

    @Test
    void a_newer_format_is_refused_and_everything_left_untouched() {
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(Store.path(1))).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(8, 3);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, 28);
        bytes.putInt(28, (int) crc.getValue());
        disk.put(Store.path(1), bytes.array());
        disk.put(Store.path(2), new byte[10]);

        IOException refusal = assertThrows(IOException.class, this::recover);

        assertTrue(refusal.toString().contains("format version 3"), refusal.toString());
        assertTrue(disk.exists(Store.path(2)));
        assertEquals(0, disk.open());
    }
}
