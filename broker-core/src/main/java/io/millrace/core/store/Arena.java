package io.millrace.core.store;

import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a virtual host's hot messages: slabs of direct memory, filled once from front to back, grouped into
 * generations that are given back as a whole.
 *
 * <p>A slab of the log's kind holds WAL frames, which are written to disk from where they lie; the other kind holds records
 * that need no log. Both live until their generation is retired: what is still wanted then is moved to a segment.
 *
 * <p>Owner's thread; the content of a slab behind its fill mark never changes, so workers may read it.
 */
public final class Arena {
    private static final int SMALLEST_SLAB = 64 << 10;
    private static final int LARGEST_SLAB = 1 << 20;
    /**
     * A generation is an eighth of the budget up to so many bytes, and a twentieth beyond: what is filled with messages that
     * nobody takes holds about four of them, and each makes a segment, of which there should not be too many.
     */
    private static final long GENERATION_BYTES = 14 << 20;

    /** A piece of memory. */
    public static final class Slab {
        private final int id;
        private final ByteBuffer buffer;

        private Slab(int id, ByteBuffer buffer) {
            this.id = id;
            this.buffer = buffer;
        }

        /** Its number, 1 or more. */
        public int id() {
            return id;
        }

        /** Its memory, little-endian. */
        public ByteBuffer buffer() {
            return buffer;
        }
    }

    /** Slabs that are retired together. */
    public static final class Generation {
        private final List<Slab> slabs = new ArrayList<>();
        private final int firstSlab;
        private final long firstPosition;
        private long lastPosition;
        private long bytes;
        private boolean closed;

        private Generation(int firstSlab, long firstPosition) {
            this.firstSlab = firstSlab;
            this.firstPosition = firstPosition;
        }

        /** The first log position whose frame may be in it. */
        public long firstPosition() {
            return firstPosition;
        }

        /** The last log position whose frame may be in it; known once closed. */
        public long lastPosition() {
            return lastPosition;
        }

        /** Number of its first slab. */
        public int firstSlab() {
            return firstSlab;
        }

        /** Number of its last slab, less than {@link #firstSlab} if it has none. */
        public int lastSlab() {
            return firstSlab + slabs.size() - 1;
        }

        /** The memory of its slabs, in the order of their numbers. */
        public List<ByteBuffer> buffers() {
            List<ByteBuffer> buffers = new ArrayList<>(slabs.size());
            for (Slab slab : slabs) {
                buffers.add(slab.buffer);
            }
            return buffers;
        }
    }

    private long generationBytes;
    private int pooledMax;
    private final Deque<ByteBuffer> pool = new ArrayDeque<>();
    private final Deque<Generation> generations = new ArrayDeque<>();
    private Generation open;
    private @Nullable Slab[] slabs = new @Nullable Slab[16];
    private int lowestSlab = 1;
    private int nextSlab = 1;
    private long bytes;
    private @Nullable Slab loose;

    /** @param budgetBytes memory that the generations together should stay below, 1 MiB or more */
    public Arena(long budgetBytes) {
        budget(budgetBytes);
        this.open = new Generation(1, 1);
        generations.add(open);
    }

    /** From now on the generations together should stay below so many bytes, 1 MiB or more; free slabs above are given up. */
    public void budget(long budgetBytes) {
        generationBytes = Math.max(budgetBytes / 20, Math.min(budgetBytes / 8, GENERATION_BYTES));
        pooledMax = (int) (budgetBytes / LARGEST_SLAB);
        while (pool.size() > pooledMax) {
            pool.removeFirst();
        }
    }

    /**
     * Gives free slabs up. They go back to the operating system when the collector finds them, which is up to it: whoever
     * wants it soon on an idle broker lets it run from time to time.
     */
    public void trim() {
        pool.clear();
    }

    /** Bytes of free slabs that are kept for use. */
    public long freeBytes() {
        return (long) pool.size() * LARGEST_SLAB;
    }

    /** The memory that holds that slab's content. */
    public ByteBuffer buffer(int slab) {
        Slab found = slabs[slab & (slabs.length - 1)];
        if (found == null || found.id != slab) {
            throw new IllegalStateException("slab " + slab + " was given back while a message still lies in it");
        }
        return found.buffer;
    }

    /** How many slabs were ever made; wraps around. */
    public int slabsMade() {
        return nextSlab - 1;
    }

    /** Bytes of all slabs in use. */
    public long bytes() {
        return bytes;
    }

    /** A new slab of the open generation with at least that much room, for the writer of the log's frames. */
    public Slab slab(int room) {
        int size = (int) Math.min(LARGEST_SLAB, Math.max(SMALLEST_SLAB, Long.highestOneBit(open.bytes)));
        ByteBuffer buffer = room <= size && size == LARGEST_SLAB ? pool.pollFirst() : null;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(Math.max(room, size));
        }
        buffer.clear().order(ByteOrder.LITTLE_ENDIAN);
        Slab slab = new Slab(nextSlab++, buffer);
        if (nextSlab - lowestSlab > slabs.length) {
            widen();
        }
        slabs[slab.id & (slabs.length - 1)] = slab;
        open.slabs.add(slab);
        open.bytes += buffer.capacity();
        bytes += buffer.capacity();
        return slab;
    }

    /**
     * Copies a record into memory that no log frame uses.
     *
     * @return its slab; the offset is {@link #copiedAt}
     */
    public Slab copy(ByteBuffer record, int recordAt) {
        int length = MessageRecord.length(record, recordAt);
        Slab slab = loose;
        if (slab == null || slab.buffer.remaining() < length) {
            slab = slab(length);
            loose = slab;
        }
        copiedAt = slab.buffer.position();
        slab.buffer.put(copiedAt, record, recordAt, length);
        slab.buffer.position(copiedAt + length);
        return slab;
    }

    private int copiedAt;

    /** Where in its slab the last {@link #copy} lies. */
    public int copiedAt() {
        return copiedAt;
    }

    /** Whether the open generation is large enough to be closed. */
    public boolean isFull() {
        return open.bytes >= generationBytes;
    }

    /** Whether the open generation holds anything. */
    public boolean isBegun() {
        return open.bytes > 0;
    }

    /**
     * Closes the open generation; what comes now lands in the next.
     *
     * @param lastPosition the last log position appended so far; nothing of it may still be unwritten in a slab
     */
    public void closeGeneration(long lastPosition) {
        open.lastPosition = lastPosition;
        open.closed = true;
        loose = null;
        open = new Generation(nextSlab, lastPosition + 1);
        generations.add(open);
    }

    /** The oldest generation if it is closed, or null. */
    public @Nullable Generation oldestClosed() {
        Generation oldest = generations.getFirst();
        return oldest.closed ? oldest : null;
    }

    /** How many generations are closed and not yet given back. */
    public int closedGenerations() {
        return generations.size() - 1;
    }

    /** The first log position that may still be needed for what lies in memory. */
    public long firstPosition() {
        return generations.getFirst().firstPosition;
    }

    /** At the start of a replay: the open generation begins at that log position. */
    public void beginAt(long position) {
        generations.clear();
        open = new Generation(nextSlab, position);
        generations.add(open);
    }

    /** Gives the oldest generation's memory back; no message lies in it any more and no worker reads it. */
    public void release(Generation generation) {
        if (generations.getFirst() != generation || !generation.closed) {
            throw new IllegalStateException("only the oldest closed generation may be given back");
        }
        generations.removeFirst();
        for (Slab slab : generation.slabs) {
            slabs[slab.id & (slabs.length - 1)] = null;
            bytes -= slab.buffer.capacity();
            if (slab.buffer.capacity() == LARGEST_SLAB && pool.size() < pooledMax) {
                pool.addFirst(slab.buffer);
            }
        }
        lowestSlab = generations.getFirst().firstSlab;
    }

    private void widen() {
        @Nullable Slab[] wider = new @Nullable Slab[slabs.length * 2];
        for (Slab slab : slabs) {
            if (slab != null) {
                wider[slab.id & (wider.length - 1)] = slab;
            }
        }
        slabs = wider;
    }
}
