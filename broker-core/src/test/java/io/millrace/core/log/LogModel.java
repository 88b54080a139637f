package io.millrace.core.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.Log.Checkpoint;
import io.millrace.core.log.Log.Urgency;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Does random things with a log, knows what must come back, and checks that it does.
 *
 * <p>No two frames have the same content, those at the same position after a crash included: so nothing of a lost tail can
 * pass for what was appended after it.
 */
public final class LogModel {
    private final LogBench bench;
    private final SplittableRandom random;
    /** What stands at each position; of the last life, some may be lost. */
    private final List<byte[]> frames = new ArrayList<>();

    private long contents;
    private long durable;
    private long checkpointDone;
    private long checkpointAsked;
    private boolean checkpointing;
    private long dropped = 1;

    /** A model of an empty log. */
    public LogModel(LogBench bench, long seed) {
        this.bench = bench;
        this.random = new SplittableRandom(seed);
    }

    /** Frames that the log must hold now. */
    public long promised() {
        promise();
        return durable;
    }

    /** Opens the log and checks what it reads. */
    public void open() throws LogException {
        Log log = bench.openOnly();
        Checkpoint checkpoint = log.latestCheckpoint();
        long position = checkpoint == null ? 0 : checkpoint.position();
        assertTrue(
                position == checkpointDone || position == checkpointAsked,
                () -> "checkpoint " + position + ", stored was " + checkpointDone + ", begun " + checkpointAsked);
        if (checkpoint != null) {
            assertEquals(position, checkpoint.state().getLong());
        }
        bench.replay(dropped);
        long last = log.last();
        promise();
        assertTrue(last >= durable, () -> "the log ends at " + last + ", durable was " + durable);
        assertTrue(last <= frames.size(), () -> "the log ends at " + last + ", appended were " + frames.size());
        assertTrue(last >= position, () -> "the log ends at " + last + " before its checkpoint " + position);
        assertEquals(last, log.durable());
        assertEquals(last - dropped + 1, bench.replayed.size());
        for (int i = 0; i < bench.replayed.size(); i++) {
            LogBench.Replayed frame = bench.replayed.get(i);
            assertEquals(dropped + i, frame.position());
            assertArrayEquals(
                    frames.get((int) frame.position() - 1), frame.events(), () -> "frame " + frame.position());
        }
        frames.subList((int) last, frames.size()).clear();
        durable = last;
        checkpointDone = position;
        checkpointAsked = position;
        checkpointing = false;
        bench.durable.clear();
    }

    /** Random steps, until the log has failed. */
    public void work(int steps) {
        for (int i = 0; i < steps && bench.failures.isEmpty(); i++) {
            step();
        }
    }

    private void step() {
        int what = random.nextInt(100);
        if (what < 42) {
            append(randomBytes(), random.nextInt(10) < 7 ? Urgency.NOW : Urgency.LAZY);
        } else if (what < 45) {
            burst();
        } else if (what < 80) {
            bench.executor().step();
        } else if (what < 85) {
            bench.run();
        } else if (what < 92) {
            bench.timer().advance(3_000_000);
        } else if (what < 94) {
            bench.log().hurry();
        } else if (what < 97) {
            checkpoint();
        } else {
            drop();
        }
    }

    private int randomBytes() {
        int size = random.nextInt(100);
        return size < 60 ? random.nextInt(300) : size < 97 ? random.nextInt(9_000) : random.nextInt(90_000);
    }

    /** Frames of one or two pages each, so that those of a later life begin where a torn one's did. */
    private void burst() {
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            append(4096 * (1 + random.nextInt(2)) - Log.FRAME_HEADER_BYTES, Urgency.NOW);
        }
    }

    private void append(int bytes, Urgency urgency) {
        byte[] content = LogBench.content(++contents, bytes);
        if (random.nextInt(4) == 0) {
            // Zeros are what a lost page reads as.
            java.util.Arrays.fill(content, bytes / 2, bytes, (byte) 0);
        }
        frames.add(content);
        assertEquals(frames.size(), bench.append(content, urgency));
    }

    private void checkpoint() {
        if (!checkpointing) {
            long position = bench.log().last();
            checkpointing = true;
            checkpointAsked = position;
            bench.log().checkpoint(position, LogBench.frame(new byte[5_000]).putLong(0, position), () -> {
                checkpointDone = position;
                checkpointing = false;
            });
        }
    }

    private void drop() {
        long position = Math.max(1, bench.log().durable() - random.nextInt(20));
        dropped = Math.max(dropped, position);
        bench.log().dropBefore(position);
    }

    private void promise() {
        long before = durable;
        for (long told : bench.durable) {
            assertTrue(told > before, () -> "durable went from " + durable + " to " + told);
            durable = told;
            before = told;
        }
        bench.durable.clear();
    }
}
