package io.millrace.core.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.Log.Urgency;
import io.millrace.core.log.local.FileDisk;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.log.memory.MemoryLog;
import io.millrace.core.time.ManualTimer;
import io.millrace.core.time.StepExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A log of some kind with all that it needs, run step by step on the test's thread, and what it has told. */
public final class LogBench implements AutoCloseable {
    /** What stands under the log. */
    public enum Kind {
        /** {@link LocalLog} on real files. */
        FILES,
        /** {@link LocalLog} on a {@link SimulatedDisk}. */
        SIMULATED,
        /** {@link MemoryLog}. */
        MEMORY
    }

    /** Files of 16 KiB that grow to 64 KiB, so that a few frames fill them. */
    public static final LocalLogOptions SMALL_FILES = LocalLogOptions.DEFAULTS.withFileBytes(16 << 10, 64 << 10);

    private static final String DIRECTORY = "vhost/1";

    private final Kind kind;
    private final @Nullable Path temporary;
    private final StepExecutor executor = new StepExecutor();
    private final ManualTimer timer = new ManualTimer();
    private final SplittableRandom salts = new SplittableRandom(7);
    private Disk disk;
    private LocalLogOptions options = SMALL_FILES;
    private Log log;

    /** What {@link LogListener#durable} said, call by call. */
    public final List<Long> durable = new ArrayList<>();
    /** What {@link LogListener#failed} said. */
    public final List<LogException> failures = new ArrayList<>();
    /** What the last opening has read. */
    public final List<Replayed> replayed = new ArrayList<>();

    /** A frame as it was read back. */
    public record Replayed(long position, long millis, byte[] events, int eventCount) {}

    private LogBench(Kind kind, @Nullable Path temporary, Disk disk) {
        this.kind = kind;
        this.temporary = temporary;
        this.disk = disk;
        this.log = MemoryLog.flushedBy(executor);
    }

    /** A new, empty log of that kind, opened and replayed. */
    public static LogBench of(Kind kind) throws IOException {
        Path temporary = kind == Kind.FILES ? Files.createTempDirectory("millrace-log") : null;
        Disk disk = temporary == null ? new SimulatedDisk() : new FileDisk(temporary);
        LogBench bench = new LogBench(kind, temporary, disk);
        bench.open(1);
        return bench;
    }

    /** One on that disk, not opened yet. */
    public static LogBench on(Disk disk) {
        return new LogBench(Kind.SIMULATED, null, disk);
    }

    /** What the next opening uses. */
    public LogBench options(LocalLogOptions wanted) {
        options = wanted;
        return this;
    }

    /** The next opening uses that disk. */
    public LogBench disk(Disk wanted) {
        disk = wanted;
        return this;
    }

    /** What is under the log. */
    public Disk disk() {
        return disk;
    }

    /** The simulated disk under the log. */
    public SimulatedDisk simulated() {
        return (SimulatedDisk) disk;
    }

    /** The log. */
    public Log log() {
        return log;
    }

    /** What runs the journal. */
    public StepExecutor executor() {
        return executor;
    }

    /** The log's time. */
    public ManualTimer timer() {
        return timer;
    }

    /** Opens without replay. */
    public Log openOnly() throws LogException {
        if (kind != Kind.MEMORY) {
            log = LocalLog.open(disk, DIRECTORY, executor, timer, salts::nextLong, options);
        } else {
            log = ((MemoryLog) log).reopened();
        }
        log.listener(new LogListener() {
            @Override
            public void durable(long position) {
                durable.add(position);
            }

            @Override
            public void failed(LogException cause) {
                failures.add(cause);
            }
        });
        return log;
    }

    /** Opens and replays. */
    public void open(long from) throws LogException {
        openOnly();
        replay(from);
    }

    /** Replays into {@link #replayed}. */
    public void replay(long from) throws LogException {
        replayed.clear();
        log.replay(from, (position, millis, events, eventCount) -> {
            byte[] bytes = new byte[events.remaining()];
            events.get(bytes);
            replayed.add(new Replayed(position, millis, bytes, eventCount));
        });
    }

    /** Closes and opens again. */
    public void reopen(long from) throws LogException {
        log.close();
        executor.runAll();
        durable.clear();
        open(from);
    }

    /** Forgets the log as a crash does: what waits on the executor and the timer is gone. */
    public void abandon() {
        executor.clear();
        timer.clear();
        failures.clear();
    }

    /** Appends a frame with that body, and leaves the journal asleep. */
    public long append(byte[] events, Urgency urgency) {
        return log.append(frame(events), 1, 1_000 + log.last(), urgency);
    }

    /** Appends a frame of that many bytes, whose content follows from its position. */
    public long append(int bytes) {
        return append(content(log.last() + 1, bytes), Urgency.NOW);
    }

    /** Appends and lets the journal run. */
    public long store(int bytes) {
        long position = append(bytes);
        run();
        return position;
    }

    /** Runs everything that waits on the executor. */
    public void run() {
        executor.runAll();
    }

    /** A frame with room for the header, direct for one body in two. */
    public static ByteBuffer frame(byte[] events) {
        int bytes = Log.FRAME_HEADER_BYTES + events.length;
        ByteBuffer frame = events.length % 2 == 0 ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
        frame.order(ByteOrder.LITTLE_ENDIAN);
        frame.put(Log.FRAME_HEADER_BYTES, events);
        return frame;
    }

    /** Bytes that follow from the position. */
    public static byte[] content(long position, int bytes) {
        byte[] content = new byte[bytes];
        new SplittableRandom(position).nextBytes(content);
        return content;
    }

    /** Checks that the last opening has read those positions, each with the content that follows from it. */
    public void assertReplayed(long first, long last) {
        assertEquals(Math.max(0, last - first + 1), replayed.size(), () -> "frames read: " + positions());
        for (int i = 0; i < replayed.size(); i++) {
            Replayed frame = replayed.get(i);
            assertEquals(first + i, frame.position);
            assertArrayEquals(content(frame.position, frame.events.length), frame.events);
        }
    }

    /** The positions that the last opening has read. */
    public List<Long> positions() {
        return replayed.stream().map(Replayed::position).toList();
    }

    /** Names in the log's directory of WAL files. */
    public List<String> walNames() throws IOException {
        return disk.list(DIRECTORY + "/wal");
    }

    /** Path of the newest WAL file. */
    public String newestWal() throws IOException {
        List<String> names =
                walNames().stream().filter(name -> name.endsWith(".wal")).toList();
        return DIRECTORY + "/wal/" + names.get(names.size() - 1);
    }

    @Override
    public void close() throws IOException {
        if (temporary != null) {
            log.close();
            executor.runAll();
            try (var paths = Files.walk(temporary)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
