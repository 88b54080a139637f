package io.millrace.core.log.local;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A frame on its way from the owner to the journal; also the link of the stack that it travels on. */
final class PendingFrame {
    /** The journal's own view: room for the header from its position, events up to its limit. */
    final ByteBuffer frame;

    final int at;
    final int bytes;
    final int eventCount;
    final long millis;
    final long position;

    /** On the stack: the one that was appended before. */
    @Nullable
    PendingFrame link;

    PendingFrame(ByteBuffer frame, int eventCount, long millis, long position) {
        this.frame = frame;
        this.at = frame.position();
        this.bytes = frame.remaining();
        this.eventCount = eventCount;
        this.millis = millis;
        this.position = position;
    }

    /** Bytes from its begin to the next frame's. */
    long span() {
        return WalFrame.align(bytes);
    }
}
