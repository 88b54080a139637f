package io.millrace.server.amqp091;

import io.millrace.core.routing.DelayedExchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code x-delay} of a message that has been delayed: it is delivered with its sign turned, which tells that it was
 * delayed, and keeps the message from being delayed again when it is published as it is.
 */
final class DelayHeader {
    private static final byte[] NAME = DelayedExchange.DELAY.getBytes(StandardCharsets.US_ASCII);

    private DelayHeader() {}

    /**
     * Turns the sign: where the value stands if its type has signs, else as an added header, which takes its place.
     *
     * @param properties from the flags to the end; checked
     * @param added headers that take the place of those with their names
     */
    static void negate(byte[] properties, Map<String, @Nullable Object> added) {
        int headersAt = Properties091.headersAt(properties);
        if (headersAt < 0) {
            return;
        }
        int at = headersAt + 4;
        int end = at + Properties091.tableLength(properties, headersAt);
        while (at < end) {
            int typeAt = at + 1 + (properties[at] & 0xFF);
            if (Arrays.equals(properties, at + 1, typeAt, NAME, 0, NAME.length)) {
                negate(ByteBuffer.wrap(properties), properties[typeAt], typeAt + 1, added);
            }
            at = FieldTableCheck.valueEnd(properties, typeAt, end);
        }
    }

    private static void negate(ByteBuffer value, int type, int at, Map<String, @Nullable Object> added) {
        switch (type) {
            case 'b' -> value.put(at, (byte) -value.get(at));
            case 's' -> value.putShort(at, (short) -value.getShort(at));
            case 'I' -> value.putInt(at, -value.getInt(at));
            case 'l', 'L' -> value.putLong(at, -value.getLong(at));
            case 'B' -> added.put(DelayedExchange.DELAY, -(value.get(at) & 0xFFL));
            case 'u' -> added.put(DelayedExchange.DELAY, -(value.getShort(at) & 0xFFFFL));
            case 'i' -> added.put(DelayedExchange.DELAY, -(value.getInt(at) & 0xFFFF_FFFFL));
            default -> {}
        }
    }
}
