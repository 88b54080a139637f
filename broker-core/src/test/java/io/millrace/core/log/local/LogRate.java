package io.millrace.core.log.local;

import io.millrace.core.log.Log;
import io.millrace.core.log.Log.Urgency;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Measures the log on real files: records of a given size, a given number to a frame, a bounded number of frames under way.
 * Prints records per second, CPU seconds per million records, and the time from append to durable.
 *
 * <p>Arguments: directory, record bytes, records per frame, frames under way, seconds.
 */
final class LogRate {
    private static final int PREPARED = 64;

    private LogRate() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path root = Path.of(arguments[0]);
        int frameBytes = Integer.parseInt(arguments[1]) * Integer.parseInt(arguments[2]);
        int recordsPerFrame = Integer.parseInt(arguments[2]);
        int window = Integer.parseInt(arguments[3]);
        long seconds = Long.parseLong(arguments[4]);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        Semaphore room = new Semaphore(window);
        Told told = new Told(room);
        try (LocalLog log = LocalLog.open(
                new FileDisk(root),
                "rate",
                executor,
                (nanos, task) -> {},
                new SecureRandom()::nextLong,
                LocalLogOptions.DEFAULTS)) {
            log.listener(told);
            log.replay(1, (position, millis, events, count) -> {});
            told.last = log.last();
            ByteBuffer[] frames = new ByteBuffer[Math.max(PREPARED, 2 * window)];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = ByteBuffer.allocateDirect(Log.FRAME_HEADER_BYTES + frameBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
                for (int at = 0; at + 8 <= frameBytes; at += 8) {
                    frames[i].putLong(Log.FRAME_HEADER_BYTES + at, at * 0x9E37_79B9_7F4A_7C15L);
                }
            }
            run(log, frames, room, told, seconds / 2);
            long cpu = cpuNanos();
            long begin = System.nanoTime();
            told.reset();
            long frameCount = run(log, frames, room, told, seconds);
            double elapsed = (System.nanoTime() - begin) / 1e9;
            double millions = frameCount * recordsPerFrame / 1e6;
            System.out.printf(
                    "%d B x %d, window %d: %.2f M records/s, %.3f CPU s/M, %.0f MB/s, %.0f flushes/s, p50 %.2f ms,"
                            + " p99 %.2f ms%n",
                    Integer.parseInt(arguments[1]),
                    recordsPerFrame,
                    window,
                    millions / elapsed,
                    (cpuNanos() - cpu) / 1e9 / millions,
                    frameCount * (double) frameBytes / 1e6 / elapsed,
                    told.calls / elapsed,
                    told.percentileMillis(0.5),
                    told.percentileMillis(0.99));
        }
        executor.shutdown();
    }

    private static long run(LocalLog log, ByteBuffer[] frames, Semaphore room, Told told, long seconds)
            throws InterruptedException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long count = 0;
        while (System.nanoTime() < end) {
            room.acquire();
            ByteBuffer frame = frames[(int) (log.last() % frames.length)];
            told.began[(int) ((log.last() + 1) % told.began.length)] = System.nanoTime();
            log.append(frame, 1, 0, Urgency.NOW);
            count++;
            if (count % 64 == 0) {
                log.dropBefore(log.durable());
            }
        }
        return count;
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static final class Told implements LogListener {
        final long[] began = new long[1 << 16];
        final long[] took = new long[1 << 20];
        private final Semaphore room;
        volatile long last;
        int count;
        long calls;

        Told(Semaphore room) {
            this.room = room;
        }

        void reset() {
            count = 0;
            calls = 0;
        }

        double percentileMillis(double share) {
            long[] sorted = Arrays.copyOf(took, Math.min(count, took.length));
            Arrays.sort(sorted);
            return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * share)] / 1e6;
        }

        @Override
        public void durable(long position) {
            long now = System.nanoTime();
            for (long i = last + 1; i <= position; i++) {
                took[count++ % took.length] = now - began[(int) (i % began.length)];
            }
            int released = (int) (position - last);
            last = position;
            calls++;
            room.release(released);
        }

        @Override
        public void failed(LogException cause) {
            System.out.println("failed: " + cause);
            Runtime.getRuntime().halt(1);
        }
    }
}
