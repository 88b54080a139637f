package io.millrace.core.event;

import io.millrace.core.model.DestinationKind;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.store.Segments.Run;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link EventWriter} wrote. */
public final class EventReader {
    private final Slots slots = new Slots();

    /**
     * Shows every event of a frame, in order.
     *
     * @param events little-endian, from position to the end of the last event at least
     * @param count how many there are
     */
    public void read(ByteBuffer events, int count, HostEvents to) {
        for (int i = 0; i < count; i++) {
            readOne(events, to);
        }
    }

    private void readOne(ByteBuffer from, HostEvents to) {
        byte type = from.get();
        switch (type) {
            case EventWriter.EXCHANGE_DECLARED -> to.exchangeDeclared(Definitions.exchange(from));
            case EventWriter.EXCHANGE_DELETED -> to.exchangeDeleted(Values.getText(from));
            case EventWriter.QUEUE_DECLARED -> to.queueDeclared((int) Values.getNumber(from), Definitions.queue(from));
            case EventWriter.QUEUE_DELETED -> to.queueDeleted((int) Values.getNumber(from));
            case EventWriter.BOUND -> to.bound(Definitions.binding(from, DestinationKind.QUEUE));
            case EventWriter.UNBOUND -> to.unbound(Definitions.binding(from, DestinationKind.QUEUE));
            case EventWriter.EXCHANGE_BOUND -> to.bound(Definitions.binding(from, DestinationKind.EXCHANGE));
            case EventWriter.EXCHANGE_UNBOUND -> to.unbound(Definitions.binding(from, DestinationKind.EXCHANGE));
            case EventWriter.APPENDED, EventWriter.APPENDED_DUE -> {
                readSlots(from, type == EventWriter.APPENDED_DUE);
                int at = skipRecord(from);
                to.appended(slots, from, at);
            }
            case EventWriter.DEAD_LETTERED, EventWriter.DEAD_LETTERED_DUE -> {
                int queue = (int) Values.getNumber(from);
                long sequence = Values.getNumber(from);
                readSlots(from, type == EventWriter.DEAD_LETTERED_DUE);
                int at = skipRecord(from);
                to.deadLettered(queue, sequence, slots, from, at);
            }
            case EventWriter.SETTLED -> {
                int queue = (int) Values.getNumber(from);
                long first = Values.getNumber(from);
                long last = first + Values.getNumber(from);
                to.settled(queue, first, last, Cause.of(from.get()));
            }
            case EventWriter.REQUEUED -> {
                int queue = (int) Values.getNumber(from);
                long first = Values.getNumber(from);
                to.requeued(queue, first, first + Values.getNumber(from));
            }
            case EventWriter.OFFERED -> to.offered((int) Values.getNumber(from), Values.getNumber(from));
            case EventWriter.MOVED -> to.moved(Values.getNumber(from), readRuns(from, false));
            case EventWriter.MOVED_WITH_BYTES -> to.moved(Values.getNumber(from), readRuns(from, true));
            case EventWriter.COMPACTED ->
                to.compacted(Values.getNumber(from), Values.getNumber(from), readRuns(from, true));
            case EventWriter.REMEMBERED ->
                to.remembered((int) Values.getNumber(from), Values.getText(from), Values.getNumber(from));
            default -> throw new IllegalStateException("unknown event type " + type + " at byte " + from.position());
        }
    }

    private void readSlots(ByteBuffer from, boolean withDues) {
        slots.clear();
        long count = Values.getNumber(from);
        for (long i = 0; i < count; i++) {
            int queue = (int) Values.getNumber(from);
            long sequence = Values.getNumber(from);
            slots.add(queue, sequence, withDues ? Values.getNumber(from) : 0);
        }
    }

    private static int skipRecord(ByteBuffer from) {
        int at = from.position();
        from.position(at + MessageRecord.length(from, at));
        return at;
    }

    private static List<Run> readRuns(ByteBuffer from, boolean withBytes) {
        int count = (int) Values.getNumber(from);
        List<Run> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Run run = Definitions.run(from);
            runs.add(withBytes ? run.withBodyBytes(Values.getNumber(from)) : run);
        }
        return runs;
    }
}
