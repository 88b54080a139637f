package io.millrace.core.queue;

import io.millrace.core.model.QueueSpec;
import io.millrace.core.store.Segments.Run;
import org.jspecify.annotations.Nullable;

/**
 * The durable half of a queue. Changed only by applying events; the other half (consumers, what is in flight) is soft and
 * stands elsewhere.
 *
 * <p>A message has a sequence, given in order of arrival and kept for life, so that what is given back finds its old place.
 */
public final class QueueState {
    private final int id;
    private final QueueSpec spec;
    private final SequenceSet live = new SequenceSet();
    private final SequenceSet transients = new SequenceSet();
    private final Locations locations = new Locations();
    private final Attempts attempts = new Attempts();
    private final @Nullable Priorities priorities;
    private final @Nullable RememberedIds ids;
    private final ColdRuns runs = new ColdRuns();
    private @Nullable DueTimes dues;
    private long nextSequence = 1;
    private long offeredUpTo;
    private long redeliveredUpTo;

    /**
     * @param id its number, never used again in this virtual host
     * @param spec what it was declared as
     */
    public QueueState(int id, QueueSpec spec) {
        this.id = id;
        this.spec = spec;
        this.priorities = Priorities.of(spec);
        this.ids = RememberedIds.of(spec);
    }

    /** Its number. */
    public int id() {
        return id;
    }

    /** What it was declared as. */
    public QueueSpec spec() {
        return spec;
    }

    /** The sequence that the next message gets. */
    public long nextSequence() {
        return nextSequence;
    }

    /** Every message that has not left the queue. Not to be changed by the caller. */
    public SequenceSet live() {
        return live;
    }

    /** Those of {@link #live} that a restart forgets. Not to be changed by the caller. */
    public SequenceSet transients() {
        return transients;
    }

    /** Where the records lie. The loader of cold pages may fill it in. */
    public Locations locations() {
        return locations;
    }

    /** Ended attempts. Not to be changed by the caller. */
    public Attempts attempts() {
        return attempts;
    }

    /** The levels of its messages, or null if the queue has none. Not to be changed by the caller. */
    public @Nullable Priorities priorities() {
        return priorities;
    }

    /** When messages are due, or null if none ever was; what was taken from it stays known. */
    public @Nullable DueTimes dues() {
        return dues;
    }

    /** Whether any message has a time. */
    public boolean hasDues() {
        return dues != null && !dues.isEmpty();
    }

    /** The ids that it remembers, or null if it remembers none. Not to be changed by the caller. */
    public @Nullable RememberedIds ids() {
        return ids;
    }

    /** Where the cold ones lie. Not to be changed by the caller. */
    public ColdRuns runs() {
        return runs;
    }

    /** Sequences up to this one may have been seen by a consumer, as far as the log knows. */
    public long offeredUpTo() {
        return offeredUpTo;
    }

    /** Sequences up to this one may have been seen before the last start. */
    public long redeliveredUpTo() {
        return redeliveredUpTo;
    }

    /** Whether that message is logged: its end has to be logged as well. */
    public boolean isLogged(long sequence) {
        return spec.logged() && !transients.contains(sequence);
    }

    /** Whether a consumer may have seen that message before. */
    public boolean isRedelivered(long sequence) {
        return sequence <= redeliveredUpTo || attempts.of(sequence) > 0;
    }

    /** Applies: a message came. */
    public void appended(long sequence, long location, int length, boolean durable) {
        live.add(sequence);
        if (!durable) {
            transients.add(sequence);
        }
        locations.set(sequence, location, length);
        nextSequence = Math.max(nextSequence, sequence + 1);
    }

    /** Applies, right after {@link #appended}: the message has that priority, 0..255. */
    public void prioritised(long sequence, int priority) {
        if (priorities != null) {
            priorities.set(sequence, priority);
        }
    }

    /** Applies, right after {@link #appended}: the message's time is over then, milliseconds since the epoch; 0 = never. */
    public void due(long sequence, long due) {
        if (due != DueTimes.NONE) {
            known().add(sequence, due);
        }
    }

    /** Applies, in the frame in which the message comes: a message with that id came at that time. */
    public void remembered(String messageId, long at) {
        if (ids != null) {
            ids.remember(messageId, at);
        }
    }

    /** Applies: messages left. */
    public long removed(long first, long last, ColdRuns.Emptied emptied) {
        if (first == last) {
            return live.remove(first) ? removedOne(first, emptied) : 0;
        }
        runs.removing(live, first, last, emptied);
        long gone = live.removeRange(first, last);
        transients.removeRange(first, last);
        locations.forget(first, last);
        attempts.forget(first, last);
        if (priorities != null) {
            priorities.forget(first, last);
        }
        forgetDues();
        return gone;
    }

    private long removedOne(long sequence, ColdRuns.Emptied emptied) {
        if (!transients.isEmpty()) {
            transients.remove(sequence);
        }
        locations.forget(sequence);
        if (!attempts.isEmpty()) {
            attempts.set(sequence, 0);
        }
        if (priorities != null) {
            priorities.set(sequence, 0);
        }
        if (sequence <= runs.end()) {
            runs.removed(sequence, emptied);
        }
        forgetDues();
        return 1;
    }

    private void forgetDues() {
        if (dues != null && !dues.isEmpty()) {
            dues.forget(live);
        }
    }

    private DueTimes known() {
        DueTimes times = dues;
        if (times == null) {
            times = new DueTimes();
            dues = times;
        }
        return times;
    }

    /** Applies: attempts ended without success; the messages stay. */
    public void requeued(long first, long last) {
        for (long s = live.next(first); s >= 0 && s <= last; s = live.next(s + 1)) {
            attempts.increment(s);
        }
    }

    /**
     * Applies: what is live in that stretch lies in a segment now. The stretch may end with messages that a restart forgot;
     * their sequences are not given again, so that everything behind the last run is known to be hot.
     */
    public void moved(Run run, ColdRuns.Emptied emptied) {
        nextSequence = Math.max(nextSequence, run.last() + 1);
        locations.forget(run.first(), run.last());
        long count = live.count(run.first(), run.last());
        if (count == 0) {
            emptied.run(run);
        } else {
            runs.add(run, count);
        }
    }

    /**
     * Applies: what is live of the run in that segment lies in another one now. Returns false if nothing of it is live any
     * more.
     */
    public boolean compacted(long from, Run run, ColdRuns.Emptied emptied) {
        Run old = runs.replace(from, run);
        if (old == null) {
            return false;
        }
        locations.forget(old.first(), old.last());
        emptied.run(old);
        return true;
    }

    /** Applies: sequences up to this one may be offered from now on. */
    public void offered(long upTo) {
        offeredUpTo = Math.max(offeredUpTo, upTo);
    }

    /** Restores what a checkpoint knew besides messages. */
    public void restore(long next, long offered, long redelivered) {
        nextSequence = next;
        offeredUpTo = offered;
        redeliveredUpTo = redelivered;
    }

    /** Restores from a checkpoint: these are live; where they lie follows. */
    public void restoreLive(long first, long last) {
        live.addRange(first, last);
    }

    /** Restores ended attempts from a checkpoint. */
    public void restoreAttempts(long sequence, int count) {
        attempts.set(sequence, count);
    }

    /** Restores from a checkpoint, in order: {@code first} and the {@code count} - 1 live messages behind it are due then. */
    public void restoreDues(long first, long count, long due) {
        long last = first;
        for (long i = 1; i < count; i++) {
            last = live.next(last + 1);
        }
        known().addRange(first, last, due, live);
    }

    /** After an unclean stop: whatever may have been offered then counts as seen. */
    public void assumeOffered() {
        redeliveredUpTo = Math.max(redeliveredUpTo, Math.min(offeredUpTo, nextSequence - 1));
    }
}
