package io.millrace.benchmarks.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Messages whose frames lie ready one behind the other: publishing writes a range of them with one call. Only the stamp at
 * the start of a body and its last byte are set for each message. The messages go round: slot 0 comes after the last.
 */
public final class MessageBatch {
    /** A body begins with a stamp of eight bytes and ends with a byte that follows from it. */
    public static final int BODY_MIN = 9;

    private final ByteBuffer frames;
    private final int[] starts;
    private final int[] stamps;
    private final int[] lasts;
    private int next;

    private MessageBatch(ByteBuffer frames, int[] starts, int[] stamps, int[] lasts) {
        this.frames = frames;
        this.starts = starts;
        this.stamps = stamps;
        this.lasts = lasts;
    }

    /**
     * Makes the frames.
     *
     * @param keys       the routing keys, in turn
     * @param size       bytes of a body
     * @param payloadMax bytes of a body in one frame
     * @param bytes      how much to make, about; at least one message for each key
     */
    public static MessageBatch of(
            String exchange, List<String> keys, int size, boolean persistent, int payloadMax, int bytes) {
        if (size < BODY_MIN) {
            throw new IllegalArgumentException("a message has " + size + " bytes; allowed: from " + BODY_MIN + " on");
        }
        int each = size + 100;
        int count = Math.max(1, bytes / each);
        count = Math.max(keys.size(), count / keys.size() * keys.size());
        int[] starts = new int[count + 1];
        int[] stamps = new int[count];
        int[] lasts = new int[count];
        FrameWriter out = new FrameWriter(count * each);
        byte[] filling = new byte[size];
        java.util.Arrays.fill(filling, (byte) 'm');
        for (int slot = 0; slot < count; slot++) {
            starts[slot] = out.position();
            out.method(1, Wire.BASIC_PUBLISH)
                    .u16(0)
                    .shortText(exchange)
                    .shortText(keys.get(slot % keys.size()))
                    .u8(0)
                    .end();
            out.frame(Wire.HEADER, 1).u16(60).u16(0).u64(size);
            if (persistent) {
                out.u16(0x1000).u8(2).end(); // delivery-mode
            } else {
                out.u16(0).end();
            }
            for (int done = 0; done < size; ) {
                int part = Math.min(size - done, payloadMax);
                out.frame(Wire.BODY, 1);
                if (done == 0) {
                    stamps[slot] = out.position();
                }
                out.bytes(part == size ? filling : java.util.Arrays.copyOf(filling, part))
                        .end();
                done += part;
            }
            lasts[slot] = out.position() - 2;
        }
        starts[count] = out.position();
        return new MessageBatch(out.written(), starts, stamps, lasts);
    }

    /** How many of {@code wanted} messages the next {@link #take} gives: those up to the last slot. */
    public int upTo(int wanted) {
        return Math.min(wanted, stamps.length - next);
    }

    /** How many slots there are. */
    public int slots() {
        return stamps.length;
    }

    /** Stamps the next messages with numbers from {@code first} on and returns their frames; see {@link #upTo}. */
    public ByteBuffer take(int count, long first) {
        int end = next + count;
        frames.limit(starts[end]).position(starts[next]);
        for (int slot = next; slot < end; slot++) {
            long stamp = first + slot - next;
            frames.putLong(stamps[slot], stamp);
            frames.put(lasts[slot], last(stamp));
        }
        next = end == stamps.length ? 0 : end;
        return frames;
    }

    /** The byte that a body with that stamp ends with. */
    public static byte last(long stamp) {
        return (byte) (stamp * 31 + 7);
    }
}
