package io.millrace.core.feature;

import org.jspecify.annotations.Nullable;

/**
 * {@code x-max-length}, {@code x-max-length-bytes} and {@code x-overflow}: how much may be ready in a queue. What consumers
 * hold does not count.
 */
public final class LengthLimit implements QueueFeature {
    private final long messages;
    private final long bytes;
    private final Overflow overflow;

    private LengthLimit(long messages, long bytes, Overflow overflow) {
        this.messages = messages;
        this.bytes = bytes;
        this.overflow = overflow;
    }

    static @Nullable QueueFeature of(Declared queue) {
        Long messages = queue.number("max-length");
        Long bytes = queue.number("max-length-bytes");
        if (messages == null && bytes == null) {
            return null;
        }
        return new LengthLimit(
                messages == null ? Long.MAX_VALUE : messages,
                bytes == null ? Long.MAX_VALUE : bytes,
                Overflow.of(queue.text("overflow")));
    }

    @Override
    public LengthLimit lengthLimit() {
        return this;
    }

    /** Whether the bytes have to be counted: without such a limit they are taken for 0. */
    public boolean countsBytes() {
        return bytes != Long.MAX_VALUE;
    }

    /** Whether the queue refuses what it has no room for, rather than to drop its head. */
    public boolean refuses() {
        return overflow != Overflow.DROP_HEAD;
    }

    /** Whether what is refused becomes a dead letter. */
    public boolean deadLettersRefused() {
        return overflow == Overflow.REJECT_PUBLISH_DLX;
    }

    /** Whether a queue with so many messages and so many bytes of bodies ready is above its limit. */
    public boolean isExceededBy(long readyMessages, long readyBytes) {
        return readyMessages > messages || readyBytes > bytes;
    }
}
