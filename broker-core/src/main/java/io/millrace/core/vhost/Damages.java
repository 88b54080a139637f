package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.queue.SequenceSet;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which stored messages were found to be unreadable. They stay in their queue, count as its messages, are not handed out, and
 * leave when the queue is deleted or somebody gives them up. Owner's thread.
 */
final class Damages implements QueueWatch {
    private final Host host;
    private final IdentityHashMap<Queue, SequenceSet> found = new IdentityHashMap<>();

    Damages(Host host) {
        this.host = host;
    }

    /** Messages of a queue cannot be read; those that are not there any more do not count, those known are not told again. */
    void add(Queue queue, long first, long last, String text) {
        SequenceSet known = found.computeIfAbsent(queue, any -> new SequenceSet());
        long before = known.size();
        queue.state().live().ranges(first, last, (from, to) -> {
            known.addRange(from, to);
            queue.dispatch().ready().removeRange(from, to);
        });
        if (known.size() > before) {
            host.setup.listener().damaged(queue.name(), first, last, text);
        } else if (known.isEmpty()) {
            found.remove(queue);
        }
    }

    /** Whether all messages of that stretch of a queue are known to be unreadable. */
    boolean coversAll(Queue queue, long first, long last) {
        SequenceSet known = found.get(queue);
        return known != null && known.count(first, last) >= queue.state().live().count(first, last);
    }

    /** The unreadable messages that are still in the queue. */
    List<Damage> of(Queue queue) {
        List<Damage> all = new ArrayList<>();
        SequenceSet known = found.get(queue);
        if (known != null) {
            known.ranges(
                    0,
                    Long.MAX_VALUE - 1,
                    (first, last) ->
                            queue.state().live().ranges(first, last, (from, to) -> all.add(new Damage(from, to))));
        }
        return all;
    }

    /** How many of them there are. */
    long count(Queue queue) {
        return found.containsKey(queue) ? count(of(queue)) : 0;
    }

    /** How many there are in all queues. */
    long count() {
        long sum = 0;
        for (Queue queue : found.keySet()) {
            sum += count(queue);
        }
        return sum;
    }

    static long count(List<Damage> damages) {
        long sum = 0;
        for (Damage damage : damages) {
            sum += damage.last() - damage.first() + 1;
        }
        return sum;
    }

    /** Gives up the unreadable messages of a queue that nobody holds: they leave it. Says which. */
    List<Damage> discard(Queue queue) {
        List<Damage> gone = new ArrayList<>();
        SequenceSet kept = new SequenceSet();
        for (Damage damage : of(queue)) {
            long from = damage.first();
            for (long s = from; s <= damage.last(); s++) {
                if (queue.dispatch().inFlight().holder(s) != null) {
                    kept.add(s);
                    add(gone, from, s - 1);
                    from = s + 1;
                }
            }
            add(gone, from, damage.last());
        }
        for (Damage damage : gone) {
            if (queue.state().spec().logged()) {
                host.writer.settled(queue.id(), damage.first(), damage.last(), Cause.DAMAGED);
            }
            host.state.removed(queue, damage.first(), damage.last());
        }
        long count = count(gone);
        host.counters.countSettled(Cause.DAMAGED, count);
        if (count > 0) {
            queue.counters().countEnded(Cause.DAMAGED, count);
        }
        if (kept.isEmpty()) {
            found.remove(queue);
            host.setup.listener().mended(queue.name());
        } else {
            found.put(queue, kept);
        }
        return gone;
    }

    private static void add(List<Damage> to, long first, long last) {
        if (first <= last) {
            to.add(new Damage(first, last));
        }
    }

    @Override
    public void changed(Queue queue) {
        // What was found holds whatever the queue's features are.
    }

    @Override
    public void gone(@Nullable Queue queue) {
        found.remove(queue);
    }
}
