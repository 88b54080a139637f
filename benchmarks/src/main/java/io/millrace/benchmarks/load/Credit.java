package io.millrace.benchmarks.load;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what is in flight between the publishers and the consumers of one run. A publisher that found no room waits until
 * there is room for a batch worth writing, or the run ends.
 */
final class Credit {
    private final long deliveriesMax;
    private final long worthIt;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private volatile @Nullable Thread waiting;

    /** @param deliveriesMax deliveries that are due and have not come, at most; 0 for no limit */
    Credit(long deliveriesMax) {
        this.deliveriesMax = deliveriesMax;
        worthIt = Math.max(1, deliveriesMax / 4);
    }

    long published() {
        return published.get();
    }

    long delivered() {
        return delivered.get();
    }

    /** Counts deliveries that are now due. */
    void publish(long deliveries) {
        published.getAndAdd(deliveries);
    }

    /** Counts deliveries that have come. */
    void deliver(long deliveries) {
        long now = delivered.addAndGet(deliveries);
        Thread publisher = waiting;
        if (publisher != null && deliveriesMax - (published.get() - now) >= worthIt) {
            LockSupport.unpark(publisher);
        }
    }

    /** How many deliveries may become due now; at least one, or 0 if the run is over. Waits for as long as it takes. */
    long room(Crew crew) {
        if (deliveriesMax == 0) {
            return Long.MAX_VALUE;
        }
        long room = deliveriesMax - (published.get() - delivered.get());
        if (room >= worthIt) {
            return room;
        }
        try {
            while (!crew.isOver()) {
                waiting = Thread.currentThread();
                room = deliveriesMax - (published.get() - delivered.get());
                if (room >= worthIt) {
                    return room;
                }
                // With several publishers one may miss its wake-up: none waits for long.
                LockSupport.parkNanos(this, 1_000_000);
            }
            return 0;
        } finally {
            waiting = null;
        }
    }
}
