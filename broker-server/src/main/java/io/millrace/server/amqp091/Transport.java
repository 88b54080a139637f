package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;

/** Where an engine's bytes go. Called on the connection's event loop only; must not call the engine back during a call. */
public interface Transport {
    /** A new empty buffer with room for that many bytes or more; it may grow. */
    ByteBuf allocate(int capacityBytes);

    /** Takes the bytes and owns the buffer from now on. Nothing needs to leave before {@link #flush}. */
    void write(ByteBuf bytes);

    /** Sends what was written. Called once for each read burst or turn. */
    void flush();

    /** Closes the connection as soon as what was written has left. */
    void close();

    /** Runs the task on the connection's event loop after the current call has returned. */
    void later(Runnable task);

    /**
     * Says that {@link ConnectionEngine#wantsRead} has changed to that value. While it is false the transport should not
     * read; what it hands in all the same is kept.
     */
    void wantsReadChanged(boolean wantsRead);
}
