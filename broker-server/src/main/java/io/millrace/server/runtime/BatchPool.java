package io.millrace.server.runtime;

import io.netty.buffer.ByteBufAllocator;
import org.jctools.queues.MpmcArrayQueue;

/**
 * Batches that wait to be used again; any thread. Bounded: {@value #BATCHES_MAX} batches of at most
 * {@link Batch#BYTES_FULL} bytes of records each.
 */
public final class BatchPool implements AutoCloseable {
    private static final int BATCHES_MAX = 128;

    private final ByteBufAllocator allocator;
    private final MpmcArrayQueue<Batch> idle = new MpmcArrayQueue<>(BATCHES_MAX);

    /** @param allocator where the memory for records comes from */
    public BatchPool(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** An empty batch. */
    Batch take() {
        Batch batch = idle.poll();
        return batch == null ? new Batch(allocator) : batch;
    }

    /** Takes a batch back that nobody uses any more. */
    void give(Batch batch) {
        batch.clear();
        if (!idle.offer(batch)) {
            batch.free();
        }
    }

    /** Gives the memory of all idle batches back. */
    @Override
    public void close() {
        Batch batch = idle.poll();
        while (batch != null) {
            batch.free();
            batch = idle.poll();
        }
    }
}
