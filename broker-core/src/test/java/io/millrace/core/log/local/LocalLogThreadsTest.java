package io.millrace.core.log.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.Log;
import io.millrace.core.log.Log.Urgency;
import io.millrace.core.log.LogBench;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import io.millrace.core.time.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log with real threads on real files. */
class LocalLogThreadsTest {
    private static final int FRAMES = 20_000;

    @TempDir
    Path temporary = Path.of("");

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final Timer timer = (nanos, task) -> {
        var unused = scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS);
    };

    private static final class Told implements LogListener {
        final AtomicLong durable = new AtomicLong();
        final List<String> wrong = new CopyOnWriteArrayList<>();

        @Override
        public void durable(long position) {
            if (durable.getAndSet(position) >= position) {
                wrong.add("told " + position + " twice or late");
            }
        }

        @Override
        public void failed(LogException cause) {
            wrong.add(cause.toString());
        }
    }

    @AfterEach
    void stop() {
        executor.shutdown();
        scheduler.shutdown();
    }

    private LocalLog open(Told told, List<Long> positions) throws IOException {
        LocalLog log = LocalLog.open(
                new FileDisk(temporary),
                "log",
                executor,
                timer,
                new SplittableRandom(1)::nextLong,
                LocalLogOptions.DEFAULTS.withFileBytes(64 << 10, 1 << 20));
        log.listener(told);
        log.replay(1, (position, millis, events, count) -> {
            byte[] found = new byte[events.remaining()];
            events.get(found);
            if (java.util.Arrays.equals(found, LogBench.content(position, found.length))) {
                positions.add(position);
            }
        });
        return log;
    }

    @Test
    void frames_become_durable_in_order_while_more_are_appended() throws IOException {
        Told told = new Told();
        List<Long> none = new java.util.ArrayList<>();
        LocalLog log = open(told, none);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 1; i <= FRAMES; i++) {
            ByteBuffer frame = LogBench.frame(LogBench.content(i, random.nextInt(400)));
            assertEquals(i, log.append(frame, 1, 0, random.nextBoolean() ? Urgency.NOW : Urgency.LAZY));
            if (random.nextInt(500) == 0) {
                long position = log.last();
                await().until(() -> log.durable() >= position);
                assertTrue(told.durable.get() >= position - 1);
            }
        }
        await().until(() -> told.durable.get() == FRAMES);
        assertEquals(0, log.unflushedBytes());
        log.close();
        assertEquals(List.of(), told.wrong);
        List<Long> positions = new java.util.ArrayList<>();
        open(new Told(), positions).close();
        assertEquals(FRAMES, positions.size());
        assertEquals(FRAMES, positions.get(FRAMES - 1));
    }

    @Test
    void a_lazy_frame_becomes_durable_by_itself() throws IOException {
        Told told = new Told();
        LocalLog log = open(told, new java.util.ArrayList<>());
        log.append(LogBench.frame(new byte[10]), 1, 0, Urgency.LAZY);
        await().until(() -> told.durable.get() == 1);
        log.close();
    }

    @Test
    void closing_from_another_thread_waits_for_all_frames() throws IOException {
        for (int round = 0; round < 20; round++) {
            Told told = new Told();
            Log log = open(told, new java.util.ArrayList<>());
            long before = log.last();
            for (int i = 1; i <= 50; i++) {
                log.append(LogBench.frame(LogBench.content(before + i, i)), 1, 0, Urgency.NOW);
            }
            log.close();
            assertEquals(before + 50, told.durable.get());
            assertEquals(List.of(), told.wrong);
        }
    }

    @Test
    void checkpoints_and_drops_go_on_beside_appends() throws IOException {
        Told told = new Told();
        LocalLog log = open(told, new java.util.ArrayList<>());
        AtomicLong done = new AtomicLong();
        long asked = 0;
        for (int i = 1; i <= 5_000; i++) {
            log.append(LogBench.frame(LogBench.content(i, 900)), 1, 0, Urgency.NOW);
            if (done.get() == asked && i % 100 == 0) {
                asked = i;
                long position = i;
                log.checkpoint(position, ByteBuffer.allocate(1_000), () -> done.set(position));
                log.dropBefore(Math.max(1, position - 1_000));
            }
        }
        long last = asked;
        await().until(() -> done.get() == last);
        log.close();
        assertEquals(List.of(), told.wrong);
        LocalLog again = open2(last);
        assertEquals(5_000, again.last());
        again.close();
    }

    private LocalLog open2(long from) throws IOException {
        LocalLog log = LocalLog.open(
                new FileDisk(temporary),
                "log",
                executor,
                timer,
                new SplittableRandom(2)::nextLong,
                LocalLogOptions.DEFAULTS);
        log.replay(from, (position, millis, events, count) -> {});
        return log;
    }
}
