package io.millrace.core.vhost;

import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lane has asked for and not yet committed: copies of messages, and settlements. Nobody sees any of it. Owner's
 * thread.
 */
final class Transaction {
    private static final int FIRST_CHUNK_BYTES = 4 << 10;
    private static final int LARGEST_CHUNK_BYTES = 1 << 20;
    /** What an entry costs besides the record, about. */
    private static final int ENTRY_BYTES = 32;

    private static final Outcome[] OUTCOMES = Outcome.values();

    /** The copies, one behind the other; a message lies in one of them. */
    private final List<ByteBuffer> chunks = new ArrayList<>();
    /** A message: its chunk in the upper half, its offset in the lower. */
    private long[] places = new long[16];

    private byte[] flags = new byte[16];
    private int messages;

    /** A settlement: consumer and queue, first, last, outcome. */
    private long[] settlements = new long[32];

    private int settled;
    private long bytes;

    /** A message that dies by the commit. */
    private record Place(int queue, long sequence) {}

    /** Records of such messages that had to be read from disk. */
    private final Map<Place, ByteBuffer> copies = new HashMap<>();

    boolean isEmpty() {
        return messages == 0 && settled == 0;
    }

    /** Memory that it takes. */
    long bytes() {
        return bytes;
    }

    /** Messages and settlements together. */
    int entries() {
        return messages + settled;
    }

    /** Bytes that an entry with a record of that length, or 0, adds. */
    static long cost(int recordLength) {
        return (long) recordLength + ENTRY_BYTES;
    }

    void publish(int publishFlags, ByteBuffer record, int recordAt) {
        int length = MessageRecord.length(record, recordAt);
        ByteBuffer chunk = room(length);
        if (messages == places.length) {
            places = Arrays.copyOf(places, messages * 2);
            flags = Arrays.copyOf(flags, messages * 2);
        }
        int at = chunk.position();
        chunk.put(at, record, recordAt, length).position(at + length);
        places[messages] = (long) (chunks.size() - 1) << 32 | at;
        flags[messages++] = (byte) publishFlags;
        bytes += cost(length);
    }

    @SuppressWarnings("EnumOrdinal") // it is kept in memory only
    void settle(int consumer, int queue, long first, long last, Outcome outcome) {
        int at = settled * 4;
        if (at == settlements.length) {
            settlements = Arrays.copyOf(settlements, at * 2);
        }
        settlements[at] = (long) consumer << 32 | queue & 0xFFFF_FFFFL;
        settlements[at + 1] = first;
        settlements[at + 2] = last;
        settlements[at + 3] = outcome.ordinal();
        settled++;
        bytes += cost(0);
    }

    int messages() {
        return messages;
    }

    /** What holds the record of that message. */
    ByteBuffer record(int message) {
        return chunks.get((int) (places[message] >>> 32));
    }

    /** Where in {@link #record} it lies. */
    int recordAt(int message) {
        return (int) places[message];
    }

    int flags(int message) {
        return flags[message];
    }

    int settlements() {
        return settled;
    }

    int consumer(int settlement) {
        return (int) (settlements[settlement * 4] >>> 32);
    }

    int queue(int settlement) {
        return (int) settlements[settlement * 4];
    }

    long first(int settlement) {
        return settlements[settlement * 4 + 1];
    }

    long last(int settlement) {
        return settlements[settlement * 4 + 2];
    }

    Outcome outcome(int settlement) {
        return OUTCOMES[(int) settlements[settlement * 4 + 3]];
    }

    /** Keeps the record of a message that dies by the commit. */
    void keep(int queue, long sequence, ByteBuffer record, int recordAt, int length) {
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        copies.put(new Place(queue, sequence), copy.put(0, record, recordAt, length));
        bytes += cost(length);
    }

    /** The record of that message, at 0, if it was kept. */
    @Nullable
    ByteBuffer copy(int queue, long sequence) {
        return copies.isEmpty() ? null : copies.get(new Place(queue, sequence));
    }

    private ByteBuffer room(int length) {
        ByteBuffer chunk = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (chunk == null || chunk.remaining() < length) {
            int next = chunk == null ? FIRST_CHUNK_BYTES : Math.min(LARGEST_CHUNK_BYTES, chunk.capacity() * 4);
            chunk = ByteBuffer.allocate(Math.max(next, length)).order(ByteOrder.LITTLE_ENDIAN);
            chunks.add(chunk);
        }
        return chunk;
    }
}
