package io.millrace.core.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When the time of a queue's messages is over, for those that have one.
 *
 * <p>Messages that come with a time not earlier than the one before, as those of a queue with one time to live do, stand
 * in runs: 24 bytes for all neighbours of the same millisecond. The others stand in pages by their sequence and in a
 * binary heap by their time: 16 bytes a message.
 *
 * <p>What has left the queue is forgotten late, so that leaving costs nothing: {@link #forget} keeps the memory in
 * proportion to what is still there. What was taken because its time was over keeps it until it has left.
 */
public final class DueTimes {
    /** No time. */
    public static final long NONE = 0;

    private static final int FORGET_FROM = 1024;

    private static final class Page {
        final long[] dues = new long[PageRing.PAGE];
        int used;
    }

    /** Takes messages that follow one another in the queue and have the same time. */
    @FunctionalInterface
    public interface Visitor {
        /** {@code first} and the {@code count} - 1 messages of the queue behind it are due then. */
        void run(long first, long count, long due);
    }

    /** The runs, from head to tail by their sequences and by their times; those before {@code taken} were taken. */
    private long[] firsts = new long[4];

    private long[] lasts = new long[4];
    private long[] dues = new long[4];
    private int head;
    private int taken;
    private int tail;

    private final PageRing<Page> pages = new PageRing<>();
    private long scattered;
    private long[] heap = new long[4];
    private int heapSize;

    private long takenFirst;
    private long takenLast;

    /** Whether it knows of nothing. */
    public boolean isEmpty() {
        return head == tail && scattered == 0;
    }

    /** That message, which came behind all others, is due then. */
    public void add(long sequence, long due) {
        addRange(sequence, sequence, due, null);
    }

    /** Restores from a checkpoint: all messages of that range, which lie behind all others, are due then. */
    void addRange(long first, long last, long due, @Nullable SequenceSet live) {
        if (tail > taken && dues[tail - 1] == due && lasts[tail - 1] == first - 1) {
            lasts[tail - 1] = last;
            return;
        }
        if (tail > taken && dues[tail - 1] > due && isOutlier(due)) {
            tail--;
            scatter(firsts[tail], dues[tail]);
        }
        if (tail == head || dues[tail - 1] <= due) {
            appendRun(first, last, due);
            return;
        }
        for (long s = first; s >= 0 && s <= last; s = live == null ? s + 1 : live.next(s + 1)) {
            scatter(s, due);
        }
    }

    /** When that message, which is in the queue, is due; {@link #NONE} if it has no time. */
    public long of(long sequence) {
        if (scattered > 0) {
            Page page = pages.get(sequence >>> PageRing.SHIFT);
            long due = page == null ? NONE : page.dues[(int) sequence & (PageRing.PAGE - 1)];
            if (due != NONE) {
                return due;
            }
        }
        int low = head;
        int high = tail - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (sequence < firsts[middle]) {
                high = middle - 1;
            } else if (sequence > lasts[middle]) {
                low = middle + 1;
            } else {
                return dues[middle];
            }
        }
        return NONE;
    }

    /** No message that was not taken is due earlier; {@link Long#MAX_VALUE} if all were taken. */
    public long earliest() {
        long first = taken < tail ? dues[taken] : Long.MAX_VALUE;
        return heapSize == 0 ? first : Math.min(first, ofScattered(heap[0]));
    }

    /**
     * Takes the messages that are due first, {@link #takenFirst} to {@link #takenLast}; some of them may have left. Each is
     * taken once.
     *
     * @param now milliseconds since the epoch
     * @param before only those with a sequence below this one
     * @return whether there were any
     */
    public boolean take(long now, long before) {
        boolean run = taken < tail && dues[taken] <= now && firsts[taken] < before;
        boolean single = heapSize > 0 && heap[0] < before && ofScattered(heap[0]) <= now;
        if (run && (!single || isRunFirst())) {
            takenFirst = firsts[taken];
            takenLast = lasts[taken];
            taken++;
            return true;
        }
        if (single) {
            takenFirst = heap[0];
            takenLast = heap[0];
            heap[0] = heap[--heapSize];
            down(0);
            return true;
        }
        return false;
    }

    /** The first sequence that {@link #take} took. */
    public long takenFirst() {
        return takenFirst;
    }

    /** The last sequence that {@link #take} took. */
    public long takenLast() {
        return takenLast;
    }

    /** Messages have left: forgets those that have, if they are most of what is held. */
    void forget(SequenceSet live) {
        if (live.isEmpty()) {
            clear();
            return;
        }
        while (head < taken && !isAnyIn(live, firsts[head], lasts[head])) {
            head++;
        }
        long most = 2 * live.size() + FORGET_FROM;
        if (tail - head > most) {
            compactRuns(live);
        }
        if (Math.max(scattered, heapSize) > most) {
            compactScattered(live);
        }
    }

    /** Shows what is in the queue and survives a restart, in order, in as few runs as possible. */
    public void forEach(SequenceSet live, SequenceSet transients, Visitor visitor) {
        DueRuns runs = new DueRuns(live, transients, visitor);
        int run = head;
        for (long number = pages.first(); scattered > 0 && number < pages.end(); number++) {
            Page page = pages.get(number);
            for (int i = 0; page != null && i < PageRing.PAGE; i++) {
                if (page.dues[i] != NONE) {
                    long sequence = (number << PageRing.SHIFT) + i;
                    for (; run < tail && firsts[run] < sequence; run++) {
                        runs.range(firsts[run], lasts[run], dues[run]);
                    }
                    runs.range(sequence, sequence, page.dues[i]);
                }
            }
        }
        for (; run < tail; run++) {
            runs.range(firsts[run], lasts[run], dues[run]);
        }
        runs.end();
    }

    private void clear() {
        head = 0;
        taken = 0;
        tail = 0;
        if (firsts.length > FORGET_FROM) {
            resizeRuns(4);
        }
        if (scattered > 0) {
            pages.clear();
            scattered = 0;
        }
        heapSize = 0;
        if (heap.length > FORGET_FROM) {
            heap = new long[4];
        }
    }

    /** Whether one message at the end keeps those that come from standing in runs. */
    private boolean isOutlier(long due) {
        return firsts[tail - 1] == lasts[tail - 1] && (tail - 1 == head || dues[tail - 2] <= due);
    }

    private void appendRun(long first, long last, long due) {
        if (tail == firsts.length) {
            resizeRuns(head > tail / 2 ? firsts.length : firsts.length * 2);
        }
        firsts[tail] = first;
        lasts[tail] = last;
        dues[tail++] = due;
    }

    private void resizeRuns(int capacity) {
        firsts = moved(firsts, capacity);
        lasts = moved(lasts, capacity);
        dues = moved(dues, capacity);
        tail -= head;
        taken -= head;
        head = 0;
    }

    private long[] moved(long[] from, int capacity) {
        long[] to = new long[capacity];
        System.arraycopy(from, head, to, 0, tail - head);
        return to;
    }

    private void compactRuns(SequenceSet live) {
        int to = 0;
        int takenTo = 0;
        for (int i = head; i < tail; i++) {
            if (isAnyIn(live, firsts[i], lasts[i])) {
                firsts[to] = firsts[i];
                lasts[to] = lasts[i];
                dues[to++] = dues[i];
                takenTo += i < taken ? 1 : 0;
            }
        }
        head = 0;
        taken = takenTo;
        tail = to;
        resizeRuns(Math.max(4, tail * 2));
    }

    private void scatter(long sequence, long due) {
        long number = sequence >>> PageRing.SHIFT;
        Page page = pages.get(number);
        if (page == null) {
            page = new Page();
            pages.put(number, page);
        }
        page.dues[(int) sequence & (PageRing.PAGE - 1)] = due;
        page.used++;
        scattered++;
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, heapSize * 2);
        }
        heap[heapSize] = sequence;
        up(heapSize++);
    }

    private void compactScattered(SequenceSet live) {
        for (long number = pages.first(), end = pages.end(); number < end; number++) {
            Page page = pages.get(number);
            for (int i = 0; page != null && i < PageRing.PAGE; i++) {
                if (page.dues[i] != NONE && !live.contains((number << PageRing.SHIFT) + i)) {
                    page.dues[i] = NONE;
                    page.used--;
                    scattered--;
                }
            }
            if (page != null && page.used == 0) {
                pages.remove(number);
            }
        }
        int kept = 0;
        for (int i = 0; i < heapSize; i++) {
            if (live.contains(heap[i])) {
                heap[kept++] = heap[i];
            }
        }
        heapSize = kept;
        heap = Arrays.copyOf(heap, Math.max(4, kept * 2));
        for (int i = kept / 2 - 1; i >= 0; i--) {
            down(i);
        }
    }

    private long ofScattered(long sequence) {
        Page page = pages.get(sequence >>> PageRing.SHIFT);
        return page == null ? NONE : page.dues[(int) sequence & (PageRing.PAGE - 1)];
    }

    private boolean isRunFirst() {
        long due = ofScattered(heap[0]);
        return dues[taken] < due || (dues[taken] == due && firsts[taken] < heap[0]);
    }

    private boolean isBefore(long sequence, long other) {
        long due = ofScattered(sequence);
        long otherDue = ofScattered(other);
        return due < otherDue || (due == otherDue && sequence < other);
    }

    private void up(int from) {
        int at = from;
        long moving = heap[at];
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isBefore(moving, heap[parent])) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = moving;
    }

    private void down(int from) {
        if (from >= heapSize) {
            return;
        }
        int at = from;
        long moving = heap[at];
        while (at < heapSize / 2) {
            int child = 2 * at + 1;
            if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], moving)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }

    private static boolean isAnyIn(SequenceSet live, long first, long last) {
        long found = live.next(first);
        return found >= 0 && found <= last;
    }
}
