package io.millrace.server.amqp091;

import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message as they arrive, AMQP 0-9-1 §4.2.6.1 and class basic: two bytes of flags from bit 15 down,
 * then the values whose flags are set, in this order. They are kept as they are.
 *
 * <pre>
 * 15 content-type  14 content-encoding  13 headers (table)  12 delivery-mode (u8)  11 priority (u8)
 * 10 correlation-id  9 reply-to  8 expiration  7 message-id  6 timestamp (u64)  5 type  4 user-id  3 app-id
 *  2 cluster-id  1 and 0 unused, 0; what has no type is a short string
 * </pre>
 */
public final class Properties091 {
    static final int FLAG_BYTES = 2;
    static final int HEADERS = 1 << 13;
    static final int DELIVERY_MODE = 1 << 12;
    static final int PRIORITY = 1 << 11;
    static final int CORRELATION_ID = 1 << 10;
    static final int EXPIRATION = 1 << 8;
    static final int MESSAGE_ID = 1 << 7;
    static final int REPLY_TO = 1 << 9;
    static final int TIMESTAMP = 1 << 6;
    static final int USER_ID = 1 << 4;

    private static final int UNUSED = 3;
    private static final int PERSISTENT = 2;
    /** The largest expiration, milliseconds: ten years, as with RabbitMQ. */
    private static final long EXPIRATION_MAX_MILLIS = 315_360_000_000L;

    private int priority;
    private boolean durable;
    private int known;
    private long expiresAt;
    private int directReplyAt;

    /** Whether the publisher asked for durability, after {@link #check}. */
    boolean durable() {
        return durable;
    }

    /** The priority, 0..255, after {@link #check}; 0 if there was none. */
    int priority() {
        return priority;
    }

    /** What a record says of the message's time of expiry before the broker takes it, after {@link #check}. */
    long expiresAt() {
        return expiresAt;
    }

    /** Where a reply-to stands that asks for direct replies, after {@link #check}; 0 if there is none. */
    int directReplyAt() {
        return directReplyAt;
    }

    /** Whether the headers tell of earlier deaths, after {@link #check}: the message was delivered before. */
    boolean withDeaths() {
        return (known & KnownHeaders.DEATHS) != 0;
    }

    /** Whether the headers name routing keys besides the first, after {@link #check}. */
    boolean withFurtherKeys() {
        return (known & KnownHeaders.KEYS) != 0;
    }

    /**
     * Walks the properties of a message that arrives.
     *
     * @param at where the flags begin
     * @param end where the list ends, exclusive
     * @param userId what a user-id must be, UTF-8; null if it may be anything
     * @throws WireException {@link ReplyCode#FRAME_ERROR} or {@link ReplyCode#SYNTAX_ERROR} if they are malformed,
     *     {@link ReplyCode#PRECONDITION_FAILED} if a value may not be
     */
    void check(byte[] bytes, int at, int end, byte @Nullable [] userId, Settings091 settings) {
        durable = false;
        priority = 0;
        known = 0;
        expiresAt = 0;
        directReplyAt = 0;
        if (end - at < FLAG_BYTES) {
            throw cut();
        }
        int flags = flags(bytes, at);
        int next = at + FLAG_BYTES;
        if ((flags & UNUSED) != 0) {
            throw WireException.of(
                    ReplyCode.SYNTAX_ERROR,
                    "a content header sets the property flags 0x" + Integer.toHexString(flags)
                            + "; bits 1 and 0 are unused",
                    Method.BASIC_PUBLISH);
        }
        for (int left = flags; left != 0; ) {
            int flag = Integer.highestOneBit(left);
            left ^= flag;
            int valueEnd = end(bytes, next, end, flag);
            value(bytes, next, valueEnd, flag, userId, settings);
            next = valueEnd;
        }
        if (next != end) {
            throw WireException.of(
                    ReplyCode.FRAME_ERROR,
                    (end - next) + " bytes follow the last property of a content header",
                    Method.BASIC_PUBLISH);
        }
    }

    private void value(byte[] bytes, int at, int end, int flag, byte @Nullable [] userId, Settings091 settings) {
        switch (flag) {
            case DELIVERY_MODE -> durable = bytes[at] == PERSISTENT;
            case PRIORITY -> priority = bytes[at] & 0xFF;
            case HEADERS -> {
                int length = end - at - 4;
                if (length > settings.headersMaxBytes()) {
                    throw refused("headers of " + length + " bytes are larger than the " + settings.headersMaxBytes()
                            + " allowed");
                }
                FieldTableCheck.check(bytes, at + 4, end, settings.headersMaxEntries());
                known = KnownHeaders.scan(bytes, at + 4, end);
            }
            case EXPIRATION -> expiresAt = MessageRecord.waiting(expiration(bytes, at + 1, end));
            case USER_ID -> {
                if (userId != null && !Arrays.equals(bytes, at + 1, end, userId, 0, userId.length)) {
                    throw refused("user_id property set to '" + text(bytes, at + 1, end)
                            + "' but authenticated user was '" + text(userId, 0, userId.length) + "'");
                }
            }
            case REPLY_TO -> directReplyAt = DirectReplies.isName(bytes, at + 1, end) ? at : 0;
            default -> {}
        }
    }

    private static long expiration(byte[] bytes, int at, int end) {
        int digitsAt = at < end && (bytes[at] == '+' || bytes[at] == '-') ? at + 1 : at;
        long millis = 0;
        int next = digitsAt;
        while (next < end && bytes[next] >= '0' && bytes[next] <= '9') {
            millis = Math.min(millis * 10 + bytes[next] - '0', Long.MAX_VALUE / 100);
            next++;
        }
        String why = null;
        if (next == digitsAt) {
            why = "no_integer";
        } else if (next < end) {
            why = "{leftover_string,\"" + text(bytes, next, end) + "\"}";
        } else if (bytes[at] == '-' && millis != 0) {
            why = "{value_negative," + text(bytes, at, end) + "}";
        } else if (millis > EXPIRATION_MAX_MILLIS) {
            why = "{value_too_large," + text(bytes, at, end) + "}";
        }
        if (why != null) {
            throw refused("invalid expiration '" + text(bytes, at, end) + "': " + why);
        }
        return millis;
    }

    /** Where the value of that flag ends. */
    static int end(byte[] bytes, int at, int end, int flag) {
        int length = switch (flag) {
            case DELIVERY_MODE, PRIORITY -> 1;
            case TIMESTAMP -> 8;
            case HEADERS -> end - at < 4 ? -1 : 4 + tableLength(bytes, at);
            default -> at < end ? 1 + (bytes[at] & 0xFF) : -1;
        };
        if (length < 0 || length > end - at) {
            throw cut();
        }
        return at + length;
    }

    /** The flags of a list of properties. */
    static int flags(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    /** The headers of a message in a record, in the types of {@link io.millrace.core.model.Arguments}; empty if none. */
    public static Map<String, @Nullable Object> headers(ByteBuffer record, int at) {
        byte[] properties = bytes(record, at);
        int headersAt = headersAt(properties);
        if (headersAt < 0) {
            return Map.of();
        }
        return FieldTable.decode(properties, headersAt + 4, headersAt + 4 + tableLength(properties, headersAt));
    }

    /** The property of that flag, a short string or the timestamp in seconds, as text; null if it is absent. */
    static @Nullable String text(ByteBuffer record, int at, int flag) {
        byte[] properties = bytes(record, at);
        if (properties.length < FLAG_BYTES || (flags(properties, 0) & flag) == 0) {
            return null;
        }
        int from = valueAt(properties, flag);
        int to = end(properties, from, properties.length, flag);
        return flag == TIMESTAMP
                ? Long.toUnsignedString(ByteBuffer.wrap(properties).getLong(from))
                : text(properties, from + 1, to);
    }

    /** A copy of the properties in a record. */
    static byte[] bytes(ByteBuffer record, int at) {
        byte[] properties = new byte[MessageRecord.propertiesLength(record, at)];
        record.get(MessageRecord.propertiesAt(record, at), properties);
        return properties;
    }

    /** Where the headers' length field is; -1 if there are no headers. */
    static int headersAt(byte[] properties) {
        if (properties.length < FLAG_BYTES || (flags(properties, 0) & HEADERS) == 0) {
            return -1;
        }
        return valueAt(properties, HEADERS);
    }

    /** Where the value of that flag is, or would be. */
    static int valueAt(byte[] properties, int flag) {
        int flags = flags(properties, 0);
        int next = FLAG_BYTES;
        for (int earlier = 1 << 15; earlier > flag; earlier >>>= 1) {
            if ((flags & earlier) != 0) {
                next = end(properties, next, properties.length, earlier);
            }
        }
        return next;
    }

    /** Those properties without the value of that flag. */
    static byte[] without(byte[] properties, int flag) {
        if ((flags(properties, 0) & flag) == 0) {
            return properties;
        }
        int from = valueAt(properties, flag);
        int to = end(properties, from, properties.length, flag);
        byte[] rest = new byte[properties.length - (to - from)];
        System.arraycopy(properties, 0, rest, 0, from);
        System.arraycopy(properties, to, rest, from, properties.length - to);
        int flags = flags(properties, 0) & ~flag;
        rest[0] = (byte) (flags >>> 8);
        rest[1] = (byte) flags;
        return rest;
    }

    /** The length field of a table; more than any frame holds if it is negative on the wire. */
    static int tableLength(byte[] bytes, int at) {
        int length = (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
        return length < 0 ? Integer.MAX_VALUE - 4 : Math.min(length, Integer.MAX_VALUE - 4);
    }

    private static String text(byte[] bytes, int at, int end) {
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
    }

    private static WireException refused(String text) {
        return WireException.of(ReplyCode.PRECONDITION_FAILED, text, Method.BASIC_PUBLISH);
    }

    private static WireException cut() {
        return WireException.of(
                ReplyCode.FRAME_ERROR, "a content header ends inside its properties", Method.BASIC_PUBLISH);
    }
}
