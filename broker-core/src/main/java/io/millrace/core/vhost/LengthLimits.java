package io.millrace.core.vhost;

import io.millrace.core.feature.LengthLimit;
import io.millrace.core.model.DeathReason;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Keeps queues within their length limits: what does not fit dies at the head, after those who wait for messages have had
 * theirs. Queues are only noted when they grow and trimmed one after the other, so that dead letters that make the next queue
 * too long need no stack; and what a turn does is bounded, the rest is done in turns of its own. Owner's thread.
 */
final class LengthLimits implements QueueWatch {
    /** Messages that may die in one turn; a copy counts once for every queue it goes to and once for every 2 KiB. */
    static final int DEATHS_PER_TURN = 4096;

    private static final int COPY_SHIFT = 11;

    private final Host host;
    private final Set<Queue> exceeded = new LinkedHashSet<>();
    private final Agenda.Entry goOn;
    private int left = DEATHS_PER_TURN;

    LengthLimits(Host host) {
        this.host = host;
        this.goOn = host.agenda.entry(() -> {});
    }

    /** A turn begins. */
    void begin() {
        left = DEATHS_PER_TURN;
    }

    @Override
    public void changed(Queue queue) {
        LengthLimit limit = queue.features().lengthLimit();
        boolean counts = limit != null && limit.countsBytes();
        if (counts != queue.dispatch().ready().countsBytes()) {
            queue.dispatch().ready().countBytes(counts ? new ReadyBytes(queue.state(), host.arena) : null);
        }
        grown(queue);
    }

    @Override
    public void gone(Queue queue) {
        exceeded.remove(queue);
    }

    /** More is ready in that queue, or less is allowed. */
    void grown(Queue queue) {
        LengthLimit limit = queue.features().lengthLimit();
        if (limit != null && !limit.refuses() && isExceeded(queue, limit)) {
            exceeded.add(queue);
        }
    }

    /** Whether that queue refuses a message with a body of so many bytes. Those who wait have their messages first. */
    boolean refuses(Queue queue, LengthLimit limit, long bodyBytes) {
        if (!limit.refuses() || fits(queue, limit, bodyBytes)) {
            return false;
        }
        host.dispatcher.dispatch(queue);
        return !fits(queue, limit, bodyBytes);
    }

    private static boolean fits(Queue queue, LengthLimit limit, long bodyBytes) {
        Ready ready = queue.dispatch().ready();
        return !limit.isExceededBy(ready.size() + 1, ready.bytes() + bodyBytes);
    }

    /** A dead letter went to so many queues. */
    void spend(int queues) {
        left -= queues;
    }

    /** Trims what was noted, as far as this turn may, unless a transaction is under way. Not from within a dispatch. */
    void enforceNow() {
        if (!exceeded.isEmpty() && !host.writer.isInUnit()) {
            enforce();
        }
    }

    private void enforce() {
        while (!exceeded.isEmpty() && left > 0) {
            Iterator<Queue> queues = exceeded.iterator();
            Queue queue = queues.next();
            queues.remove();
            host.dispatcher.dispatch(queue);
            trim(queue);
        }
        if (!exceeded.isEmpty()) {
            goOn.at(host.now());
        }
    }

    private void trim(Queue queue) {
        LengthLimit limit = queue.features().lengthLimit();
        if (limit == null || queue.isDeleted()) {
            return;
        }
        Ready ready = queue.dispatch().ready();
        boolean copied = queue.features().deadLetterTarget() != null;
        while (!limit.refuses() && isExceeded(queue, limit)) {
            if (left <= 0) {
                exceeded.add(queue);
                return;
            }
            if (host.deadLetters.isBehind(queue)) {
                return; // It calls back.
            }
            long sequence = ready.first();
            left -= 1 + (copied ? queue.state().locations().length(sequence) >>> COPY_SHIFT : 0);
            ready.remove(sequence);
            host.deadLetters.died(queue, sequence, DeathReason.MAXLEN);
        }
    }

    private static boolean isExceeded(Queue queue, LengthLimit limit) {
        Ready ready = queue.dispatch().ready();
        return !ready.isEmpty() && limit.isExceededBy(ready.size(), ready.bytes());
    }
}
