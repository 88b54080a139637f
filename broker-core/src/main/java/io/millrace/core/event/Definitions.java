package io.millrace.core.event;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.DestinationKind;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;

/** The stored form of exchanges, queues, bindings and runs. */
public final class Definitions {
    /** Most bytes that a run takes. */
    public static final int RUN_BYTES_MAX = 6 * Values.NUMBER_BYTES_MAX;

    private static final int DURABLE = 1;
    private static final int AUTO_DELETE = 2;
    private static final int INTERNAL = 4;
    private static final int EXCLUSIVE = 8;

    private Definitions() {}

    /** At least the bytes that it takes. */
    public static int bytesMax(ExchangeSpec spec) {
        return Values.bytesMax(spec.name()) + Values.bytesMax(spec.type()) + 1 + Values.bytesMax(spec.arguments());
    }

    /** Writes an exchange. */
    public static void put(ByteBuffer to, ExchangeSpec spec) {
        Values.putText(to, spec.name());
        Values.putText(to, spec.type());
        to.put((byte) ((spec.durable() ? DURABLE : 0)
                | (spec.autoDelete() ? AUTO_DELETE : 0)
                | (spec.internal() ? INTERNAL : 0)));
        Values.putArguments(to, spec.arguments());
    }

    /** Reads an exchange. */
    public static ExchangeSpec exchange(ByteBuffer from) {
        String name = Values.getText(from);
        String type = Values.getText(from);
        int flags = from.get();
        return new ExchangeSpec(
                name,
                type,
                (flags & DURABLE) != 0,
                (flags & AUTO_DELETE) != 0,
                (flags & INTERNAL) != 0,
                Values.getArguments(from));
    }

    /** At least the bytes that it takes. */
    public static int bytesMax(QueueSpec spec) {
        return Values.bytesMax(spec.name()) + 1 + Values.bytesMax(spec.arguments());
    }

    /** Writes a queue. */
    public static void put(ByteBuffer to, QueueSpec spec) {
        Values.putText(to, spec.name());
        to.put((byte) ((spec.durable() ? DURABLE : 0)
                | (spec.autoDelete() ? AUTO_DELETE : 0)
                | (spec.exclusive() ? EXCLUSIVE : 0)));
        Values.putArguments(to, spec.arguments());
    }

    /** Reads a queue. */
    public static QueueSpec queue(ByteBuffer from) {
        String name = Values.getText(from);
        int flags = from.get();
        return new QueueSpec(
                name,
                (flags & DURABLE) != 0,
                (flags & EXCLUSIVE) != 0,
                (flags & AUTO_DELETE) != 0,
                Values.getArguments(from));
    }

    /** At least the bytes that it takes. */
    public static int bytesMax(BindingSpec spec) {
        return Values.bytesMax(spec.exchange())
                + Values.bytesMax(spec.destination())
                + Values.bytesMax(spec.routingKey())
                + Values.bytesMax(spec.arguments());
    }

    /** Writes a binding; what kind its destination is, is told by the event's type or the part that it stands in. */
    public static void put(ByteBuffer to, BindingSpec spec) {
        Values.putText(to, spec.exchange());
        Values.putText(to, spec.destination());
        Values.putText(to, spec.routingKey());
        Values.putArguments(to, spec.arguments());
    }

    /** Reads a binding to a destination of that kind. */
    public static BindingSpec binding(ByteBuffer from, DestinationKind kind) {
        return new BindingSpec(
                Values.getText(from), kind, Values.getText(from), Values.getText(from), Values.getArguments(from));
    }

    /** Writes a run, without the bytes of its bodies. */
    public static void put(ByteBuffer to, Run run) {
        Values.putNumber(to, run.segment());
        Values.putNumber(to, run.queue());
        Values.putNumber(to, run.first());
        Values.putNumber(to, run.last() - run.first());
        Values.putNumber(to, run.count());
        Values.putNumber(to, run.indexAt());
    }

    /** Reads a run, as one whose bytes of bodies were not noted. */
    public static Run run(ByteBuffer from) {
        long segment = Values.getNumber(from);
        int queue = (int) Values.getNumber(from);
        long first = Values.getNumber(from);
        long last = first + Values.getNumber(from);
        return new Run(segment, queue, first, last, (int) Values.getNumber(from), Values.getNumber(from), 0);
    }
}
