package io.millrace.core.queue;

/**
 * Joins ranges of messages with a time into the fewest runs of what is in a queue and survives a restart, so that equal
 * states have equal forms whatever was forgotten meanwhile.
 */
final class DueRuns {
    private final SequenceSet live;
    private final SequenceSet transients;
    private final DueTimes.Visitor visitor;
    private long first;
    private long last;
    private long count;
    private long due;

    DueRuns(SequenceSet live, SequenceSet transients, DueTimes.Visitor visitor) {
        this.live = live;
        this.transients = transients;
        this.visitor = visitor;
    }

    /** The next range: what of it is in the queue is due then. */
    void range(long from, long to, long dueThen) {
        long kept = kept(from, to);
        if (kept == 0) {
            return;
        }
        if (count > 0 && dueThen == due && kept(last + 1, from - 1) == 0) {
            count += kept;
        } else {
            end();
            first = from;
            while (!live.contains(first) || transients.contains(first)) {
                first = live.next(first + 1);
            }
            count = kept;
            due = dueThen;
        }
        last = to;
    }

    /** There are no more. */
    void end() {
        if (count > 0) {
            visitor.run(first, count, due);
            count = 0;
        }
    }

    private long kept(long from, long to) {
        return from > to ? 0 : live.count(from, to) - transients.count(from, to);
    }
}
