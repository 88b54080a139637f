package io.millrace.server.runtime;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * An event loop as the place where connections live: takes batches of answers from the loops of virtual hosts, with one
 * pending task however many there are.
 */
public final class ConnectionLoop {
    /** Batches after which other work of the loop has its turn. */
    private static final int BATCHES_MAX = 64;

    private final EventExecutor loop;
    private final MpscUnboundedArrayQueue<Batch> arrived = new MpscUnboundedArrayQueue<>(256);
    private final AtomicBoolean drainPending = new AtomicBoolean();
    private final Runnable drain = this::drain;

    /** @param loop the event loop */
    public ConnectionLoop(EventExecutor loop) {
        this.loop = loop;
    }

    /** The event loop itself. */
    EventExecutor executor() {
        return loop;
    }

    /** Runs a task on the loop; any thread. */
    public void execute(Runnable task) {
        loop.execute(task);
    }

    /** Hands answers over; any thread. */
    void post(Batch batch) {
        arrived.offer(batch);
        wake();
    }

    private void drain() {
        for (int taken = 0; taken < BATCHES_MAX; taken++) {
            Batch batch = arrived.relaxedPoll();
            if (batch == null) {
                break;
            }
            batch.relay().courier().receive(batch);
        }
        if (!arrived.isEmpty()) {
            loop.execute(drain);
            return;
        }
        drainPending.set(false);
        if (!arrived.isEmpty()) {
            wake();
        }
    }

    private void wake() {
        if (!drainPending.get() && drainPending.compareAndSet(false, true)) {
            loop.execute(drain);
        }
    }
}
