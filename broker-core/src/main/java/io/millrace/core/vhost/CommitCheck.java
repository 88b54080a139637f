package io.millrace.core.vhost;

import io.millrace.core.feature.LengthLimit;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out before a commit whether queues that refuse what does not fit take all of its messages together. What consumers
 * with room would get at once does not count. Owner's thread; made for one commit.
 */
final class CommitCheck {
    /** What a queue has, and what it would get. */
    private static final class Load {
        final Queue queue;
        final LengthLimit limit;
        /** Messages that consumers would take at once. */
        final long taken;

        long messages;
        long bodyBytes;

        Load(Queue queue, LengthLimit limit) {
            this.queue = queue;
            this.limit = limit;
            this.taken = queue.dispatch().room();
        }

        boolean fits() {
            Ready ready = queue.dispatch().ready();
            return messages <= taken || !limit.isExceededBy(ready.size() + messages - taken, ready.bytes() + bodyBytes);
        }
    }

    private final Host host;
    private final Map<Queue, Load> loads = new HashMap<>();

    CommitCheck(Host host) {
        this.host = host;
    }

    /** Adds a message; the queue that would refuse it behind those that were added before, or null if all take it. */
    @Nullable
    Queue refusing(int[] targets, ByteBuffer record, int at) {
        Queue refusing = null;
        for (int id : targets) {
            Queue queue = host.state.queues().numbered(id);
            LengthLimit limit = queue == null ? null : queue.features().lengthLimit();
            if (queue == null || limit == null || !limit.refuses()) {
                continue;
            }
            Load load = loads.get(queue);
            if (load == null) {
                host.dispatcher.dispatch(queue);
                load = new Load(queue, limit);
                loads.put(queue, load);
            }
            load.messages++;
            load.bodyBytes += MessageRecord.bodyLength(record, at);
            refusing = load.fits() ? refusing : queue;
        }
        return refusing;
    }
}
