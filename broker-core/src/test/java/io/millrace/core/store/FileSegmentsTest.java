package io.millrace.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.store.Segments.IndexBlock;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.store.Segments.Window;
import io.millrace.core.store.Segments.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FileSegmentsTest {
    private final InMemoryDisk disk = new InMemoryDisk();
    private final Steps io = new Steps();
    private final Steps owner = new Steps();

    private static SegmentPlan plan() {
        PlanBuilder plan = new PlanBuilder().buffer(1 << 12, false);
        plan.queue(1, 1, plan.record(10, 1)).queue(1, 2, plan.record(10, 2));
        return plan.build();
    }

    private FileSegments stepped(Long... live) throws IOException {
        return stepped(FileSegments.OPEN_FILES_MAX, live);
    }

    private FileSegments stepped(int openFilesMax, Long... live) throws IOException {
        FileSegments segments =
                new FileSegments(disk, Store.DIRECTORY, io, owner, openFilesMax, SegmentLayout.FILE_BYTES_MAX);
        assertEquals(List.of(), segments.recover(List.of(live)));
        return segments;
    }

    private Run written(FileSegments segments, long segment) {
        Answer<Written> answer = new Answer<>();
        segments.write(segment, plan(), answer);
        io.runAll();
        owner.runAll();
        return answer.result().runs().get(0);
    }

    @Test
    void work_is_done_by_workers_and_completions_run_on_the_owner() throws IOException {
        FileSegments segments = stepped();
        Answer<Written> answer = new Answer<>();
        segments.write(1, plan(), answer);
        assertEquals(List.of(), disk.list(Store.DIRECTORY));
        io.runAll();
        assertEquals(0, answer.calls());
        owner.runAll();
        Run run = answer.result().runs().get(0);

        Answer<IndexBlock> index = new Answer<>();
        segments.readIndex(run, 1, 2, index);
        io.runAll();
        assertEquals(0, index.calls());
        owner.runAll();
        assertEquals(2, index.result().count());
    }

    @Test
    void only_one_segment_is_written_at_a_time_and_a_number_is_used_once() throws IOException {
        FileSegments segments = stepped();
        Answer<Written> answer = new Answer<>();
        segments.write(1, plan(), answer);
        assertThrows(IllegalStateException.class, () -> segments.write(2, plan(), new Answer<>()));
        io.runAll();
        assertThrows(IllegalStateException.class, () -> segments.write(2, plan(), new Answer<>()));
        owner.runAll();
        assertThrows(IllegalStateException.class, () -> segments.write(1, plan(), new Answer<>()));
        written(segments, 2);
        assertEquals(2, disk.list(Store.DIRECTORY).size());
    }

    @Test
    void recovery_deletes_orphans_only() throws IOException {
        FileSegments before = stepped();
        for (long segment = 1; segment <= 4; segment++) {
            written(before, segment);
        }
        before.close();
        disk.put(Store.DIRECTORY + "/note.txt", new byte[3]);
        disk.put(Store.path(9), new byte[100]);

        FileSegments after = stepped(2L, 4L);

        assertEquals(
                List.of(SegmentLayout.fileName(2), SegmentLayout.fileName(4), "note.txt"), disk.list(Store.DIRECTORY));
        assertEquals(disk.bytes(Store.path(2)).length + disk.bytes(Store.path(4)).length, after.bytes());
    }

    @Test
    void a_deleted_segment_goes_after_the_reads_under_way() throws IOException {
        FileSegments segments = stepped();
        Run run = written(segments, 1);
        Answer<IndexBlock> read = new Answer<>();
        segments.readIndex(run, 1, 2, read);

        segments.delete(1);
        io.runLast(); // the deletion, before the read
        assertTrue(disk.exists(Store.path(1)));
        assertTrue(segments.bytes() > 0);
        io.runAll();
        owner.runAll();

        assertEquals(2, read.result().count());
        assertFalse(disk.exists(Store.path(1)));
        assertEquals(0, segments.bytes());
        assertEquals(0, disk.open());
        assertThrows(IllegalStateException.class, () -> segments.readIndex(run, 1, 2, new Answer<>()));
    }

    @Test
    void a_deletion_that_the_system_refuses_is_left_to_recovery_and_stays_counted() throws IOException {
        FileSegments segments = stepped();
        written(segments, 1);
        disk.cutBefore(disk.changes());
        segments.delete(1);
        io.runAll();
        assertEquals(disk.bytes(Store.path(1)).length, segments.bytes());
        disk.cutBefore(Integer.MAX_VALUE);
        assertEquals(0, stepped().bytes());
        assertEquals(List.of(), disk.list(Store.DIRECTORY));
    }

    @Test
    void files_stay_open_for_later_reads_up_to_the_bound() throws IOException {
        FileSegments segments = stepped(3);
        List<Run> runs = new ArrayList<>();
        for (long segment = 1; segment <= 10; segment++) {
            runs.add(written(segments, segment));
        }
        for (int turn = 0; turn < 3; turn++) {
            for (Run run : runs) {
                segments.readIndex(run, 1, 2, new Answer<>());
                io.runAll();
                assertTrue(disk.open() <= 3, "open: " + disk.open());
            }
        }
        segments.readIndex(runs.get(9), 1, 2, new Answer<>());
        int before = disk.reads();
        io.runAll();
        assertEquals(1, disk.reads() - before, "the header and the footer are read when a file is opened only");
        segments.close();
        io.runAll();
        assertEquals(0, disk.open());
    }

    @Test
    void a_file_that_is_closed_before_its_read_began_is_opened_for_it_and_closed_again() throws IOException {
        FileSegments segments = stepped(1);
        Run first = written(segments, 1);
        Run second = written(segments, 2);
        Answer<IndexBlock> early = new Answer<>();
        Answer<IndexBlock> late = new Answer<>();
        segments.readIndex(first, 1, 2, early);
        segments.readIndex(second, 1, 2, late);
        while (io.waiting() > 0) {
            io.runLast();
        }
        owner.runAll();
        assertEquals(2, early.result().count());
        assertEquals(2, late.result().count());
        assertEquals(1, disk.open());
    }

    @Test
    void a_file_is_not_closed_for_another_one_while_it_is_read() throws IOException {
        FileSegments segments = stepped(1);
        Run first = written(segments, 1);
        Run second = written(segments, 2);
        Answer<IndexBlock> before = new Answer<>();
        segments.readIndex(first, 1, 1, before);
        io.runAll(); // the file is open
        Answer<IndexBlock> during = new Answer<>();
        segments.readIndex(first, 1, 2, during);
        Answer<IndexBlock> other = new Answer<>();
        segments.readIndex(second, 1, 2, other); // which asks for the first file to be closed
        disk.beforeRead(() -> {
            disk.beforeRead(() -> {});
            io.runAll();
        });
        io.runAll();
        owner.runAll();
        assertEquals(2, during.result().count());
        assertEquals(2, other.result().count());
        assertEquals(1, disk.open());
    }

    @Test
    void many_workers_at_once_answer_everything_and_leave_nothing_behind() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(3);
        BlockingQueue<Runnable> toOwner = new LinkedBlockingQueue<>();
        try {
            FileSegments segments =
                    new FileSegments(disk, Store.DIRECTORY, workers, toOwner::add, 2, SegmentLayout.FILE_BYTES_MAX);
            segments.recover(List.of());
            long[] there = new long[8];
            for (int turn = 0; turn < 200; turn++) {
                int slot = turn % there.length;
                there[slot] = turn + 1L;
                Answer<Written> written = new Answer<>();
                segments.write(there[slot], plan(), written);
                while (written.calls() == 0) {
                    toOwner.take().run();
                }
                long indexAt = written.result().runs().get(0).indexAt();
                List<Answer<IndexBlock>> reads = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    long segment = there[i % Math.min(turn + 1, there.length)];
                    Answer<IndexBlock> read = new Answer<>();
                    segments.readIndex(new Run(segment, 1, 1, 2, 2, indexAt, 0), 1, 2, read);
                    reads.add(read);
                }
                if (turn + 1 >= there.length) {
                    segments.delete(there[(turn + 1) % there.length]); // while it is read
                }
                for (Answer<IndexBlock> read : reads) {
                    while (read.calls() == 0) {
                        toOwner.take().run();
                    }
                    assertEquals(2, read.result().count());
                }
            }
            segments.close();
        } finally {
            workers.shutdown();
            assertTrue(workers.awaitTermination(20, TimeUnit.SECONDS));
        }
        assertEquals(0, disk.open());
        assertEquals(7, disk.list(Store.DIRECTORY).size());
    }

    @Test
    void after_close_no_completion_runs_and_reads_under_way_leave_nothing_open() throws IOException {
        FileSegments segments = stepped();
        Run run = written(segments, 1);
        Answer<IndexBlock> read = new Answer<>();
        Answer<Written> write = new Answer<>();
        segments.readIndex(run, 1, 2, read);
        segments.write(2, plan(), write);
        segments.close();
        segments.close();
        while (io.waiting() > 0) {
            io.runLast();
        }
        owner.runAll();
        assertEquals(0, read.calls() + write.calls());
        assertEquals(0, disk.open());
        assertThrows(IllegalStateException.class, () -> segments.readIndex(run, 1, 2, new Answer<>()));
    }

    @Test
    void workers_that_are_stopping_do_not_lose_a_completion() throws IOException {
        FileSegments segments = new FileSegments(
                disk,
                Store.DIRECTORY,
                task -> {
                    throw new RejectedExecutionException("stopping");
                },
                owner);
        assertEquals(List.of(), segments.recover(List.of()));
        Run run = written(segments, 1);
        Answer<Window> read = new Answer<>();
        segments.readRecords(1, 36, 47, 0, read);
        owner.runAll();
        assertEquals(51, read.result().records().limit(), run.toString());
        segments.close();
        assertEquals(0, disk.open());
    }

    @Test
    void nothing_works_before_recovery() {
        FileSegments segments = new FileSegments(disk, Store.DIRECTORY, io, owner);
        assertThrows(IllegalStateException.class, () -> segments.write(1, plan(), new Answer<>()));
        assertThrows(IllegalStateException.class, () -> segments.delete(1));
    }

    @Test
    void names_of_files_are_numbers_in_20_digits() {
        assertEquals("00000000000000000042.seg", SegmentLayout.fileName(42));
        assertEquals(42, SegmentLayout.number("00000000000000000042.seg"));
        assertEquals(Long.MAX_VALUE, SegmentLayout.number(SegmentLayout.fileName(Long.MAX_VALUE)));
        for (String other : List.of("42.seg", "0000000000000000004x.seg", "99999999999999999999.seg", "x", "")) {
            assertEquals(-1, SegmentLayout.number(other));
        }
    }
}
