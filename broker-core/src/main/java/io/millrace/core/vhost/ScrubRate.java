package io.millrace.core.vhost;

/** How fast stored messages are read again to find damage, all virtual hosts together. Any thread. */
public final class ScrubRate {
    /** Nothing is read. */
    public static final ScrubRate NONE = new ScrubRate(0);

    private final long bytesPerSecond;
    private long freeAtMillis;

    /** @param bytesPerSecond 0 or more; 0 = nothing is read */
    public ScrubRate(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Whether anything is read at all. */
    boolean isOn() {
        return bytesPerSecond > 0;
    }

    /** So many bytes were read: how long, in milliseconds, to wait before the next are. */
    synchronized long took(long bytes, long nowMillis) {
        long millis = bytes * 1000 / bytesPerSecond + 1;
        freeAtMillis = Math.min(Math.max(freeAtMillis, nowMillis), nowMillis + 60_000) + millis;
        return freeAtMillis - nowMillis;
    }
}
