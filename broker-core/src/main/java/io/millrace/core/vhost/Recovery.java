package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.event.EventReader;
import io.millrace.core.event.HostEvents;
import io.millrace.core.event.Slots;
import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.queue.Locations;
import io.millrace.core.queue.QueueState;
import io.millrace.core.store.Arena;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a virtual host's state back: the newest checkpoint, then every event behind it. Frames that the checkpoint already
 * reflects are read only for the records of messages that are in memory. Blocking; before the first turn.
 */
final class Recovery implements HostEvents {
    private final HostState state;
    private final Arena arena;
    private final EventReader reader = new EventReader();
    private boolean reflected;
    private long position;
    private long hotFrom = 1;
    private boolean clean;
    private long replayed;

    Recovery(HostState state, Arena arena) {
        this.state = state;
        this.arena = arena;
    }

    /** Runs it. */
    void run(Log log) throws LogException {
        Log.@Nullable Checkpoint checkpoint = log.latestCheckpoint();
        if (checkpoint != null) {
            Checkpoint.Header header = Checkpoint.decode(checkpoint.state(), state);
            position = checkpoint.position();
            hotFrom = header.hotFrom();
            clean = header.clean();
        }
        arena.beginAt(hotFrom);
        long known = position;
        log.replay(hotFrom, (at, millis, events, count) -> frame(at, events, count, at <= known));
        clean &= log.last() <= known;
    }

    /** Whether the broker was stopped cleanly, so that it is known which messages were seen. */
    boolean wasClean() {
        return clean;
    }

    /** How many frames behind the checkpoint were applied. */
    long replayed() {
        return replayed;
    }

    /** The position of the checkpoint that was used, 0 if there was none. */
    long position() {
        return position;
    }

    /** The position from which the checkpoint that was used needs the log. */
    long hotFrom() {
        return hotFrom;
    }

    private void frame(long position, ByteBuffer events, int count, boolean known) {
        if (arena.isFull()) {
            arena.closeGeneration(position - 1);
        }
        reflected = known;
        replayed += known ? 0 : 1;
        reader.read(events, count, this);
    }

    @Override
    public void exchangeDeclared(ExchangeSpec spec) {
        if (!reflected) {
            state.exchangeDeclared(spec);
        }
    }

    @Override
    public void exchangeDeleted(String name) {
        if (!reflected) {
            state.exchangeDeleted(name);
        }
    }

    @Override
    public void queueDeclared(int queue, QueueSpec spec) {
        if (!reflected) {
            state.queueDeclared(queue, spec, null);
        }
    }

    @Override
    public void queueDeleted(int id) {
        Queue queue = reflected ? null : state.queues().numbered(id);
        if (queue != null) {
            state.queueDeleted(queue);
        }
    }

    @Override
    public void bound(BindingSpec spec) {
        if (!reflected) {
            state.bound(spec);
        }
    }

    @Override
    public void unbound(BindingSpec spec) {
        if (!reflected) {
            state.unbound(spec);
        }
    }

    @Override
    public void appended(Slots slots, ByteBuffer record, int recordAt) {
        if (!isWanted(slots)) {
            return;
        }
        Arena.Slab slab = arena.copy(record, recordAt);
        long location = Locations.inMemory(slab.id(), arena.copiedAt(), slots.size() > 1);
        int length = MessageRecord.length(record, recordAt);
        for (int i = 0; i < slots.size(); i++) {
            QueueState queue = wanting(slots, i);
            if (queue != null) {
                queue.appended(slots.sequence(i), location, length, true);
                queue.prioritised(slots.sequence(i), MessageRecord.priority(record, recordAt));
                if (!reflected) {
                    queue.due(slots.sequence(i), slots.due(i));
                }
            }
        }
    }

    @Override
    public void settled(int id, long first, long last, Cause cause) {
        Queue queue = reflected ? null : state.queues().numbered(id);
        if (queue != null) {
            state.removed(queue, first, last);
        }
    }

    @Override
    public void requeued(int id, long first, long last) {
        Queue queue = reflected ? null : state.queues().numbered(id);
        if (queue != null) {
            queue.state().requeued(first, last);
        }
    }

    @Override
    public void deadLettered(int queue, long sequence, Slots slots, ByteBuffer record, int recordAt) {
        settled(queue, sequence, sequence, Cause.REJECTED);
        appended(slots, record, recordAt);
    }

    @Override
    public void remembered(int id, String messageId, long at) {
        Queue queue = reflected ? null : state.queues().numbered(id);
        if (queue != null) {
            queue.state().remembered(messageId, at);
        }
    }

    @Override
    public void offered(int id, long upTo) {
        Queue queue = reflected ? null : state.queues().numbered(id);
        if (queue != null) {
            queue.state().offered(upTo);
        }
    }

    @Override
    public void moved(long segment, List<Run> runs) {
        if (!reflected) {
            state.moved(segment, runs);
        }
    }

    @Override
    public void compacted(long from, long segment, List<Run> runs) {
        if (!reflected) {
            state.compacted(from, segment, runs);
        }
    }

    private boolean isWanted(Slots slots) {
        for (int i = 0; i < slots.size(); i++) {
            if (wanting(slots, i) != null) {
                return true;
            }
        }
        return false;
    }

    /** The queue that has to learn of this place, or null if it is gone or knows better. */
    private @Nullable QueueState wanting(Slots slots, int index) {
        Queue queue = state.queues().numbered(slots.queue(index));
        if (queue == null) {
            return null;
        }
        long sequence = slots.sequence(index);
        boolean known =
                sequence <= queue.state().runs().end() || !queue.state().live().contains(sequence);
        return reflected && known ? null : queue.state();
    }
}
