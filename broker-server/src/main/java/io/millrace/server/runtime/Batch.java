package io.millrace.server.runtime;

import io.millrace.core.model.MessageRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What travels between two event loops in one piece: a sequence of primitive words, the message records that they point
 * to, and the objects of the rare entries. Reused through a {@link BatchPool}; belongs to one thread at a time.
 *
 * <p>It only holds; {@link CommandStream} and {@link AnswerStream} say what the words mean.
 */
final class Batch {
    /** A batch that has grown beyond this is handed over early, and does not keep its memory when it is reused. */
    static final int BYTES_FULL = 256 << 10;

    private static final int RECORD_BYTES_MIN = 16 << 10;
    private static final int WORDS_MIN = 512;
    private static final int WORDS_KEPT = 32 << 10;
    private static final int OBJECTS_MIN = 16;

    private final ByteBufAllocator allocator;
    private long[] words = new long[WORDS_MIN];
    private int wordCount;
    private @Nullable Object[] objects = new Object[OBJECTS_MIN];
    private int objectCount;
    private @Nullable ByteBuf memory;
    private ByteBuffer records = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    private int recordBytes;
    /** The relay that this batch belongs to while it travels. */
    private @Nullable Relay relay;

    Batch(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Adds a word. */
    void add(long word) {
        if (wordCount == words.length) {
            words = Arrays.copyOf(words, wordCount * 2);
        }
        words[wordCount++] = word;
    }

    /** The word at that index. */
    long word(int index) {
        return words[index];
    }

    /** How many words there are. */
    int wordCount() {
        return wordCount;
    }

    /** Adds an object; the reader takes the objects in the order in which they were added. */
    void object(@Nullable Object object) {
        if (objectCount == objects.length) {
            objects = Arrays.copyOf(objects, objectCount * 2);
        }
        objects[objectCount++] = object;
    }

    /** The object at that index. */
    @Nullable
    Object object(int index) {
        return objects[index];
    }

    /** Copies a message record into this batch and says where it begins in {@link #records}. */
    int record(ByteBuffer source, int at) {
        int length = MessageRecord.length(source, at);
        int begin = recordBytes;
        if (length > records.capacity() - begin) {
            grow(Math.addExact(begin, length));
        }
        records.put(begin, source, at, length);
        recordBytes = begin + length;
        return begin;
    }

    /** The records; little-endian, by absolute index only. */
    ByteBuffer records() {
        return records;
    }

    /** Bytes of message records. */
    int recordBytes() {
        return recordBytes;
    }

    /** Bytes that this batch stands for, about. */
    long bytes() {
        return recordBytes + 8L * wordCount + 64L * objectCount;
    }

    /** Whether it should be handed over now. */
    boolean full() {
        return bytes() >= BYTES_FULL;
    }

    /** Says whose batch it is. */
    void relay(Relay whose) {
        this.relay = whose;
    }

    /** Whose batch it is. */
    Relay relay() {
        Relay whose = relay;
        if (whose == null) {
            throw new IllegalStateException("a batch without a relay was handed over");
        }
        return whose;
    }

    /** Empties it for the next use; memory beyond the usual is given back. */
    void clear() {
        wordCount = 0;
        if (words.length > WORDS_KEPT) {
            words = new long[WORDS_MIN];
        }
        Arrays.fill(objects, 0, objectCount, null);
        objectCount = 0;
        recordBytes = 0;
        relay = null;
        if (records.capacity() > BYTES_FULL) {
            free();
        }
    }

    /** Gives all memory back. */
    void free() {
        ByteBuf held = memory;
        if (held != null) {
            memory = null;
            records = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
            held.release();
        }
    }

    private void grow(int needed) {
        int capacity = Math.max(RECORD_BYTES_MIN, records.capacity());
        while (capacity < needed) {
            capacity = capacity > Integer.MAX_VALUE / 2 ? needed : capacity * 2;
        }
        ByteBuf larger = allocator.directBuffer(capacity, capacity);
        ByteBuffer view = larger.nioBuffer(0, capacity).order(ByteOrder.LITTLE_ENDIAN);
        view.put(0, records, 0, recordBytes);
        ByteBuf old = memory;
        memory = larger;
        records = view;
        if (old != null) {
            old.release();
        }
    }
}
