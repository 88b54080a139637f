package io.millrace.server.amqp091;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The buffers in which the channels of one connection put arriving messages together. A channel borrows one for the time
 * of one message, so that idle channels hold none. Heap buffers, little-endian, position 0, limit = capacity.
 */
@SuppressWarnings("ByteBufferBackingArray") // all of them are allocated here: offset 0
final class AssemblyBuffers {
    private static final int INITIAL_BYTES = 4 << 10;
    /** A buffer larger than this is not kept; of the others the largest is. */
    private static final int KEPT_BYTES = 256 << 10;

    /** Once this part of a message has arrived, room for all of it is taken. */
    private static final int TRUST_FACTOR = 16;

    private final long maxBytes;
    private @Nullable ByteBuffer spare;
    private long lentBytes;

    /** @param maxBytes most bytes that may be lent at a time */
    AssemblyBuffers(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Lends a buffer of a few KiB or more. */
    ByteBuffer borrow() {
        ByteBuffer buffer = spare;
        if (buffer == null) {
            buffer = allocate(INITIAL_BYTES);
        }
        spare = null;
        lentBytes += buffer.capacity();
        return buffer;
    }

    /** Takes a buffer back. */
    void giveBack(ByteBuffer buffer) {
        lentBytes -= buffer.capacity();
        ByteBuffer kept = spare;
        if (buffer.capacity() <= KEPT_BYTES && (kept == null || kept.capacity() < buffer.capacity())) {
            spare = buffer;
        }
    }

    /**
     * Exchanges a buffer for a larger one with the same content.
     *
     * @param used bytes that are in it
     * @param needed bytes that it must hold now
     * @param expected bytes that the message will have if it arrives as announced; at least {@code needed}
     * @throws WireException {@link ReplyCode#RESOURCE_ERROR} if the connection holds too much already
     */
    ByteBuffer grow(ByteBuffer buffer, int used, int needed, int expected) {
        long wanted = Math.max((long) buffer.capacity() * 2, needed);
        if ((long) needed * TRUST_FACTOR >= expected) {
            wanted = expected;
        }
        int capacity = (int) Math.max(needed, Math.min(wanted, expected));
        if (lentBytes - buffer.capacity() + capacity > maxBytes) {
            throw WireException.ofConnection(
                    ReplyCode.RESOURCE_ERROR,
                    "the unfinished messages of this connection need " + (lentBytes - buffer.capacity() + capacity)
                            + " bytes, more than the " + maxBytes + " allowed; finish one before starting the next",
                    Method.BASIC_PUBLISH);
        }
        ByteBuffer larger = allocate(Math.max(capacity, INITIAL_BYTES));
        System.arraycopy(buffer.array(), 0, larger.array(), 0, used);
        lentBytes += larger.capacity() - buffer.capacity();
        return larger;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
