package io.millrace.core.vhost;

import io.millrace.core.disk.DiskFullException;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import io.millrace.core.queue.Locations;
import io.millrace.core.queue.SequenceSet;
import io.millrace.core.store.Arena;
import io.millrace.core.store.DamagedException;
import io.millrace.core.store.SegmentPlan;
import io.millrace.core.store.SegmentPlan.PlannedRun;
import io.millrace.core.store.Segments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps memory and log bounded: when enough generations of the arena are closed, what is still live in the oldest is moved
 * to a segment, its memory is given back, and a checkpoint lets the log give its files back. One at a time, in the
 * background; the virtual host goes on meanwhile.
 */
final class Retirement {
    private static final int CLOSED_KEPT = 2;
    private static final long RETRY_MILLIS = 1000;
    /** Longest that a stop goes on moving messages; what is left then is read from the log at the next start. */
    private static final long STOP_MILLIS = 5000;
    /** Looks of {@link #tick}, about a second each, during which next to nothing comes before everything is moved. */
    private static final int QUIET_TICKS = 5;
    /** Memory below which it stays where it is when nothing comes, or at a stop: nobody wants many small segments. */
    private static final long REST_BYTES = 4 << 20;

    /** Pieces of memory that going to rest itself takes, so that it does not begin again for them. */
    private static final int SLABS_OF_REST = 2;

    private final Host host;
    /** A turn of its own, after which {@link #step} is called. */
    private final Runnable turn;

    private final Compaction compaction;
    private boolean busy;
    private boolean lowOnDisk;
    private boolean checkpointDue;
    private long retryAt;
    private long newestPosition;
    private long newestHotFrom;
    /** From where the checkpoint before the newest needs the log, as far as it is known since the start. */
    private long neededFrom;

    private List<Long> previouslyDead = List.of();
    private @Nullable Runnable stopped;
    private long stopUntil;
    private int slabsSeen;
    private int slabsAtRest;
    private int quietTicks;
    private boolean resting;
    private boolean restEnds;

    /**
     * @param position the position of the newest checkpoint, 0 if there is none
     * @param hotFrom the position from which it needs the log
     */
    Retirement(Host host, long position, long hotFrom, Runnable turn) {
        this.host = host;
        this.turn = turn;
        this.compaction = new Compaction(host);
        this.newestPosition = position;
        this.newestHotFrom = hotFrom;
    }

    /**
     * After a turn, with all events sealed: starts what is due.
     *
     * @return whether something was started, so that another turn has to look at what it left behind
     */
    boolean step() {
        if (host.isFailed()) {
            return false;
        }
        if (host.arena.isFull() || (lowOnDisk && checkpointDue && host.arena.isBegun())) {
            closeGeneration();
        }
        if (busy || (host.now() < retryAt && stopped == null)) {
            return false;
        }
        Arena.Generation oldest = host.arena.oldestClosed();
        if (stopped != null && (oldest == null || !resting || host.now() >= stopUntil)) {
            busy = true;
            checkpoint(true);
            return true;
        }
        if (oldest == null || host.arena.closedGenerations() <= closedKept()) {
            return checkpointIfDue() || compactIfDue();
        }
        if (oldest.lastPosition() > host.setup.log().durable()) {
            host.setup.log().hurry();
            return false;
        }
        retire(oldest);
        return true;
    }

    private void closeGeneration() {
        host.writer.leaveSlab();
        host.arena.closeGeneration(host.setup.log().last());
    }

    /** From now on everything that is in memory now is moved, if it is so much that a start would notice. */
    private void rest() {
        if (host.arena.bytes() >= Math.min(REST_BYTES, host.limits.memoryBytes() / 8)) {
            closeGeneration();
            host.setup.log().rest();
            resting = true;
        }
    }

    /** While publishers may wait for memory none is kept: one turn can have made it as large as it likes, and no other comes. */
    private int closedKept() {
        boolean none = resting || lowOnDisk || host.arena.bytes() > Pressure.low(host.limits.memoryBytes());
        return none ? 0 : CLOSED_KEPT;
    }

    /**
     * About once a second: segments in which nothing is live are deleted two checkpoints later, also while nobody
     * publishes; and while the disk is nearly full, the log's files are given back as well. When next to nothing has come for
     * a while, memory is moved to a segment, so that the log has nothing left that a start would have to read, and can shrink.
     */
    void tick() {
        checkpointDue = lowOnDisk || !previouslyDead.isEmpty() || host.state.hasDeadSegments();
        compaction.tick();
        int slabs = host.arena.slabsMade();
        quietTicks = slabs - slabsSeen > 1 ? 0 : quietTicks + 1;
        slabsSeen = slabs;
        if (quietTicks >= QUIET_TICKS && slabs - slabsAtRest > SLABS_OF_REST && !resting && !host.isFailed()) {
            slabsAtRest = slabs;
            rest();
        }
    }

    /** Whether the disk is nearly full. */
    void lowOnDisk(boolean low) {
        lowOnDisk = low;
    }

    private boolean checkpointIfDue() {
        if (resting) {
            // The checkpoint before the newest still needs the log of what has just been moved.
            checkpointDue = true;
            resting = false;
            restEnds = true;
            host.arena.trim();
        }
        if (!checkpointDue) {
            return false;
        }
        busy = true;
        checkpoint(false);
        return true;
    }

    /** Moves what is in memory, writes a last checkpoint, after which a start needs no replay; then runs {@code done}. */
    void stop(Runnable done) {
        stopped = done;
        rest();
        stopUntil = host.now() + STOP_MILLIS;
    }

    private void retire(Arena.Generation generation) {
        busy = true;
        SegmentPlan plan = plan(generation);
        if (plan.runs().isEmpty()) {
            release(generation);
            return;
        }
        long segment = host.state.nextSegment();
        host.setup.segments().write(segment, plan, new Segments.Completion<>() {
            @Override
            public void done(Segments.Written written) {
                host.turn(() -> {
                    tellMoving(written.runs());
                    host.writer.moved(segment, written.runs());
                    host.state.moved(segment, written.runs());
                    release(generation);
                });
            }

            @Override
            public void failed(Exception cause) {
                if (isRefusal(cause)) {
                    giveUp(segment, (IOException) cause);
                    return;
                }
                host.turn(() -> {
                    host.state.nextSegment(segment + 1);
                    host.setup.segments().delete(segment);
                    retryAt = host.now() + RETRY_MILLIS;
                    stopUntil = 0;
                    if (stopped != null) {
                        host.setup.owner().execute(turn);
                    }
                    busy = false;
                    host.setup.listener().stuck("messages cannot be moved to a segment: " + cause.getMessage());
                });
            }
        });
    }

    /** Whether the disk did not do what it was told, for another reason than that it is full or was damaged before. */
    private static boolean isRefusal(Exception cause) {
        return cause instanceof IOException
                && !(cause instanceof DiskFullException)
                && !(cause instanceof DamagedException);
    }

    /** A disk that refuses to write or to flush is not tried again, whatever the file: what it has kept is not known. */
    private void giveUp(long segment, IOException refused) {
        host.fail();
        host.setup
                .listener()
                .failed(new LogException(
                        Kind.IO,
                        "cannot write or flush segment " + segment + " of virtual host " + host.name() + ": " + refused
                                + "; what was confirmed stands in the log; check the disk, then restart: start reads and"
                                + " verifies what is there",
                        refused));
    }

    private boolean compactIfDue() {
        long from = compaction.take();
        List<Segments.Kept> kept = from == 0 ? List.of() : compaction.kept(from);
        if (kept.isEmpty()) {
            return false;
        }
        busy = true;
        long segment = host.state.nextSegment();
        host.setup.segments().copy(segment, kept, new Segments.Completion<>() {
            @Override
            public void done(Segments.Written written) {
                host.turn(() -> {
                    tellMoving(written.runs());
                    host.writer.compacted(from, segment, written.runs());
                    host.state.compacted(from, segment, written.runs());
                    busy = false;
                });
            }

            @Override
            public void failed(Exception cause) {
                if (isRefusal(cause)) {
                    giveUp(segment, (IOException) cause);
                    return;
                }
                host.turn(() -> {
                    host.state.nextSegment(segment + 1);
                    host.setup.segments().delete(segment);
                    if (cause instanceof DamagedException) {
                        compaction.isUnreadable(from);
                    }
                    busy = false;
                });
            }
        });
        return true;
    }

    private void tellMoving(List<Segments.Run> runs) {
        for (Segments.Run run : runs) {
            Queue queue = host.state.queues().numbered(run.queue());
            if (queue != null) {
                queue.dispatch().ready().moving(run);
            }
        }
    }

    private void release(Arena.Generation generation) {
        host.arena.release(generation);
        checkpoint(false);
    }

    /** What is live in a generation, by queue. */
    private SegmentPlan plan(Arena.Generation generation) {
        List<PlannedRun> runs = new ArrayList<>();
        for (Queue queue : host.state.queues().all()) {
            PlannedRun run = plan(queue, generation);
            if (run != null) {
                runs.add(run);
            }
        }
        return new SegmentPlan(generation.buffers(), runs);
    }

    private static @Nullable PlannedRun plan(Queue queue, Arena.Generation generation) {
        SequenceSet live = queue.state().live();
        Locations locations = queue.state().locations();
        long[] sequences = new long[0];
        int[] buffers = new int[0];
        int[] offsets = new int[0];
        int count = 0;
        for (long s = live.next(queue.state().runs().end() + 1); s >= 0; s = live.next(s + 1)) {
            long where = locations.where(s);
            if (where == Locations.UNKNOWN) {
                continue;
            }
            if (!Locations.isInMemory(where) || Locations.number(where) > generation.lastSlab()) {
                break;
            }
            if (count == sequences.length) {
                int capacity = Math.max(16, count * 2);
                sequences = Arrays.copyOf(sequences, capacity);
                buffers = Arrays.copyOf(buffers, capacity);
                offsets = Arrays.copyOf(offsets, capacity);
            }
            sequences[count] = s;
            int buffer = Locations.number(where) - generation.firstSlab();
            buffers[count] = Locations.isShared(where) ? buffer | SegmentPlan.SHARED : buffer;
            offsets[count++] = Locations.offset(where);
        }
        return count == 0 ? null : new PlannedRun(queue.id(), count, sequences, buffers, offsets);
    }

    private void checkpoint(boolean clean) {
        checkpointDue = false;
        host.writer.leaveSlab();
        if ((lowOnDisk || restEnds) && host.setup.log().last() == newestPosition) {
            // So that files are given back though nothing is logged: an event that says nothing.
            host.writer.moved(host.state.nextSegment() - 1, List.of());
            host.writer.leaveSlab();
        }
        restEnds = false;
        long position = host.setup.log().last();
        long hotFrom = host.arena.firstPosition();
        ByteBuffer state = Checkpoint.encode(host.state, clean, hotFrom);
        List<Long> dead = host.state.takeDeadSegments();
        host.whenDurable(() -> host.setup
                .log()
                .checkpoint(
                        position,
                        state,
                        () -> host.setup
                                .owner()
                                .execute(() -> host.turn(() -> taken(position, hotFrom, dead, clean)))));
    }

    /**
     * A checkpoint is durable. What only the one before the last needed may go, for the last two are kept. One at the same
     * position as the newest has replaced it: then the one before is the same as before, and needs what it needed.
     */
    private void taken(long position, long hotFrom, List<Long> dead, boolean clean) {
        if (position > newestPosition) {
            neededFrom = newestHotFrom;
        }
        host.setup.log().dropBefore(neededFrom);
        for (long segment : previouslyDead) {
            host.setup.segments().delete(segment);
        }
        newestPosition = position;
        newestHotFrom = hotFrom;
        previouslyDead = dead;
        busy = false;
        Runnable done = stopped;
        if (clean && done != null) {
            busy = true;
            done.run();
        } else if (resting) {
            host.setup.owner().execute(turn);
        }
    }
}
