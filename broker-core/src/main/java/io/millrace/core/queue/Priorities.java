package io.millrace.core.queue;

import io.millrace.core.model.QueueSpec;
import org.jspecify.annotations.Nullable;

/**
 * The levels of a queue's messages, 0 the lowest: a byte a message where any is above 0, hot or cold. Only queues with
 * {@code x-max-priority} have it.
 */
public final class Priorities {
    /** The argument that gives a queue levels. */
    public static final String ARGUMENT = "x-max-priority";

    /** The highest level that a queue can have. */
    public static final int HIGHEST = 255;

    private static final class Page {
        final byte[] levels = new byte[PageRing.PAGE];
        int used;
    }

    /** Takes a stretch of messages of one level. */
    @FunctionalInterface
    public interface Visitor {
        /** The neighbours from {@code first} to {@code last} have that level, 1 or more. */
        void stretch(long first, long last, int level);
    }

    private final int max;
    private final PageRing<Page> pages = new PageRing<>();
    private long used;

    /** The levels of such a queue, or null if it has none: no argument, or the one level 0. */
    static @Nullable Priorities of(QueueSpec spec) {
        return spec.arguments().get(ARGUMENT) instanceof Long max && max > 0
                ? new Priorities((int) Math.min(max, HIGHEST))
                : null;
    }

    /** @param max the highest level of this queue, 1..255; what is above counts as this */
    public Priorities(int max) {
        this.max = max;
    }

    /** The highest level, 1..255. */
    public int max() {
        return max;
    }

    /** The level of that message. */
    public int of(long sequence) {
        if (used == 0) {
            return 0;
        }
        Page page = pages.get(sequence >>> PageRing.SHIFT);
        return page == null ? 0 : page.levels[(int) sequence & (PageRing.PAGE - 1)] & 0xFF;
    }

    /** That message has that priority; 0 to forget it. */
    public void set(long sequence, int priority) {
        int level = Math.min(priority, max);
        long number = sequence >>> PageRing.SHIFT;
        @Nullable Page page = pages.get(number);
        if (page == null) {
            if (level == 0) {
                return;
            }
            page = new Page();
            pages.put(number, page);
        }
        int index = (int) sequence & (PageRing.PAGE - 1);
        int change = (level == 0 ? 0 : 1) - (page.levels[index] == 0 ? 0 : 1);
        page.levels[index] = (byte) level;
        page.used += change;
        used += change;
        if (page.used == 0) {
            pages.remove(number);
        }
    }

    /** Forgets all from {@code first} to {@code last}. */
    public void forget(long first, long last) {
        if (used == 0) {
            return;
        }
        long from = Math.max(first, pages.first() << PageRing.SHIFT);
        long to = Math.min(last, (pages.end() << PageRing.SHIFT) - 1);
        for (long s = from; s <= to; s++) {
            if (pages.get(s >>> PageRing.SHIFT) == null) {
                s |= PageRing.PAGE - 1;
            } else {
                set(s, 0);
            }
        }
    }

    /** Shows every message above level 0, in order, as stretches; neighbours of one level may come in several. */
    public void forEach(Visitor visitor) {
        for (long number = pages.first(); number < pages.end(); number++) {
            Page page = pages.get(number);
            if (page != null) {
                stretches(number << PageRing.SHIFT, page.levels, visitor);
            }
        }
    }

    private static void stretches(long base, byte[] levels, Visitor visitor) {
        for (int i = 0; i < PageRing.PAGE; ) {
            byte level = levels[i];
            int end = i + 1;
            while (end < PageRing.PAGE && levels[end] == level) {
                end++;
            }
            if (level != 0) {
                visitor.stretch(base + i, base + end - 1, level & 0xFF);
            }
            i = end;
        }
    }
}
