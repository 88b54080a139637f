package io.millrace.server.runtime;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which event loop runs a virtual host: at most one at a time. Whoever holds it sees all that earlier holders did.
 *
 * <p>It goes to whoever asks for it while little is done with it: then waking another thread would cost more than the work.
 * After much work it stays with its loop, because a busy virtual host that moves from core to core leaves its memory behind;
 * there is hardly a thread to be woken then, either.
 */
final class Baton {
    /** Commands, or pieces of this size, that are much work for one time: a loop that does so much stays busy. */
    static final int BUSY_COMMANDS = 128;

    static final int COMMAND_BYTES = 512;

    private static final Object NOBODY = new Object();

    private final AtomicReference<Object> holder = new AtomicReference<>(NOBODY);
    private volatile EventExecutor last;
    /** What was done lately; what was done before counts half each time. */
    private volatile int heat;

    private int work;

    /** @param first the loop that it is with until another one asks */
    Baton(EventExecutor first) {
        this.last = first;
    }

    boolean isFree() {
        return holder.get() == NOBODY;
    }

    boolean isHeldBy(EventExecutor loop) {
        return holder.get() == loop;
    }

    /** The loop that had it last. */
    EventExecutor last() {
        return last;
    }

    /** Takes it if it is free and need not stay where it was last. */
    boolean ask(EventExecutor by) {
        return (by == last || heat < BUSY_COMMANDS) && take(by);
    }

    /** Takes it if it is free. */
    boolean take(EventExecutor by) {
        return holder.get() == NOBODY && holder.compareAndSet(NOBODY, by);
    }

    /** The holder says how much it does: a command, and the bytes that came with it. */
    void worked(long bytes) {
        work += 1 + (int) (bytes / COMMAND_BYTES);
    }

    void letGo(EventExecutor by) {
        heat = (heat >> 1) + work;
        work = 0;
        if (last != by) {
            last = by;
        }
        holder.set(NOBODY);
    }
}
