package io.millrace.core.queue;

import org.jspecify.annotations.Nullable;

/** Ended attempts to deliver, for those messages that had one; two bytes a message where any had. */
public final class Attempts {
    private static final class Page {
        final short[] counts = new short[PageRing.PAGE];
        int used;
    }

    private final PageRing<Page> pages = new PageRing<>();
    private long used;

    /** Ended attempts of that message, 0..32,767; the highest stands for "that or more". */
    public int of(long sequence) {
        if (used == 0) {
            return 0;
        }
        Page page = pages.get(sequence >>> PageRing.SHIFT);
        return page == null ? 0 : page.counts[(int) sequence & (PageRing.PAGE - 1)];
    }

    /** One more attempt of that message has ended. */
    public void increment(long sequence) {
        set(sequence, Math.min(Short.MAX_VALUE, of(sequence) + 1));
    }

    /** Sets the number, 0 to forget it. */
    public void set(long sequence, int count) {
        long number = sequence >>> PageRing.SHIFT;
        @Nullable Page page = pages.get(number);
        if (page == null) {
            if (count == 0) {
                return;
            }
            page = new Page();
            pages.put(number, page);
        }
        int index = (int) sequence & (PageRing.PAGE - 1);
        int change = (count == 0 ? 0 : 1) - (page.counts[index] == 0 ? 0 : 1);
        page.counts[index] = (short) count;
        page.used += change;
        used += change;
        if (page.used == 0) {
            pages.remove(number);
        }
    }

    /** Whether no message had any. */
    public boolean isEmpty() {
        return used == 0;
    }

    /** Takes what is known of one message. */
    @FunctionalInterface
    public interface Visitor {
        /** That message had so many ended attempts, 1 or more. */
        void attempts(long sequence, int count);
    }

    /** Shows every message that had any, in order. */
    public void forEach(Visitor visitor) {
        for (long number = pages.first(); number < pages.end(); number++) {
            Page page = pages.get(number);
            for (int i = 0; page != null && i < PageRing.PAGE; i++) {
                if (page.counts[i] != 0) {
                    visitor.attempts((number << PageRing.SHIFT) + i, page.counts[i]);
                }
            }
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
}
