package io.millrace.core.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message in one place: a queue and a sequence in it. */
final class Copy {
    final Message message;
    final int queue;
    final long sequence;
    /** Whether the log holds it. */
    final boolean logged;
    /** When its time here is over; 0 = never. */
    final long due;

    final int level;
    /** The whole record, as every consumer has to get it. */
    final byte[] record;
    /** Where and why it died before, the newest first: queue and reason. */
    final List<String> deaths;
    /** What it was before it came here. */
    final @Nullable Copy before;
    /** The step in which it came. */
    final long step;

    /** Whether a consumer may have seen it, here or in a place that it came to from here. */
    boolean seen;

    Copy(
            Message message,
            int queue,
            long sequence,
            boolean logged,
            long due,
            int level,
            byte[] record,
            List<String> deaths,
            @Nullable Copy before,
            long step) {
        this.message = message;
        this.queue = queue;
        this.sequence = sequence;
        this.logged = logged;
        this.due = due;
        this.level = level;
        this.record = record;
        this.deaths = deaths;
        this.before = before;
        this.step = step;
    }

    /** A consumer sees it: a crash that brings an earlier place back must not deny it. */
    void see() {
        for (Copy copy = this; copy != null; copy = copy.before) {
            copy.seen = true;
        }
    }

    @Override
    public String toString() {
        return message + " at " + queue + "/" + sequence + (due == 0 ? "" : " due " + due)
                + (deaths.isEmpty() ? "" : " after " + deaths);
    }
}
