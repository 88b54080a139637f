package io.millrace.core.vhost;

import io.millrace.core.event.Definitions;
import io.millrace.core.event.Values;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.DestinationKind;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.queue.DueTimes;
import io.millrace.core.queue.Priorities;
import io.millrace.core.queue.QueueState;
import io.millrace.core.queue.RememberedIds;
import io.millrace.core.queue.SequenceSet;
import io.millrace.core.routing.Topology;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable state of a virtual host in bytes. Holds definitions, which messages are live, their runs and attempts; where
 * messages in memory lie it does not hold: the log from {@link Header#hotFrom} on says it again.
 *
 * <p>Numbers and texts as {@link Values} writes them: version, clean (0 or 1), hot from, next queue number, next segment,
 * exchanges, queues, bindings to queues, parts. A queue: its number and declaration, next sequence, offered, redelivered,
 * runs, live ranges as (distance from the end of the one before, length) ended by two zeros, attempts as (distance, count)
 * ended by two zeros, parts.
 *
 * <p>Part 1 of a queue, when messages are due: (distance, how many live ones from there on, change of the time with its sign
 * in the lowest bit) ended by two zeros. Part 3: how many runs, each as (segment, bytes of its bodies), how many ids, each as
 * (id, when it came), oldest first. Part 4, levels above 0: (distance from the end of the one before, length, level) ended by
 * two zeros. Part 1 of the whole: bindings between exchanges.
 */
final class Checkpoint {
    private static final int VERSION = 2;
    /** The version before, which had no parts. */
    private static final int VERSION_WITHOUT_PARTS = 1;
    /** Ends the parts of a queue, and those of the whole. */
    private static final int NO_MORE_PARTS = 0;
    /** Part of a queue: when messages are due. */
    private static final int DUE_TIMES = 1;
    /** Part of a queue: the bytes of its runs' bodies, and the ids that it remembers. */
    private static final int BYTES_AND_IDS = 3;
    /** Part of a queue: the levels of its messages. */
    private static final int LEVELS = 4;

    /** Part of a virtual host: the bindings between exchanges, their number in front. */
    private static final int EXCHANGE_BINDINGS = 1;

    private static final int ROOM = 256;

    /**
     * What stands at the beginning.
     *
     * @param clean whether the broker was stopped cleanly right after
     * @param hotFrom the log position from which frames have to be read for the messages in memory
     */
    record Header(boolean clean, long hotFrom) {}

    private ByteBuffer to = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
    private long previous;
    private long previousDue;

    private Checkpoint() {}

    /** The state in bytes. */
    static ByteBuffer encode(HostState state, boolean clean, long hotFrom) {
        Checkpoint checkpoint = new Checkpoint();
        checkpoint.write(state, clean, hotFrom);
        checkpoint.to.flip();
        return checkpoint.to;
    }

    /** Restores the state, which is new, from bytes. */
    static Header decode(ByteBuffer from, HostState state) {
        long version = Values.getNumber(from);
        if (version != VERSION && version != VERSION_WITHOUT_PARTS) {
            throw new IllegalStateException("checkpoint of version " + version + ", this broker reads " + VERSION);
        }
        Header header = new Header(Values.getNumber(from) == 1, Values.getNumber(from));
        state.queues().nextId((int) Values.getNumber(from));
        state.nextSegment(Values.getNumber(from));
        for (long n = Values.getNumber(from); n > 0; n--) {
            state.exchangeDeclared(Definitions.exchange(from));
        }
        for (long n = Values.getNumber(from); n > 0; n--) {
            readQueue(from, state, version);
        }
        for (long n = Values.getNumber(from); n > 0; n--) {
            state.bound(Definitions.binding(from, DestinationKind.QUEUE));
        }
        if (version > VERSION_WITHOUT_PARTS) {
            readParts(from, state);
        }
        return header;
    }

    private void write(HostState state, boolean clean, long hotFrom) {
        number(VERSION);
        number(clean ? 1 : 0);
        number(hotFrom);
        number(state.queues().nextId());
        number(state.nextSegment());
        List<ExchangeSpec> exchanges = new ArrayList<>();
        for (ExchangeSpec spec : state.topology().exchanges()) {
            if (spec.durable() && !Topology.predeclared(spec.name())) {
                exchanges.add(spec);
            }
        }
        number(exchanges.size());
        for (ExchangeSpec spec : exchanges) {
            Definitions.put(room(Definitions.bytesMax(spec)), spec);
        }
        List<Queue> queues = new ArrayList<>();
        for (Queue queue : state.queues().all()) {
            if (queue.state().spec().logged()) {
                queues.add(queue);
            }
        }
        number(queues.size());
        for (Queue queue : queues) {
            writeQueue(queue.state(), clean);
        }
        writeBindings(logged(state, DestinationKind.QUEUE));
        writeParts(state);
    }

    private static List<BindingSpec> logged(HostState state, DestinationKind kind) {
        List<BindingSpec> bindings = new ArrayList<>();
        state.topology().forEachBinding(binding -> {
            if (binding.kind() == kind && Declaring.isLogged(state, binding)) {
                bindings.add(binding);
            }
        });
        return bindings;
    }

    private void writeBindings(List<BindingSpec> bindings) {
        number(bindings.size());
        for (BindingSpec binding : bindings) {
            Definitions.put(room(Definitions.bytesMax(binding)), binding);
        }
    }

    /** Writes what only some virtual hosts have: a number for the part, and the part. */
    private void writeParts(HostState state) {
        List<BindingSpec> between = logged(state, DestinationKind.EXCHANGE);
        if (!between.isEmpty()) {
            number(EXCHANGE_BINDINGS);
            writeBindings(between);
        }
        number(NO_MORE_PARTS);
    }

    /** Writes what only some queues have: a number for the part, and the part. */
    private void writeParts(QueueState queue) {
        DueTimes dues = queue.dues();
        if (dues != null && queue.hasDues()) {
            number(DUE_TIMES);
            writeDues(queue, dues);
        }
        RememberedIds ids = queue.ids();
        if (!queue.runs().all().isEmpty() || (ids != null && ids.size() > 0)) {
            number(BYTES_AND_IDS);
            writeBytesAndIds(queue.runs().all(), ids);
        }
        Priorities priorities = queue.priorities();
        if (priorities != null) {
            number(LEVELS);
            previous = 0;
            priorities.forEach((first, last, level) -> writeLevel(queue.transients(), first, last, level));
            number(0);
            number(0);
        }
        number(NO_MORE_PARTS);
    }

    private void writeBytesAndIds(List<Run> runs, @Nullable RememberedIds ids) {
        number(runs.size());
        for (Run run : runs) {
            number(run.segment());
            number(run.bodyBytes());
        }
        number(ids == null ? 0 : ids.size());
        if (ids != null) {
            ids.forEach((id, at) -> {
                Values.putText(room(Values.bytesMax(id)), id);
                number(at);
            });
        }
    }

    private static void readBytesAndIds(ByteBuffer from, QueueState queue) {
        for (long n = Values.getNumber(from); n > 0; n--) {
            queue.runs().restoreBodyBytes(Values.getNumber(from), Values.getNumber(from));
        }
        RememberedIds ids = queue.ids();
        for (long n = Values.getNumber(from); n > 0; n--) {
            String id = Values.getText(from);
            long at = Values.getNumber(from);
            if (ids != null) {
                ids.restore(id, at);
            }
        }
    }

    private void writeDues(QueueState queue, DueTimes dues) {
        previous = 0;
        previousDue = 0;
        dues.forEach(queue.live(), queue.transients(), (first, count, due) -> {
            number(first - previous);
            number(count);
            long change = due - previousDue;
            number(change << 1 ^ change >> 63);
            previous = first;
            previousDue = due;
        });
        number(0);
        number(0);
    }

    private static void readDues(ByteBuffer from, QueueState queue) {
        long first = 0;
        long due = 0;
        while (true) {
            first += Values.getNumber(from);
            long count = Values.getNumber(from);
            if (count == 0) {
                return;
            }
            long change = Values.getNumber(from);
            due += change >>> 1 ^ -(change & 1);
            queue.restoreDues(first, count, due);
        }
    }

    private void writeQueue(QueueState queue, boolean clean) {
        number(queue.id());
        Definitions.put(room(Definitions.bytesMax(queue.spec())), queue.spec());
        number(queue.nextSequence());
        number(clean ? queue.redeliveredUpTo() : queue.offeredUpTo());
        number(queue.redeliveredUpTo());
        List<Run> runs = queue.runs().all();
        number(runs.size());
        for (Run run : runs) {
            Definitions.put(room(Definitions.RUN_BYTES_MAX), run);
        }
        previous = 0;
        queue.live().ranges(0, Long.MAX_VALUE - 1, (first, last) -> writeLogged(queue.transients(), first, last));
        number(0);
        number(0);
        previous = 0;
        queue.attempts().forEach((sequence, count) -> {
            if (queue.isLogged(sequence)) {
                number(sequence - previous);
                number(count);
                previous = sequence;
            }
        });
        number(0);
        number(0);
        writeParts(queue);
    }

    /** A live range without what a restart forgets. */
    private void writeLogged(SequenceSet transients, long first, long last) {
        long from = first;
        for (long gap = transients.next(first); gap >= 0 && gap <= last; gap = transients.next(gap + 1)) {
            range(from, gap - 1);
            from = gap + 1;
        }
        range(from, last);
    }

    /** A stretch of one level without what a restart forgets: distance from the one before, length, level. */
    private void writeLevel(SequenceSet transients, long first, long last, int level) {
        long from = first;
        for (long gap = transients.next(first); gap >= 0 && gap <= last; gap = transients.next(gap + 1)) {
            level(from, gap - 1, level);
            from = gap + 1;
        }
        level(from, last, level);
    }

    private void level(long first, long last, int level) {
        if (first <= last) {
            range(first, last);
            number(level);
        }
    }

    private static void readLevels(ByteBuffer from, QueueState queue) {
        long at = 0;
        while (true) {
            long first = at + Values.getNumber(from);
            at = first + Values.getNumber(from) - 1;
            if (at < first) {
                return;
            }
            int level = (int) Values.getNumber(from);
            for (long s = first; s <= at; s++) {
                queue.prioritised(s, level);
            }
        }
    }

    private void range(long first, long last) {
        if (first <= last) {
            number(first - previous);
            number(last - first + 1);
            previous = last;
        }
    }

    /** Reads what only some virtual hosts have. */
    private static void readParts(ByteBuffer from, HostState state) {
        for (long part = Values.getNumber(from); part != NO_MORE_PARTS; part = Values.getNumber(from)) {
            if (part != EXCHANGE_BINDINGS) {
                throw unknownPart(part, "of virtual host '" + state.name() + "'");
            }
            for (long n = Values.getNumber(from); n > 0; n--) {
                state.bound(Definitions.binding(from, DestinationKind.EXCHANGE));
            }
        }
    }

    /** Reads what only some queues have. */
    private static void readParts(ByteBuffer from, QueueState queue) {
        for (long part = Values.getNumber(from); part != NO_MORE_PARTS; part = Values.getNumber(from)) {
            if (part == DUE_TIMES) {
                readDues(from, queue);
            } else if (part == BYTES_AND_IDS) {
                readBytesAndIds(from, queue);
            } else if (part == LEVELS) {
                readLevels(from, queue);
            } else {
                throw unknownPart(part, "of queue '" + queue.spec().name() + "'");
            }
        }
    }

    private static IllegalStateException unknownPart(long part, String where) {
        return new IllegalStateException("unknown part " + part + " in the checkpoint " + where);
    }

    private static void readQueue(ByteBuffer from, HostState state, long version) {
        int id = (int) Values.getNumber(from);
        QueueState queue =
                state.queueDeclared(id, Definitions.queue(from), null).state();
        queue.restore(Values.getNumber(from), Values.getNumber(from), Values.getNumber(from));
        List<Run> runs = new ArrayList<>();
        for (long n = Values.getNumber(from); n > 0; n--) {
            runs.add(Definitions.run(from));
        }
        long at = 0;
        while (true) {
            long distance = Values.getNumber(from);
            long length = Values.getNumber(from);
            if (length == 0) {
                break;
            }
            queue.restoreLive(at + distance, at + distance + length - 1);
            at += distance + length - 1;
        }
        at = 0;
        while (true) {
            at += Values.getNumber(from);
            int count = (int) Values.getNumber(from);
            if (count == 0) {
                break;
            }
            queue.restoreAttempts(at, count);
        }
        for (Run run : runs) {
            state.moved(run.segment(), List.of(run));
        }
        if (version > VERSION_WITHOUT_PARTS) {
            readParts(from, queue);
        }
    }

    private void number(long value) {
        Values.putNumber(room(Values.NUMBER_BYTES_MAX), value);
    }

    private ByteBuffer room(int bytes) {
        if (to.remaining() < bytes) {
            int capacity = Math.max(to.capacity() * 2, to.position() + bytes + ROOM);
            ByteBuffer wider = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
            to.flip();
            wider.put(to);
            to = wider;
        }
        return to;
    }
}
