package io.millrace.core.vhost;

import io.millrace.core.model.MessageRecord;
import io.millrace.core.queue.Locations;
import io.millrace.core.queue.QueueState;
import io.millrace.core.queue.SequenceSet;
import io.millrace.core.store.Arena;
import io.millrace.core.store.Segments.Run;

/**
 * How many bytes of bodies are ready in a queue with a byte limit. A message in memory counts exactly; one that lies in a
 * segment counts as the average of its run, so that nothing has to be read from disk to count it. Never logged; counted anew
 * after a restart. Owner's thread.
 */
final class ReadyBytes {
    private final QueueState state;
    private final Arena arena;
    private long bytes;

    ReadyBytes(QueueState state, Arena arena) {
        this.state = state;
        this.arena = arena;
    }

    /** How many there are. */
    long get() {
        return bytes;
    }

    /** Counts everything that is ready, from nothing. Takes a look at each message that is in memory. */
    void count(SequenceSet ready) {
        bytes = 0;
        for (Run run : state.runs().all()) {
            bytes += ready.count(run.first(), run.last()) * average(run);
        }
        ready.ranges(state.runs().end() + 1, Long.MAX_VALUE - 1, (first, last) -> {
            for (long s = first; s <= last; s++) {
                bytes += of(s);
            }
        });
    }

    /** That message is ready now. */
    void added(long sequence) {
        bytes += of(sequence);
    }

    /** That message is not ready any more, and still in the queue. */
    void removed(long sequence) {
        bytes -= of(sequence);
    }

    /** Nothing is ready any more. */
    void cleared() {
        bytes = 0;
    }

    /** The messages of that run, which are in memory, are about to lie in it. */
    void moving(Run run, SequenceSet ready) {
        ready.ranges(run.first(), run.last(), (first, last) -> {
            for (long s = first; s <= last; s++) {
                bytes += average(run) - of(s);
            }
        });
    }

    private long of(long sequence) {
        long where = state.locations().where(sequence);
        if (Locations.isInMemory(where)) {
            return MessageRecord.bodyLength(arena.buffer(Locations.number(where)), Locations.offset(where));
        }
        Run run = state.runs().holding(sequence);
        return run == null ? 0 : average(run);
    }

    private static long average(Run run) {
        return run.bodyBytes() / run.count();
    }
}
