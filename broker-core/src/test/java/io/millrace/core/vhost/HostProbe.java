package io.millrace.core.vhost;

import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.log.local.LocalLog;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.queue.Locations;
import io.millrace.core.queue.QueueState;
import io.millrace.core.routing.ExchangeTypes;
import io.millrace.core.store.Arena;
import io.millrace.core.store.Segments.Run;
import io.millrace.core.time.ManualTimer;
import io.millrace.core.time.StepExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks inside a virtual host between its turns. */
public final class HostProbe {
    private final Host host;

    /** @param host whose inside is looked at */
    public HostProbe(VirtualHost host) {
        this.host = host.inside();
    }

    /** The numbers of all queues, hidden ones included. */
    public List<Integer> queues() {
        List<Integer> all = new ArrayList<>();
        for (Queue queue : host.state.queues().all()) {
            all.add(queue.id());
        }
        return all;
    }

    /** The number of that queue, 0 if there is none. */
    public int number(String name) {
        Queue queue = host.state.queues().named(name);
        return queue == null ? 0 : queue.id();
    }

    /** Whether that queue is there. */
    public boolean isThere(int queue) {
        return host.state.queues().numbered(queue) != null;
    }

    /** The sequence that its next message gets. */
    public long next(int queue) {
        return state(queue).nextSequence();
    }

    /** Up to where the log says that its messages may have been seen. */
    public long offered(int queue) {
        return state(queue).offeredUpTo();
    }

    /** Up to where its messages count as seen. */
    public long redeliveredUpTo(int queue) {
        return state(queue).redeliveredUpTo();
    }

    /** Whether a message is in that queue. */
    public boolean isLive(int queue, long sequence) {
        return state(queue).live().contains(sequence);
    }

    /** Whether a message may be handed out. */
    public boolean isReady(int queue, long sequence) {
        return queue(queue).dispatch().ready().contains(sequence);
    }

    /** Ended attempts of a message. */
    public int attempts(int queue, long sequence) {
        return state(queue).attempts().of(sequence);
    }

    /** Messages of a queue. */
    public long live(int queue) {
        return state(queue).live().size();
    }

    /** The messages of a queue. */
    public List<Long> sequences(int queue) {
        List<Long> all = new ArrayList<>();
        for (long s = state(queue).live().first();
                s >= 0;
                s = state(queue).live().next(s + 1)) {
            all.add(s);
        }
        return all;
    }

    /** Messages of a queue that may be handed out. */
    public long ready(int queue) {
        return queue(queue).dispatch().ready().size();
    }

    /** Bytes that are ready in a queue with a limit for them, as it counts them; 0 in any other. */
    public long readyBytes(int queue) {
        return queue(queue).dispatch().ready().bytes();
    }

    /** Whether a queue has messages in segments. */
    public boolean hasRuns(int queue) {
        return !state(queue).runs().all().isEmpty();
    }

    /**
     * How many bytes of bodies a message that is ready counts for, given how many it has: as many if it lies in memory, else
     * the average of its run; 0 if it is not ready.
     */
    public long countedBytes(int queue, long sequence, long bodyBytes) {
        Run run = state(queue).runs().holding(sequence);
        if (!queue(queue).dispatch().ready().contains(sequence)) {
            return 0;
        }
        return Locations.isInMemory(state(queue).locations().where(sequence)) || run == null
                ? bodyBytes
                : run.bodyBytes() / run.count();
    }

    /** Messages of a queue that somebody holds. */
    public int held(int queue) {
        return queue(queue).dispatch().inFlight().size();
    }

    /** Whether somebody holds that message. */
    public boolean isHeld(int queue, long sequence) {
        return queue(queue).dispatch().inFlight().holder(sequence) != null;
    }

    /** Messages of a queue that are on their way out of it. */
    public long dying(int queue) {
        Overdue overdue = queue(queue).overdue();
        long over = overdue == null ? 0 : overdue.dying.size() + overdue.last - overdue.next;
        return over + host.deadLetters.waiting(queue(queue));
    }

    /** How many gets wait at a queue. */
    public int gets(int queue) {
        return queue(queue).dispatch().gets().size();
    }

    /** Whether a queue waits for the log or a read before it goes on handing out. */
    public boolean isStalled(int queue) {
        return queue(queue).dispatch().isStalled();
    }

    /** Whether a consumer of that queue could take something now. */
    public boolean hasAble(int queue) {
        return queue(queue).dispatch().nextAble() != null;
    }

    /** The record of a message if it lies in memory, in a buffer at 0; or null. */
    public @Nullable ByteBuffer record(int queue, long sequence) {
        Locations locations = state(queue).locations();
        long where = locations.where(sequence);
        if (!Locations.isInMemory(where)) {
            return null;
        }
        ByteBuffer memory = host.arena.buffer(Locations.number(where));
        ByteBuffer copy =
                ByteBuffer.allocate(memory.getInt(Locations.offset(where))).order(memory.order());
        copy.put(0, memory, Locations.offset(where), copy.capacity());
        return copy;
    }

    /** Bytes of memory that messages take. */
    public long memory() {
        return host.arena.bytes();
    }

    /** The durable state. */
    public List<String> state() {
        return StateLines.of(host.state);
    }

    /** What a start from that disk would find, which is left as it is; all that was written counts as forced. */
    public static List<String> replayed(SimulatedDisk disk) throws IOException {
        StepExecutor io = new StepExecutor();
        LocalLogOptions options = LocalLogOptions.DEFAULTS;
        LocalLog log = LocalLog.open(disk, "vhost/1", io, new ManualTimer(), () -> 7, options);
        HostState state = new HostState("/", ExchangeTypes.all(() -> 0));
        new Recovery(state, new Arena(1 << 20)).run(log);
        return StateLines.of(state);
    }

    /**
     * Counts what the parts of a virtual host say of the same things.
     *
     * @return what does not agree, or null
     */
    public @Nullable String disagreement() {
        Map<Long, Integer> runs = new HashMap<>();
        for (Queue queue : host.state.queues().all()) {
            String why = disagreement(queue, runs);
            if (why != null) {
                return "queue " + queue.name() + ": " + why;
            }
        }
        Set<Long> live = new HashSet<>();
        host.state.liveSegments().forEach(live::add);
        if (!live.equals(runs.keySet())) {
            return "segments " + live + " count as live, queues have runs in " + runs.keySet();
        }
        return null;
    }

    private @Nullable String disagreement(Queue queue, Map<Long, Integer> runs) {
        QueueState state = queue.state();
        long cold = 0;
        long before = -1;
        for (Run run : state.runs().all()) {
            runs.merge(run.segment(), 1, Integer::sum);
            long count = state.live().count(run.first(), run.last());
            if (count == 0 || count > run.count() || run.first() <= before) {
                return run + " has " + count + " live messages";
            }
            cold += count;
            before = run.last();
        }
        for (long s = state.live().first(); s >= 0; s = state.live().next(s + 1)) {
            long where = state.locations().where(s);
            boolean hot = Locations.isInMemory(where);
            if (hot == (state.runs().holding(s) != null)) {
                return "message " + s + " lies in memory: " + hot + ", in a run: "
                        + state.runs().holding(s);
            }
            cold -= hot ? 0 : 1;
            if (hot
                    && host.arena.buffer(Locations.number(where)).getInt(Locations.offset(where))
                            != state.locations().length(s)) {
                return "message " + s + " has another length in memory";
            }
            if (queue.dispatch().ready().contains(s)
                    && queue.dispatch().inFlight().holder(s) != null) {
                return "message " + s + " is ready and held";
            }
        }
        return cold == 0 ? null : "runs and messages differ by " + cold;
    }

    private Queue queue(int number) {
        Queue queue = host.state.queues().numbered(number);
        if (queue == null) {
            throw new AssertionError("queue " + number + " is gone");
        }
        return queue;
    }

    private QueueState state(int number) {
        return queue(number).state();
    }
}
