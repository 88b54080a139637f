package io.millrace.core.store;

import io.millrace.core.model.MessageRecord;
import io.millrace.core.store.SegmentPlan.PlannedRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes segment plans, and remembers what every queue was to get. */
final class PlanBuilder {
    private record Place(int buffer, int offset) {}

    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final List<byte[]> records = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Boolean> shared = new ArrayList<>();
    private final Map<Integer, TreeMap<Long, Integer>> queues = new LinkedHashMap<>();

    /** Begins another buffer of that many bytes. */
    PlanBuilder buffer(int bytes, boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
        buffers.add(buffer.order(ByteOrder.LITTLE_ENDIAN));
        buffer.position(Math.min(7, bytes)); // records need not begin at the begin
        return this;
    }

    /** A record with a body of that many bytes, in the newest buffer; returns its number. */
    int record(int bodyBytes, int fill) {
        byte[] key = ("key." + fill).getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = buffers.get(buffers.size() - 1);
        int at = buffer.position();
        int length = MessageRecord.FIXED_BYTES + key.length + bodyBytes;
        MessageRecord.writeFixed(buffer, at, length, MessageRecord.AMQP_0_9_1, 1, 4, 0, key.length, 0, 0, 0);
        buffer.put(at + MessageRecord.FIXED_BYTES, key);
        byte[] body = new byte[bodyBytes];
        for (int i = 0; i < bodyBytes; i++) {
            body[i] = (byte) (fill + i);
        }
        buffer.put(at + MessageRecord.FIXED_BYTES + key.length, body);
        buffer.position(at + length);
        byte[] whole = new byte[length];
        buffer.get(at, whole);
        records.add(whole);
        places.add(new Place(buffers.size() - 1, at));
        shared.add(false);
        return records.size() - 1;
    }

    /** Plans a record for a queue under that sequence. */
    PlanBuilder queue(int queue, long sequence, int record) {
        queues.computeIfAbsent(queue, any -> new TreeMap<>()).put(sequence, record);
        return this;
    }

    /** Says that a record stands in several runs. */
    PlanBuilder share(int record) {
        shared.set(record, true);
        return this;
    }

    /** What a queue was to get, by sequence. */
    Map<Long, byte[]> expected(int queue) {
        Map<Long, byte[]> expected = new TreeMap<>();
        queues.getOrDefault(queue, new TreeMap<>())
                .forEach((sequence, record) -> expected.put(sequence, records.get(record)));
        return expected;
    }

    SegmentPlan build() {
        List<PlannedRun> runs = new ArrayList<>();
        queues.forEach((queue, messages) -> {
            int count = messages.size();
            long[] sequences = new long[count + 3]; // arrays may be longer than what counts
            int[] named = new int[count + 3];
            int[] offsets = new int[count + 3];
            Arrays.fill(named, 99);
            int i = 0;
            for (Map.Entry<Long, Integer> message : messages.entrySet()) {
                Place place = places.get(message.getValue());
                sequences[i] = message.getKey();
                named[i] = place.buffer() | (shared.get(message.getValue()) ? SegmentPlan.SHARED : 0);
                offsets[i] = place.offset();
                i++;
            }
            runs.add(new PlannedRun(queue, count, sequences, named, offsets));
        });
        List<ByteBuffer> planned = new ArrayList<>();
        for (ByteBuffer buffer : buffers) {
            planned.add(buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip());
        }
        return new SegmentPlan(planned, runs);
    }
}
