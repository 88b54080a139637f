package io.millrace.benchmarks.micro;

import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import io.millrace.core.log.local.FileDisk;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.log.memory.MemoryLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Frames of one turn each, appended and made durable. What is told is the time of one frame; some are in flight. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogBenchmark {
    @Param({"files", "memory"})
    public String kind = "";

    /** Bytes of the events in a frame: one message of 1 KiB, sixty-four of them. */
    @Param({"1100", "70400"})
    public int bytes;

    /** Frames that are appended and not durable: 1 waits for each flush, more share flushes. */
    @Param({"1", "32"})
    public int inFlight;

    private final ExecutorService executor = Executors.newSingleThreadExecutor(LogBenchmark::daemon);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(LogBenchmark::daemon);
    private ByteBuffer[] frames;
    private Path directory;
    private Log log;
    private volatile Thread appender;

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    @Setup(Level.Iteration)
    public void open() throws IOException, LogException {
        directory = Files.createTempDirectory("millrace-micro-");
        if (kind.equals("files")) {
            SplittableRandom salts = new SplittableRandom(7);
            log = LocalLog.open(
                    new FileDisk(directory),
                    "log",
                    executor,
                    (nanos, task) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS),
                    salts::nextLong,
                    LocalLogOptions.DEFAULTS);
        } else {
            log = MemoryLog.flushedBy(executor);
        }
        log.listener(new LogListener() {
            @Override
            public void durable(long position) {
                Thread waiting = appender;
                if (waiting != null) {
                    LockSupport.unpark(waiting);
                }
            }

            @Override
            public void failed(LogException cause) {
                throw new IllegalStateException(cause);
            }
        });
        log.replay(1, (position, millis, events, count) -> {});
        frames = new ByteBuffer[inFlight];
        for (int i = 0; i < inFlight; i++) {
            frames[i] =
                    ByteBuffer.allocateDirect(Log.FRAME_HEADER_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    @Benchmark
    public long appendDurably() {
        appender = Thread.currentThread();
        while (log.last() - log.durable() >= inFlight) {
            LockSupport.parkNanos(1_000_000);
        }
        long position = log.append(frames[(int) (log.last() % inFlight)], 1, 1_700_000_000_000L, Log.Urgency.NOW);
        log.dropBefore(Math.max(1, position - inFlight));
        return position;
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException, LogException {
        log.close();
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
