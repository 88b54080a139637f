package io.millrace.core.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.Log.Checkpoint;
import io.millrace.core.log.Log.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every log promises. */
class LogTest {

    @ParameterizedTest
    @EnumSource
    void an_empty_log_begins_at_position_one(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            assertEquals(0, bench.log().last());
            assertEquals(0, bench.log().durable());
            assertNull(bench.log().latestCheckpoint());
            assertEquals(1, bench.store(100));
        }
    }

    @ParameterizedTest
    @EnumSource
    void appended_frames_are_read_back_byte_for_byte_in_order(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            int[] sizes = {0, 1, 63, 64, 65, 3967, 3968, 3969, 4031, 4032, 4033, 9000, 1};
            for (int size : sizes) {
                bench.store(size);
            }
            bench.reopen(1);
            bench.assertReplayed(1, sizes.length);
            for (int i = 0; i < sizes.length; i++) {
                assertEquals(sizes[i], bench.replayed.get(i).events().length);
                assertEquals(1_000 + i, bench.replayed.get(i).millis());
                assertEquals(1, bench.replayed.get(i).eventCount());
            }
            assertEquals(sizes.length, bench.log().last());
            assertEquals(sizes.length, bench.log().durable());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_log_goes_on_behind_what_it_held(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            for (int round = 0; round < 20; round++) {
                long before = bench.log().last();
                for (int i = 0; i < round; i++) {
                    bench.append(500 * i);
                }
                bench.run();
                bench.reopen(1);
                bench.assertReplayed(1, before + round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void replay_begins_where_it_is_told_to(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            for (int i = 0; i < 60; i++) {
                bench.store(1000);
            }
            for (long from = 1; from <= 61; from += 10) {
                bench.reopen(from);
                bench.assertReplayed(from, 60);
                assertEquals(60, bench.log().last());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_told_as_durable_before_the_journal_ran(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            bench.append(100);
            bench.append(200);
            assertEquals(0, bench.log().durable());
            assertEquals(300 + 2 * Log.FRAME_HEADER_BYTES, bench.log().unflushedBytes());
            assertEquals(List.of(), bench.durable);
            bench.run();
            assertEquals(List.of(2L), bench.durable);
            assertEquals(2, bench.log().durable());
            assertEquals(0, bench.log().unflushedBytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void appending_moves_no_position_of_the_callers_buffer(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(10_000).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            byte[] events = LogBench.content(1, 300);
            buffer.put(1_000 + Log.FRAME_HEADER_BYTES, events);
            buffer.position(1_000).limit(1_000 + Log.FRAME_HEADER_BYTES + events.length);
            bench.log().append(buffer, 3, 5, Urgency.NOW);
            assertEquals(1_000, buffer.position());
            buffer.clear();
            bench.run();
            assertEquals(0, buffer.position());
            assertEquals(10_000, buffer.limit());
            bench.reopen(1);
            assertArrayEquals(events, bench.replayed.get(0).events());
            assertEquals(3, bench.replayed.get(0).eventCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closing_flushes_what_was_appended(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            bench.append(LogBench.content(1, 10), Urgency.LAZY);
            bench.append(20);
            bench.log().close();
            assertEquals(List.of(2L), bench.durable);
            bench.open(1);
            bench.assertReplayed(1, 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_closed_log_takes_no_frames(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            bench.log().close();
            bench.log().close();
            assertThrows(IllegalStateException.class, () -> bench.append(10));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_frame_without_room_or_events_is_refused(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            ByteBuffer small = ByteBuffer.allocate(Log.FRAME_HEADER_BYTES - 1);
            assertThrows(IllegalArgumentException.class, () -> bench.log().append(small, 1, 0, Urgency.NOW));
            ByteBuffer empty = LogBench.frame(new byte[1]);
            assertThrows(IllegalArgumentException.class, () -> bench.log().append(empty, 0, 0, Urgency.NOW));
            assertEquals(1, bench.store(1), "refused frames take no position");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_newest_checkpoint_is_given_back(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            for (int i = 1; i <= 3; i++) {
                long position = bench.store(10);
                boolean[] done = new boolean[1];
                ByteBuffer state = ByteBuffer.wrap(new byte[] {9, (byte) i, 9}, 1, 1);
                bench.log().checkpoint(position, state, () -> done[0] = true);
                bench.run();
                assertTrue(done[0]);
            }
            bench.log().close();
            Checkpoint checkpoint = Objects.requireNonNull(bench.openOnly().latestCheckpoint());
            assertEquals(3, checkpoint.position());
            assertEquals(1, checkpoint.state().remaining());
            assertEquals(3, checkpoint.state().get());
            bench.replay(4);
            bench.assertReplayed(4, 3);
            assertEquals(4, bench.store(10));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_checkpoint_is_stored_only_when_its_frames_are_durable(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            long position = bench.append(LogBench.content(1, 10), Urgency.LAZY);
            long[] durableWhenDone = new long[1];
            bench.log()
                    .checkpoint(
                            position,
                            ByteBuffer.allocate(5),
                            () -> durableWhenDone[0] = bench.log().durable());
            assertEquals(0, durableWhenDone[0]);
            bench.run();
            assertEquals(position, durableWhenDone[0]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void dropped_frames_are_not_asked_for_again(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            for (int i = 0; i < 200; i++) {
                bench.store(3000);
            }
            bench.log().dropBefore(150);
            bench.run();
            bench.reopen(150);
            bench.assertReplayed(150, 200);
            bench.log().close();
            bench.run();
            bench.openOnly();
            LogException refused = assertThrows(LogException.class, () -> bench.replay(1));
            assertEquals(LogException.Kind.CORRUPT, refused.kind());
        }
    }

    @ParameterizedTest
    @EnumSource
    void frames_that_were_never_there_cannot_be_asked_for(LogBench.Kind kind) throws IOException {
        try (LogBench bench = LogBench.of(kind)) {
            bench.store(10);
            bench.log().close();
            bench.run();
            bench.openOnly();
            LogException refused = assertThrows(LogException.class, () -> bench.replay(3));
            assertEquals(LogException.Kind.CORRUPT, refused.kind());
        }
    }
}
