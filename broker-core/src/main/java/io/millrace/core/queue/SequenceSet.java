package io.millrace.core.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of sequences, ordered, one bit each. Finding the lowest is constant for queue-like use; a full page of
 * {@value PageRing#PAGE} costs about 100 bytes.
 *
 * <p>As long as all of them lie within {@value Long#SIZE} of each other they need no page: a queue that holds little and is
 * emptied again and again allocates nothing and touches no other object.
 */
public final class SequenceSet {
    private static final int WORDS = PageRing.PAGE / 64;
    private static final long NONE = -1;

    /** Takes ranges of neighbours. */
    @FunctionalInterface
    public interface RangeVisitor {
        /** Every sequence from {@code first} to {@code last} is in the set; ranges come in order and do not touch. */
        void range(long first, long last);
    }

    private static final class Page {
        final long[] words = new long[WORDS];
        int count;
    }

    /** Null while all are {@link #low} to {@code low + 63}. */
    private @Nullable PageRing<Page> pages;

    private long low;
    private long bits;
    private long size;

    /** How many sequences are in. */
    public long size() {
        return size;
    }

    /** Whether none is in. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Adds one; returns whether it was not in. */
    public boolean add(long sequence) {
        PageRing<Page> paged = pages;
        if (paged == null) {
            if (reach(sequence)) {
                long bit = 1L << sequence - low;
                boolean added = (bits & bit) == 0;
                bits |= bit;
                size += added ? 1 : 0;
                return added;
            }
            paged = spread();
        }
        return add(paged, sequence);
    }

    /** Moves the window so that it holds that sequence and all others; returns whether it can. */
    private boolean reach(long sequence) {
        if (size == 0) {
            low = sequence;
            return true;
        }
        long distance = sequence - low;
        if (distance >= 0 && distance < Long.SIZE) {
            return true;
        }
        int unused = Long.numberOfTrailingZeros(bits);
        if (distance > 0) {
            if (distance - unused >= Long.SIZE) {
                return false;
            }
            bits >>>= unused;
            low += unused;
            return true;
        }
        if (-distance > Long.numberOfLeadingZeros(bits)) {
            return false;
        }
        bits <<= -distance;
        low = sequence;
        return true;
    }

    /** What was in the window is in pages from now on. */
    private PageRing<Page> spread() {
        PageRing<Page> paged = new PageRing<>();
        long in = bits;
        size = 0;
        bits = 0;
        for (; in != 0; in &= in - 1) {
            add(paged, low + Long.numberOfTrailingZeros(in));
        }
        pages = paged;
        return paged;
    }

    private boolean add(PageRing<Page> pages, long sequence) {
        long number = sequence >>> PageRing.SHIFT;
        Page page = pages.get(number);
        if (page == null) {
            page = new Page();
            pages.put(number, page);
        }
        int word = (int) (sequence >>> 6) & (WORDS - 1);
        long bit = 1L << sequence;
        if ((page.words[word] & bit) != 0) {
            return false;
        }
        page.words[word] |= bit;
        page.count++;
        size++;
        return true;
    }

    /** Adds all from {@code first} to {@code last}. */
    public void addRange(long first, long last) {
        if (pages == null && last - first < Long.SIZE) {
            for (long s = first; s <= last; s++) {
                add(s);
            }
            return;
        }
        PageRing<Page> pages = this.pages == null ? spread() : this.pages;
        for (long s = first; s <= last; ) {
            long number = s >>> PageRing.SHIFT;
            long end = Math.min(last, ((number + 1) << PageRing.SHIFT) - 1);
            Page page = pages.get(number);
            if (page == null && s == number << PageRing.SHIFT && end - s + 1 == PageRing.PAGE) {
                page = new Page();
                Arrays.fill(page.words, -1L);
                page.count = PageRing.PAGE;
                size += PageRing.PAGE;
                pages.put(number, page);
            } else {
                for (long i = s; i <= end; i++) {
                    add(pages, i);
                }
            }
            s = end + 1;
        }
    }

    /** Takes one out; returns whether it was in. */
    public boolean remove(long sequence) {
        PageRing<Page> paged = pages;
        if (paged == null) {
            long bit = bit(sequence);
            boolean removed = (bits & bit) != 0;
            bits &= ~bit;
            size -= removed ? 1 : 0;
            return removed;
        }
        boolean removed = remove(paged, sequence);
        if (size == 0) {
            clear();
        }
        return removed;
    }

    /** The bit of that sequence in the window; none if it is not within. */
    private long bit(long sequence) {
        long distance = sequence - low;
        return distance >= 0 && distance < Long.SIZE ? 1L << distance : 0;
    }

    private boolean remove(PageRing<Page> pages, long sequence) {
        long number = sequence >>> PageRing.SHIFT;
        Page page = pages.get(number);
        if (page == null) {
            return false;
        }
        int word = (int) (sequence >>> 6) & (WORDS - 1);
        long bit = 1L << sequence;
        if ((page.words[word] & bit) == 0) {
            return false;
        }
        page.words[word] &= ~bit;
        size--;
        if (--page.count == 0) {
            pages.remove(number);
        }
        return true;
    }

    /** Takes out all from {@code first} to {@code last}; returns how many were in. */
    public long removeRange(long first, long last) {
        long before = size;
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            bits &= ~within(first, last);
            size = Long.bitCount(bits);
            return before - size;
        }
        long from = Math.max(first, pages.first() << PageRing.SHIFT);
        long to = Math.min(last, (pages.end() << PageRing.SHIFT) - 1);
        for (long s = from; s <= to && size > 0; ) {
            long number = s >>> PageRing.SHIFT;
            long end = Math.min(to, ((number + 1) << PageRing.SHIFT) - 1);
            Page page = pages.get(number);
            if (page != null && s == number << PageRing.SHIFT && end - s + 1 == PageRing.PAGE) {
                size -= page.count;
                pages.remove(number);
            } else if (page != null) {
                for (long i = s; i <= end; i++) {
                    remove(pages, i);
                }
            }
            s = end + 1;
        }
        if (size == 0) {
            clear();
        }
        return before - size;
    }

    /** The bits of the window from {@code first} to {@code last}. */
    private long within(long first, long last) {
        long from = Math.max(first, low) - low;
        long to = Math.min(last, low + Long.SIZE - 1) - low;
        return from > to ? 0 : -1L << from & -1L >>> Long.SIZE - 1 - to;
    }

    /** Whether that sequence is in. */
    public boolean contains(long sequence) {
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            return (bits & bit(sequence)) != 0;
        }
        Page page = pages.get(sequence >>> PageRing.SHIFT);
        return page != null && (page.words[(int) (sequence >>> 6) & (WORDS - 1)] & (1L << sequence)) != 0;
    }

    /** The lowest sequence that is {@code from} or more, or -1 if there is none. */
    public long next(long from) {
        if (size == 0) {
            return NONE;
        }
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            long in = bits & within(from, Long.MAX_VALUE);
            return in == 0 ? NONE : low + Long.numberOfTrailingZeros(in);
        }
        long start = Math.max(from, pages.first() << PageRing.SHIFT);
        for (long number = start >>> PageRing.SHIFT; number < pages.end(); number++) {
            Page page = pages.get(number);
            if (page == null) {
                continue;
            }
            long base = number << PageRing.SHIFT;
            int word = start > base ? (int) ((start - base) >>> 6) : 0;
            long mask = start > base ? -1L << (start & 63) : -1L;
            for (; word < WORDS; word++, mask = -1L) {
                long bits = page.words[word] & mask;
                if (bits != 0) {
                    return base + ((long) word << 6) + Long.numberOfTrailingZeros(bits);
                }
            }
        }
        return NONE;
    }

    /** The lowest sequence, or -1 if there is none. */
    public long first() {
        return next(0);
    }

    /** How many are in from {@code first} to {@code last}. */
    public long count(long first, long last) {
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            return Long.bitCount(bits & within(first, last));
        }
        long from = Math.max(first, pages.first() << PageRing.SHIFT);
        long to = Math.min(last, (pages.end() << PageRing.SHIFT) - 1);
        long found = 0;
        for (long s = from; s <= to && size > 0; ) {
            long number = s >>> PageRing.SHIFT;
            long end = Math.min(to, ((number + 1) << PageRing.SHIFT) - 1);
            Page page = pages.get(number);
            if (page != null) {
                found += s == number << PageRing.SHIFT && end - s + 1 == PageRing.PAGE
                        ? page.count
                        : countIn(page, (int) (s & (PageRing.PAGE - 1)), (int) (end & (PageRing.PAGE - 1)));
            }
            s = end + 1;
        }
        return found;
    }

    /**
     * Shows everything that is in from {@code first} to {@code last}, as ranges; full pages cost one step each. The set must
     * not change meanwhile.
     */
    public void ranges(long first, long last, RangeVisitor visitor) {
        long start = NONE;
        long end = NONE;
        for (long s = next(first); s != NONE && s <= last; s = next(end + 1)) {
            long stop = Math.min(last, runEnd(s));
            if (start != NONE && s != end + 1) {
                visitor.range(start, end);
                start = NONE;
            }
            start = start == NONE ? s : start;
            end = stop;
        }
        if (start != NONE) {
            visitor.range(start, end);
        }
    }

    /** The last of the neighbours of {@code from}, which is in, that can be told at a glance. */
    private long runEnd(long from) {
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            long behind = ~(bits >>> from - low);
            return from + Math.min(Long.SIZE - (from - low), Long.numberOfTrailingZeros(behind)) - 1;
        }
        Page page = pages.get(from >>> PageRing.SHIFT);
        if (page != null && page.count == PageRing.PAGE) {
            return from | (PageRing.PAGE - 1);
        }
        long missing = page == null ? -1L : ~(page.words[(int) (from >>> 6) & (WORDS - 1)] >>> from);
        int length = Math.min(64 - (int) (from & 63), Long.numberOfTrailingZeros(missing));
        return from + length - 1;
    }

    /** Takes everything out. */
    public void clear() {
        pages = null;
        bits = 0;
        size = 0;
    }

    private static int countIn(Page page, int from, int to) {
        int found = 0;
        for (int i = from; i <= to; i++) {
            found += (int) (page.words[i >>> 6] >>> i) & 1;
        }
        return found;
    }
}
