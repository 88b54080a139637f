package io.millrace.core.vhost;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps all that comes back to a lane. */
final class RecordingOutlet implements Outlet {
    /** A message as it came. */
    record Delivered(int consumer, int queue, long sequence, boolean redelivered, int count, String body) {}

    final List<Delivered> deliveries = new ArrayList<>();
    /** The priorities of {@link #deliveries}. */
    final List<Integer> priorities = new ArrayList<>();

    final List<String> returned = new ArrayList<>();
    final List<BrokerException> failures = new ArrayList<>();
    final List<Integer> cancelled = new ArrayList<>();
    /** Publishes refused, in the order of the refusals. */
    final List<Long> refused = new ArrayList<>();

    long confirmed;
    int empty;
    int flushes;
    long remaining = -1;
    boolean room = true;
    int deliveriesPerFlush = Integer.MAX_VALUE;
    private int sinceFlush;

    @Nullable
    ByteBuffer lastRecord;

    List<String> bodies() {
        return deliveries.stream().map(Delivered::body).toList();
    }

    Delivered last() {
        return deliveries.get(deliveries.size() - 1);
    }

    @Override
    public void deliver(
            int consumer, int queue, long sequence, boolean redelivered, int count, ByteBuffer record, int at) {
        sinceFlush++;
        deliveries.add(new Delivered(consumer, queue, sequence, redelivered, count, body(record, at)));
        priorities.add(MessageRecord.priority(record, at));
        lastRecord = copy(record, at);
    }

    @Override
    public void got(int queue, long sequence, boolean redelivered, int count, long left, ByteBuffer record, int at) {
        remaining = left;
        deliver(0, queue, sequence, redelivered, count, record, at);
    }

    @Override
    public void gotNothing() {
        empty++;
    }

    @Override
    public void confirmed(long upTo) {
        if (upTo <= confirmed) {
            throw new AssertionError("confirmed " + upTo + " after " + confirmed);
        }
        confirmed = upTo;
    }

    @Override
    public void refused(long number, ErrorCode why) {
        if (number <= confirmed) {
            throw new AssertionError("refused " + number + " after " + confirmed + " was confirmed: " + why);
        }
        refused.add(number);
    }

    @Override
    public void returned(long number, ByteBuffer record, int at) {
        if (number > 0 && number <= confirmed) {
            throw new AssertionError("returned " + number + " after its confirm");
        }
        returned.add(body(record, at));
    }

    @Override
    public void failed(BrokerException why) {
        failures.add(why);
    }

    @Override
    public void consumerCancelled(int consumer) {
        cancelled.add(consumer);
    }

    @Override
    public boolean hasRoom() {
        return room && sinceFlush < deliveriesPerFlush;
    }

    @Override
    public void flush() {
        flushes++;
        sinceFlush = 0;
    }

    private static String body(ByteBuffer record, int at) {
        byte[] bytes = new byte[MessageRecord.bodyLength(record, at)];
        record.get(MessageRecord.bodyAt(record, at), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static ByteBuffer copy(ByteBuffer record, int at) {
        ByteBuffer copy = ByteBuffer.allocate(MessageRecord.length(record, at)).order(record.order());
        copy.put(0, record, at, copy.capacity());
        return copy;
    }
}
