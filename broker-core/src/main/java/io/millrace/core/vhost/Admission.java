package io.millrace.core.vhost;

import io.millrace.core.feature.LengthLimit;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Asks the queues to which a publish leads whether they take it. One that is full and refuses is enough: then the message is
 * stored nowhere, so that a refusal always means that. One where it was before is left out. What dies or comes back into a
 * queue is not asked about. Owner's thread.
 */
final class Admission implements QueueWatch {
    /** Instead of queues, to be compared by identity: the message is refused. */
    static final int[] REFUSED = new int[0];

    private final Host host;
    private final Duplicates duplicates;
    private final Set<Queue> choosy = new HashSet<>();
    private int[] taking = new int[8];

    Admission(Host host, Duplicates duplicates) {
        this.host = host;
        this.duplicates = duplicates;
    }

    @Override
    public void changed(Queue queue) {
        LengthLimit limit = queue.features().lengthLimit();
        if (queue.features().deduplicationHeader() != null || (limit != null && limit.refuses())) {
            choosy.add(queue);
        } else {
            choosy.remove(queue);
        }
    }

    @Override
    public void gone(Queue queue) {
        choosy.remove(queue);
        duplicates.forget(queue);
    }

    /** Whether any queue of the virtual host has to be asked. */
    boolean isNeeded() {
        return !choosy.isEmpty();
    }

    /**
     * Those of the queues that take a message, which has been taken by the broker and is not stored yet; {@link #REFUSED} if
     * one refuses it. To be stored next, {@link Duplicates#remember} included.
     */
    int[] admit(int[] targets, ByteBuffer record, int at) {
        if (taking.length < targets.length) {
            taking = new int[targets.length];
        }
        int count = 0;
        int refusals = 0;
        duplicates.begin(record, at);
        for (int id : targets) {
            Queue queue = host.state.queues().numbered(id);
            if (queue == null || (choosy.contains(queue) && duplicates.isDuplicate(queue))) {
                continue;
            }
            // What is committed was asked about as a whole before.
            if (!host.writer.isInUnit() && refuses(queue, record, at)) {
                queue.counters().countRefused();
                refusals++;
            }
            taking[count++] = id;
        }
        if (refusals > 0) {
            duplicates.end();
            deadLetterRefused(Arrays.copyOf(taking, count), record, at);
            return REFUSED;
        }
        return count == targets.length ? targets : Arrays.copyOf(taking, count);
    }

    private boolean refuses(Queue queue, ByteBuffer record, int at) {
        LengthLimit limit = queue.features().lengthLimit();
        return limit != null && host.lengthLimits.refuses(queue, limit, MessageRecord.bodyLength(record, at));
    }

    private void deadLetterRefused(int[] targets, ByteBuffer record, int at) {
        for (int id : targets) {
            Queue queue = host.state.queues().numbered(id);
            LengthLimit limit = queue == null ? null : queue.features().lengthLimit();
            if (queue != null && limit != null && limit.deadLettersRefused() && refuses(queue, record, at)) {
                host.deadLetters.refused(queue, record, at, DeathReason.MAXLEN);
            }
        }
    }
}
