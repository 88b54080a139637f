package io.millrace.core.simulation;

import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A message as its publisher sent it, and what became of the sending. */
final class Message {
    private static final int ID_BYTES = 8;
    private static final byte[] NOTHING = new byte[0];

    final long id;
    final String exchange;
    final String key;
    final boolean durable;
    final boolean mandatory;
    final int priority;
    /** How long it may wait, milliseconds; -1 = for ever. */
    final long expiration;
    /** How long it is to be delayed, milliseconds; 0 = not. */
    final long delay;
    /** Its id for queues that let none in twice; 0 = none. */
    final long dedup;
    /** The record as it was handed over. */
    final byte[] record;

    /** Its number in the lane that wants a confirm, or 0. */
    long number;

    @Nullable
    Tx tx;

    int lane;
    /** The queues to which it had to go, by their numbers; null if that is asked when it comes. */
    @Nullable
    Set<Integer> expected;

    /** Where it came as it was published. */
    final Set<Integer> arrived = new TreeSet<>();

    /** The highest frame that holds the id for which a queue did not take it. */
    long duplicateOf;

    /** The frame in which it came, or 0. */
    long position;

    boolean refused;
    boolean returned;
    /** Whether a target was full and had to refuse it. */
    boolean mustBeRefused;
    /** Whether a target is one that may refuse. */
    boolean mayBeRefused;

    Message(
            long id,
            String exchange,
            String key,
            boolean durable,
            boolean mandatory,
            int priority,
            long expiration,
            long delay,
            long dedup,
            int bodyBytes) {
        this.id = id;
        this.exchange = exchange;
        this.key = key;
        this.durable = durable;
        this.mandatory = mandatory;
        this.priority = priority;
        this.expiration = expiration;
        this.delay = delay;
        this.dedup = dedup;
        this.record = write(Math.max(ID_BYTES, bodyBytes));
    }

    private byte[] write(int bodyBytes) {
        byte[] x = exchange.getBytes(StandardCharsets.UTF_8);
        byte[] k = key.getBytes(StandardCharsets.UTF_8);
        byte[] p = delay == 0 && dedup == 0
                ? NOTHING
                : ByteBuffer.allocate(2 * Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(delay)
                        .putLong(dedup)
                        .array();
        int length = MessageRecord.FIXED_BYTES + x.length + k.length + p.length + bodyBytes;
        ByteBuffer to = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        long expires = expiration < 0 ? 0 : MessageRecord.waiting(expiration);
        int flags = durable ? MessageRecord.DURABLE : 0;
        MessageRecord.writeFixed(to, 0, length, 0, flags, priority, x.length, k.length, 0, p.length, expires);
        to.position(MessageRecord.FIXED_BYTES);
        to.put(x).put(k).put(p).putLong(id);
        for (int at = to.position(); at < length; at++) {
            to.put(at, (byte) (id * 31 + at));
        }
        return to.array();
    }

    /** What the properties say. */
    static void headers(long delay, long dedup, Map<String, @Nullable Object> headers) {
        if (delay > 0) {
            headers.put("x-delay", delay);
        }
        if (dedup > 0) {
            headers.put("x-deduplication-header", dedup);
        }
    }

    /** Its id as queues remember it: with its kind in front. */
    String remembered() {
        return "n" + dedup;
    }

    /** The number of the message in that record. */
    static long idOf(ByteBuffer record, int at) {
        return record.getLong(MessageRecord.bodyAt(record, at));
    }

    /** The number of the message in that record. */
    static long idOf(byte[] record) {
        return idOf(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0);
    }

    int bodyBytes() {
        return MessageRecord.bodyLength(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0);
    }

    @Override
    public String toString() {
        return "m" + id + (durable ? "" : " transient") + " to '" + exchange + "' by '" + key + "'"
                + (delay > 0 ? " delayed " + delay : "") + (expiration >= 0 ? " expires in " + expiration : "")
                + (dedup > 0 ? " with id " + dedup : "");
    }
}
