package io.millrace.core.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a queue's messages lie, as far as memory holds it: twelve bytes a message. What is cold (moved to a
 * segment) is not held until it is loaded from the segment's index, and is let go again page by page. As long as it holds
 * only a few neighbours it needs no page, see {@link Few}.
 *
 * <p>A location is one of
 *
 * <pre>
 * 0                                         not held: look it up in the segment's index
 * 0 | shared 1 | slab 30 | offset 32        in memory
 * 1 | 0      1 | segment 30 | offset 32     in a segment
 * </pre>
 */
public final class Locations {
    /** Not held in memory. */
    public static final long UNKNOWN = 0;

    private static final long IN_SEGMENT = 1L << 63;
    private static final long SHARED = 1L << 62;
    private static final int NUMBER_MASK = 0x3FFF_FFFF;

    private static final class Page {
        long[] where = new long[8];
        int[] lengths = new int[8];
        int base = -1;
        int held;

        int index(int inPage) {
            return inPage - base;
        }

        void reach(int inPage) {
            if (base < 0) {
                base = inPage;
            } else if (inPage < base) {
                int shift = base - inPage;
                long[] w = new long[where.length + shift];
                int[] l = new int[where.length + shift];
                System.arraycopy(where, 0, w, shift, where.length);
                System.arraycopy(lengths, 0, l, shift, lengths.length);
                where = w;
                lengths = l;
                base = inPage;
            }
            int needed = inPage - base + 1;
            if (needed > where.length) {
                int capacity = Math.min(PageRing.PAGE - base, Math.max(needed, where.length * 2));
                where = Arrays.copyOf(where, capacity);
                lengths = Arrays.copyOf(lengths, capacity);
            }
        }
    }

    /**
     * A few neighbours, each in the slot of its sequence's lowest bits. What holds little and is emptied again and again
     * allocates nothing.
     */
    private static final class Few {
        private static final int LEAST = 4;
        private static final int MOST = 16;

        private long[] where = new long[LEAST];
        private int[] lengths = new int[LEAST];
        /** All that are held are this one to so many behind it as there are slots, less one. */
        private long low;

        private int held;

        /** The slot of that sequence, or -1 if there can be none now. */
        int slot(long sequence) {
            long distance = sequence - low;
            return distance >= 0 && distance < where.length ? (int) sequence & (where.length - 1) : -1;
        }

        /** Makes a slot for that sequence; false if it lies too far from the others. */
        boolean reach(long sequence) {
            if (held == 0) {
                low = sequence;
                return true;
            }
            if (slot(sequence) >= 0) {
                return true;
            }
            long lowest = low;
            while (where[slot(lowest)] == UNKNOWN) {
                lowest++;
            }
            long highest = low + where.length - 1;
            while (where[slot(highest)] == UNKNOWN) {
                highest--;
            }
            long from = Math.min(lowest, sequence);
            long span = Math.max(highest, sequence) - from + 1;
            if (span > MOST) {
                return false;
            }
            if (span > where.length) {
                widen(Integer.highestOneBit((int) span - 1) << 1, lowest, highest);
            }
            low = from;
            return true;
        }

        private void widen(int slots, long lowest, long highest) {
            long[] w = new long[slots];
            int[] l = new int[slots];
            for (long s = lowest; s <= highest; s++) {
                int to = (int) s & (slots - 1);
                w[to] = where[slot(s)];
                l[to] = lengths[slot(s)];
            }
            where = w;
            lengths = l;
        }
    }

    private @Nullable Few few;
    /** Null while there is only {@link #few}. */
    private @Nullable PageRing<Page> pages;

    /** A location in memory. */
    public static long inMemory(int slab, int offset, boolean shared) {
        return (shared ? SHARED : 0) | (long) slab << 32 | Integer.toUnsignedLong(offset);
    }

    /** A location in a segment. */
    public static long inSegment(long segment, int offset) {
        return IN_SEGMENT | segment << 32 | Integer.toUnsignedLong(offset);
    }

    /** Whether it is a location in memory. */
    public static boolean isInMemory(long location) {
        return location > 0;
    }

    /** Whether the record is one that several queues have. */
    public static boolean isShared(long location) {
        return (location & SHARED) != 0;
    }

    /** The slab or the segment of a location. */
    public static int number(long location) {
        return (int) (location >>> 32) & NUMBER_MASK;
    }

    /** The offset of a location, for a segment unsigned. */
    public static int offset(long location) {
        return (int) location;
    }

    /** Where the record of that message lies, or {@link #UNKNOWN}. */
    public long where(long sequence) {
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            Few some = few;
            int slot = some == null ? -1 : some.slot(sequence);
            return some == null || slot < 0 ? UNKNOWN : some.where[slot];
        }
        Page page = pages.get(sequence >>> PageRing.SHIFT);
        if (page == null) {
            return UNKNOWN;
        }
        int index = page.index((int) sequence & (PageRing.PAGE - 1));
        return index < 0 || index >= page.where.length ? UNKNOWN : page.where[index];
    }

    /** Bytes of the record of a message whose location is known. */
    public int length(long sequence) {
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            Few some = few;
            int slot = some == null ? -1 : some.slot(sequence);
            return some == null || slot < 0 ? 0 : some.lengths[slot];
        }
        Page page = pages.get(sequence >>> PageRing.SHIFT);
        if (page == null) {
            return 0;
        }
        int index = page.index((int) sequence & (PageRing.PAGE - 1));
        return index < 0 || index >= page.lengths.length ? 0 : page.lengths[index];
    }

    /** Sets where a record lies. */
    public void set(long sequence, long location, int length) {
        PageRing<Page> paged = pages;
        if (paged == null) {
            if (setInFew(sequence, location, length)) {
                return;
            }
            paged = spread();
        }
        set(paged, sequence, location, length);
    }

    private boolean setInFew(long sequence, long location, int length) {
        Few some = few;
        if (some == null) {
            some = new Few();
            few = some;
        }
        if (!some.reach(sequence)) {
            return false;
        }
        int slot = some.slot(sequence);
        if (some.where[slot] == UNKNOWN) {
            some.held++;
        }
        some.where[slot] = location;
        some.lengths[slot] = length;
        return true;
    }

    /** What the few slots held is in pages from now on. */
    private PageRing<Page> spread() {
        PageRing<Page> paged = new PageRing<>();
        Few some = few;
        for (long s = some == null ? 0 : some.low; some != null && some.held > 0; s++) {
            int slot = some.slot(s);
            if (some.where[slot] != UNKNOWN) {
                set(paged, s, some.where[slot], some.lengths[slot]);
                some.where[slot] = UNKNOWN;
                some.held--;
            }
        }
        pages = paged;
        return paged;
    }

    private static void set(PageRing<Page> pages, long sequence, long location, int length) {
        long number = sequence >>> PageRing.SHIFT;
        Page page = pages.get(number);
        if (page == null) {
            page = new Page();
            pages.put(number, page);
        }
        int inPage = (int) sequence & (PageRing.PAGE - 1);
        page.reach(inPage);
        int index = page.index(inPage);
        if (page.where[index] == UNKNOWN) {
            page.held++;
        }
        page.where[index] = location;
        page.lengths[index] = length;
    }

    /** Lets go of one. */
    public void forget(long sequence) {
        PageRing<Page> paged = pages;
        if (paged == null) {
            Few some = few;
            int slot = some == null ? -1 : some.slot(sequence);
            if (some != null && slot >= 0 && some.where[slot] != UNKNOWN) {
                some.where[slot] = UNKNOWN;
                some.held--;
            }
            return;
        }
        forget(paged, sequence);
        if (paged.isEmpty()) {
            pages = null;
        }
    }

    private static void forget(PageRing<Page> pages, long sequence) {
        long number = sequence >>> PageRing.SHIFT;
        Page page = pages.get(number);
        if (page == null) {
            return;
        }
        int index = page.index((int) sequence & (PageRing.PAGE - 1));
        if (index >= 0 && index < page.where.length && page.where[index] != UNKNOWN) {
            page.where[index] = UNKNOWN;
            if (--page.held == 0) {
                pages.remove(number);
            }
        }
    }

    /** Lets go of all from {@code first} to {@code last}. */
    public void forget(long first, long last) {
        PageRing<Page> pages = this.pages;
        if (pages == null) {
            Few some = few;
            if (some != null && some.held > 0) {
                long end = Math.min(last, some.low + some.where.length - 1);
                for (long s = Math.max(first, some.low); s <= end; s++) {
                    forget(s);
                }
            }
            return;
        }
        long from = Math.max(first, pages.first() << PageRing.SHIFT);
        long to = Math.min(last, (pages.end() << PageRing.SHIFT) - 1);
        for (long s = from; s <= to; ) {
            long number = s >>> PageRing.SHIFT;
            long end = Math.min(to, ((number + 1) << PageRing.SHIFT) - 1);
            if (pages.get(number) != null) {
                if (s == number << PageRing.SHIFT && end == ((number + 1) << PageRing.SHIFT) - 1) {
                    pages.remove(number);
                } else {
                    for (long i = s; i <= end; i++) {
                        forget(pages, i);
                    }
                }
            }
            s = end + 1;
        }
        if (pages.isEmpty()) {
            this.pages = null;
        }
    }

    /** Lets go of everything. */
    public void clear() {
        pages = null;
        few = null;
    }
}
