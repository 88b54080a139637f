package io.millrace.core.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The form in which a message lives in memory, in the log and in segments: one run of bytes, copied, never re-encoded.
 *
 * <p>The properties and the body stay as they arrived; what the broker adds is in the fixed part and in the overlay.
 *
 * <pre>
 *  0  i32  length            of the whole record, these 32 bytes included
 *  4  u8   encoding          0 = AMQP 0-9-1, 1 = AMQP 1.0
 *  5  u8   flags             bit 0: durable (the publisher asked for it)
 *                            bit 1: the properties name further routing keys
 *                            bit 2: these count no more
 *                            bit 6: has been delayed
 *  6  u8   priority          0..255
 *  7  u8   exchange length
 *  8  u8   routing key length
 *  9  u8   reserved, 0
 * 10  u16  overlay length
 * 12  i32  properties length
 * 16  i64  published at      milliseconds since the epoch, set when the broker takes the message
 * 24  i64  expires at        milliseconds since the epoch, 0 = never; below 0 while it has not been taken: the
 *                            complement of the milliseconds that it may wait
 * 32       exchange, routing key, overlay, properties, body
 * </pre>
 *
 * Little-endian. All methods take the buffer and the offset of the record in it and change no buffer position; the
 * buffer's order must be {@link ByteOrder#LITTLE_ENDIAN}.
 */
public final class MessageRecord {
    /** Bytes before the exchange's name. */
    public static final int FIXED_BYTES = 32;
    /** Encoding of a message that arrived by AMQP 0-9-1: properties are the content header's flags and list. */
    public static final int AMQP_0_9_1 = 0;
    /** Flag: the publisher asked for durability. */
    public static final int DURABLE = 1;
    /** Flag: the properties name routing keys besides the first. */
    public static final int FURTHER_KEYS = 2;
    /** Flag: the further keys that the properties name count no more; a dead letter got a key in their place. */
    public static final int KEYS_REPLACED = 4;

    /** Flag: the message has waited for as long as its publisher wanted to delay it. */
    public static final int DELAYED = 64;

    private MessageRecord() {}

    /** Bytes of the whole record. */
    public static int length(ByteBuffer buffer, int at) {
        return buffer.getInt(at);
    }

    /** How properties and body are encoded. */
    public static int encoding(ByteBuffer buffer, int at) {
        return buffer.get(at + 4);
    }

    /** Whether the publisher asked for durability. */
    public static boolean durable(ByteBuffer buffer, int at) {
        return (buffer.get(at + 5) & DURABLE) != 0;
    }

    /** All flags. */
    public static int flags(ByteBuffer buffer, int at) {
        return buffer.get(at + 5) & 0xFF;
    }

    /** Whether the properties name routing keys besides the first, and these count. */
    public static boolean furtherKeys(ByteBuffer buffer, int at) {
        return (buffer.get(at + 5) & (FURTHER_KEYS | KEYS_REPLACED)) == FURTHER_KEYS;
    }

    /** Lets the further routing keys count no more: the first has been replaced. */
    public static void keysReplaced(ByteBuffer buffer, int at) {
        buffer.put(at + 5, (byte) (flags(buffer, at) | KEYS_REPLACED));
    }

    /** The message's priority, 0..255. */
    public static int priority(ByteBuffer buffer, int at) {
        return buffer.get(at + 6) & 0xFF;
    }

    /** When the broker took the message, milliseconds since the epoch. */
    public static long publishedAt(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 16);
    }

    /** Sets when the broker took the message. */
    public static void publishedAt(ByteBuffer buffer, int at, long millis) {
        buffer.putLong(at + 16, millis);
    }

    /** When the message expires, milliseconds since the epoch; 0 = never. */
    public static long expiresAt(ByteBuffer buffer, int at) {
        return buffer.getLong(at + 24);
    }

    /** What stands as the time of expiry until the broker takes a message that may wait that long, milliseconds, 0 or more. */
    public static long waiting(long millis) {
        return ~millis;
    }

    /** The broker takes the message: sets when, and makes its time of expiry an absolute one. */
    public static void taken(ByteBuffer buffer, int at, long millis) {
        publishedAt(buffer, at, millis);
        long expires = expiresAt(buffer, at);
        if (expires < 0) {
            buffer.putLong(at + 24, millis + ~expires);
        }
    }

    /** Whether the message has waited for as long as its publisher wanted to delay it. */
    public static boolean delayed(ByteBuffer buffer, int at) {
        return (buffer.get(at + 5) & DELAYED) != 0;
    }

    /** The message has been delayed and is taken now: its time of expiry counts from now on. */
    public static void delayed(ByteBuffer buffer, int at, long millis) {
        buffer.put(at + 5, (byte) (buffer.get(at + 5) | DELAYED));
        long expires = expiresAt(buffer, at);
        if (expires != 0) {
            buffer.putLong(at + 24, expires + millis - publishedAt(buffer, at));
        }
        publishedAt(buffer, at, millis);
    }

    /** Offset of the exchange's name. */
    public static int exchangeAt(int at) {
        return at + FIXED_BYTES;
    }

    /** Bytes of the exchange's name. */
    public static int exchangeLength(ByteBuffer buffer, int at) {
        return buffer.get(at + 7) & 0xFF;
    }

    /** Offset of the routing key. */
    public static int routingKeyAt(ByteBuffer buffer, int at) {
        return at + FIXED_BYTES + exchangeLength(buffer, at);
    }

    /** Bytes of the routing key. */
    public static int routingKeyLength(ByteBuffer buffer, int at) {
        return buffer.get(at + 8) & 0xFF;
    }

    /** Offset of the overlay: what the broker added, see {@link Deaths}. */
    public static int overlayAt(ByteBuffer buffer, int at) {
        return routingKeyAt(buffer, at) + routingKeyLength(buffer, at);
    }

    /** Bytes of the overlay. */
    public static int overlayLength(ByteBuffer buffer, int at) {
        return buffer.getShort(at + 10) & 0xFFFF;
    }

    /** Offset of the properties. */
    public static int propertiesAt(ByteBuffer buffer, int at) {
        return overlayAt(buffer, at) + overlayLength(buffer, at);
    }

    /** Bytes of the properties. */
    public static int propertiesLength(ByteBuffer buffer, int at) {
        return buffer.getInt(at + 12);
    }

    /** Offset of the body. */
    public static int bodyAt(ByteBuffer buffer, int at) {
        return propertiesAt(buffer, at) + propertiesLength(buffer, at);
    }

    /** Bytes of the body. */
    public static int bodyLength(ByteBuffer buffer, int at) {
        return at + length(buffer, at) - bodyAt(buffer, at);
    }

    /** The exchange's name as text. */
    public static String exchange(ByteBuffer buffer, int at) {
        return text(buffer, exchangeAt(at), exchangeLength(buffer, at));
    }

    /** The routing key as text. */
    public static String routingKey(ByteBuffer buffer, int at) {
        return text(buffer, routingKeyAt(buffer, at), routingKeyLength(buffer, at));
    }

    /**
     * Writes the fixed part of a record; the caller has written or will write what follows it.
     *
     * @param length bytes of the whole record
     */
    public static void writeFixed(
            ByteBuffer buffer,
            int at,
            int length,
            int encoding,
            int flags,
            int priority,
            int exchangeLength,
            int routingKeyLength,
            int overlayLength,
            int propertiesLength,
            long expiresAt) {
        buffer.putInt(at, length);
        buffer.put(at + 4, (byte) encoding);
        buffer.put(at + 5, (byte) flags);
        buffer.put(at + 6, (byte) priority);
        buffer.put(at + 7, (byte) exchangeLength);
        buffer.put(at + 8, (byte) routingKeyLength);
        buffer.put(at + 9, (byte) 0);
        buffer.putShort(at + 10, (short) overlayLength);
        buffer.putInt(at + 12, propertiesLength);
        buffer.putLong(at + 16, 0);
        buffer.putLong(at + 24, expiresAt);
    }

    /** Bytes of the record that {@link #rewrite} makes with an exchange, a routing key and an overlay of those lengths. */
    public static int rewrittenLength(
            ByteBuffer from, int at, int exchangeLength, int routingKeyLength, int overlayLength) {
        int kept = length(from, at) - (propertiesAt(from, at) - at);
        return Math.addExact(FIXED_BYTES + exchangeLength + routingKeyLength + overlayLength, kept);
    }

    /**
     * Writes a record that is another one under another exchange and routing key and with another overlay; properties and
     * body, flags, priority and the time of publishing stay as they are. Changes no buffer position.
     *
     * @param from holds the old record
     * @param at where the old record begins
     * @param exchange UTF-8, at most 255 bytes
     * @param routingKey UTF-8, at most 255 bytes
     * @param overlay at most 65,535 bytes, see {@link Deaths#encode}
     * @param expiresAt milliseconds since the epoch, 0 = never
     * @param to little-endian, with room for {@link #rewrittenLength}; may be {@code from} if the records do not overlap
     * @param toAt where the new record is to begin
     * @return bytes of the new record
     * @throws IllegalArgumentException if a part is longer than its length field can say
     */
    public static int rewrite(
            ByteBuffer from,
            int at,
            byte[] exchange,
            byte[] routingKey,
            byte[] overlay,
            long expiresAt,
            ByteBuffer to,
            int toAt) {
        if (exchange.length > 0xFF || routingKey.length > 0xFF || overlay.length > 0xFFFF) {
            throw new IllegalArgumentException("a record cannot hold an exchange of " + exchange.length
                    + " bytes, a routing key of " + routingKey.length + " bytes and an overlay of " + overlay.length
                    + " bytes; expected at most 255, 255 and 65535");
        }
        int length = rewrittenLength(from, at, exchange.length, routingKey.length, overlay.length);
        writeFixed(
                to,
                toAt,
                length,
                encoding(from, at),
                from.get(at + 5),
                priority(from, at),
                exchange.length,
                routingKey.length,
                overlay.length,
                propertiesLength(from, at),
                expiresAt);
        publishedAt(to, toAt, publishedAt(from, at));
        int next = toAt + FIXED_BYTES;
        to.put(next, exchange);
        next += exchange.length;
        to.put(next, routingKey);
        next += routingKey.length;
        to.put(next, overlay);
        next += overlay.length;
        to.put(next, from, propertiesAt(from, at), toAt + length - next);
        return length;
    }

    private static String text(ByteBuffer buffer, int at, int length) {
        byte[] bytes = new byte[length];
        buffer.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
