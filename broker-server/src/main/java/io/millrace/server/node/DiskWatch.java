package io.millrace.server.node;

import io.millrace.core.disk.Disk;
import io.millrace.server.runtime.PublisherGate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops publishers before the disk is full, and lets them go on once there is room again. Consumers go on all the time:
 * what they settle makes room. One thread at a time, which may block.
 */
final class DiskWatch implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

    static final long PAUSE_MILLIS_MIN = 100;
    static final long PAUSE_MILLIS_MAX = 2000;
    /** What a very fast disk takes in a millisecond, bytes. */
    private static final long FILLED_PER_MILLI = 8 << 20;

    private final Disk disk;
    private final long minFreeBytes;
    private final Blocked blocked;
    private volatile boolean low;
    private volatile long free = -1;
    private boolean unreadable;

    /** Who is told. */
    @FunctionalInterface
    interface Blocked {
        /** Sets or, with null, takes back the reason. */
        void set(PublisherGate.Cause cause, @Nullable String reason);
    }

    DiskWatch(Disk disk, long minFreeBytes, Blocked blocked) {
        this.disk = disk;
        this.minFreeBytes = minFreeBytes;
        this.blocked = blocked;
    }

    /** Whether publishers wait because of it. Any thread. */
    boolean isLow() {
        return low;
    }

    /** What was free when it was last looked, bytes; -1 if that is not known. Any thread. */
    long freeBytes() {
        return free;
    }

    /** Looks, and says after how many milliseconds to look again. */
    long look() {
        run();
        return pauseMillis();
    }

    /** So long that a very fast disk cannot be filled meanwhile, within bounds. Any thread. */
    long pauseMillis() {
        long room = free < 0 ? 0 : free - minFreeBytes;
        return Math.max(PAUSE_MILLIS_MIN, Math.min(PAUSE_MILLIS_MAX, room / FILLED_PER_MILLI));
    }

    @Override
    public synchronized void run() {
        long usable;
        try {
            usable = disk.usableBytes();
        } catch (IOException e) {
            if (!unreadable) {
                unreadable = true;
                log.warn(
                        "the free space of the data directory cannot be read, it is not watched cause={}",
                        e.toString());
            }
            return;
        }
        unreadable = false;
        free = usable;
        long wanted = minFreeBytes;
        if (low == usable < wanted) {
            return;
        }
        low = !low;
        if (low) {
            log.warn("publishers wait, the disk is nearly full free={} min-free={}", usable, wanted);
            blocked.set(PublisherGate.Cause.DISK, "low on disk");
        } else {
            log.info("publishers go on, the disk has room again free={} min-free={}", usable, wanted);
            blocked.set(PublisherGate.Cause.DISK, null);
        }
    }
}
