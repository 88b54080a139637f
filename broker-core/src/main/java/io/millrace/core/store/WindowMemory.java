package io.millrace.core.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory for what is read from segments, used again: the system reads into it without a copy, and nobody has to clear
 * it. A few buffers are kept. Any thread.
 */
final class WindowMemory {
    private static final int SMALLEST_BYTES = 64 << 10;
    private static final int LARGEST_BYTES = 1 << 20;
    private static final int KEPT_MAX = 4;

    /** Lends nothing. */
    static final WindowMemory NONE = new WindowMemory(SMALLEST_BYTES);

    private final BlockingQueue<ByteBuffer> kept = new ArrayBlockingQueue<>(KEPT_MAX);
    private final int largestBytes;

    WindowMemory() {
        this(LARGEST_BYTES);
    }

    private WindowMemory(int largestBytes) {
        this.largestBytes = largestBytes;
    }

    /** Memory for that many bytes, little-endian; null if so few or so many are better read into the heap. */
    @Nullable
    ByteBuffer take(int bytes) {
        if (bytes <= SMALLEST_BYTES || bytes > largestBytes) {
            return null;
        }
        ByteBuffer free = kept.poll();
        return free == null ? ByteBuffer.allocateDirect(LARGEST_BYTES).order(ByteOrder.LITTLE_ENDIAN) : free;
    }

    /** Takes it back; nobody reads it any more. */
    void give(ByteBuffer memory) {
        kept.offer(memory);
    }
}
