package io.millrace.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * Pages by their number (sequence divided by {@value #PAGE}), in a ring that follows the window of numbers in use: pages
 * come at the back and go at the front. A missing page costs eight bytes at the most.
 *
 * @param <P> what a page is
 */
final class PageRing<P> {
    /** Sequences in a page. */
    static final int PAGE = 512;

    static final int SHIFT = 9;

    private @Nullable Object[] pages = new @Nullable Object[2];
    private long first;
    private int span;
    private @Nullable P recent;
    private long recentNumber = -1;

    /** Number of the first page slot in use; meaningless if empty. */
    long first() {
        return first;
    }

    /** One more than the number of the last page slot in use. */
    long end() {
        return first + span;
    }

    /** The page of that number, or null if there is none. The same one again costs a comparison. */
    @SuppressWarnings("unchecked")
    @Nullable
    P get(long number) {
        if (number == recentNumber) {
            return recent;
        }
        long offset = number - first;
        P page = offset < 0 || offset >= span ? null : (P) pages[slot(number)];
        if (page != null) {
            recent = page;
            recentNumber = number;
        }
        return page;
    }

    /** Puts a page where there is none. */
    void put(long number, P page) {
        if (span == 0) {
            first = number;
            span = 1;
        } else if (number < first) {
            grow(first + span - number);
            span += (int) (first - number);
            first = number;
        } else if (number >= first + span) {
            grow(number - first + 1);
            span = (int) (number - first + 1);
        }
        pages[slot(number)] = page;
        recent = page;
        recentNumber = number;
    }

    /** Takes a page away, and with it the empty slots at both ends. */
    void remove(long number) {
        if (number < first || number >= first + span) {
            return;
        }
        recent = null;
        recentNumber = -1;
        pages[slot(number)] = null;
        while (span > 0 && pages[slot(first)] == null) {
            first++;
            span--;
        }
        while (span > 0 && pages[slot(first + span - 1)] == null) {
            span--;
        }
        if (span == 0 && pages.length > 16) {
            pages = new @Nullable Object[2];
        }
    }

    /** Whether there is no page. */
    boolean isEmpty() {
        return span == 0;
    }

    /** Takes all pages away. */
    void clear() {
        pages = new @Nullable Object[2];
        span = 0;
        recent = null;
        recentNumber = -1;
    }

    private int slot(long number) {
        return (int) number & (pages.length - 1);
    }

    private void grow(long needed) {
        if (needed <= pages.length) {
            return;
        }
        int capacity = pages.length;
        while (capacity < needed) {
            capacity <<= 1;
        }
        @Nullable Object[] wider = new @Nullable Object[capacity];
        for (long n = first; n < first + span; n++) {
            wider[(int) n & (capacity - 1)] = pages[slot(n)];
        }
        pages = wider;
    }
}
