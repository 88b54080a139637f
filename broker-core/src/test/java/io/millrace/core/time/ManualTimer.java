package io.millrace.core.time;

import java.util.Comparator;
import java.util.PriorityQueue;

/** A timer whose time passes when the test says so; tasks run on the test's thread. */
public final class ManualTimer implements Timer {
    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private long now;
    private long count;

    private record Entry(long due, long number, Runnable task) {}

    @Override
    public void after(long nanos, Runnable task) {
        entries.add(new Entry(now + nanos, count++, task));
    }

    /** The time that has passed since the beginning, nanoseconds. */
    public long elapsedNanos() {
        return now;
    }

    /** How many tasks wait. */
    public int waiting() {
        return entries.size();
    }

    /** Forgets all tasks, as a crash does. */
    public void clear() {
        entries.clear();
    }

    /** Lets time pass and runs what is due on the way. */
    public void advance(long nanos) {
        long end = now + nanos;
        while (true) {
            Entry next = entries.peek();
            if (next == null || next.due > end) {
                break;
            }
            entries.remove();
            now = next.due;
            next.task.run();
        }
        now = end;
    }
}
