package io.millrace.server.amqp091;

import io.millrace.core.model.Death;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.MessageRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds to a message's headers what the broker knows: how often its delivery was attempted before, and its death history
 * under the names that clients look for; takes off routing keys that no consumer may see. All other properties and headers keep their bytes and their order.
 */
final class BrokerHeaders {
    /** Ended attempts before this delivery; absent on the first. */
    static final String DELIVERY_COUNT = "x-delivery-count";
    /** The death history, the newest first. */
    static final String DEATHS = "x-death";

    private BrokerHeaders() {}

    /**
     * The properties of a message as they are to be delivered.
     *
     * @param deliveryCount ended attempts before this one
     */
    static byte[] merge(ByteBuffer record, int at, int deliveryCount) {
        Map<String, @Nullable Object> added = new LinkedHashMap<>();
        byte[] properties = Properties091.bytes(record, at);
        if (MessageRecord.overlayLength(record, at) > 0) {
            Deaths deaths = Deaths.decode(record, at);
            addDeaths(added, deaths);
            if (MessageRecord.expiresAt(record, at) == 0) {
                // It has lost it by dying, and would expire in the next queue as well if somebody published it again.
                properties = Properties091.without(properties, Properties091.EXPIRATION);
            }
        }
        if (MessageRecord.delayed(record, at)) {
            DelayHeader.negate(properties, added);
        }
        if (deliveryCount > 0) {
            added.put(DELIVERY_COUNT, (long) deliveryCount);
        }
        int flags = MessageRecord.flags(record, at);
        return merge(properties, added, (flags & MessageRecord.FURTHER_KEYS) == 0 ? Set.of() : takenOff(flags));
    }

    /** Keys that nobody may see, and all of them if they count no more. */
    private static Set<String> takenOff(int flags) {
        return (flags & MessageRecord.KEYS_REPLACED) == 0
                ? Set.of(KnownHeaders.BCC)
                : Set.of(KnownHeaders.CC, KnownHeaders.BCC);
    }

    private static void addDeaths(Map<String, @Nullable Object> added, Deaths deaths) {
        List<Map<String, @Nullable Object>> entries = new ArrayList<>();
        for (Death death : deaths.entries()) {
            entries.add(entry(death));
        }
        if (!entries.isEmpty()) {
            added.put(DEATHS, entries);
        }
        addOrigin(added, "x-first-death-", deaths.first());
        addOrigin(added, "x-last-death-", deaths.last());
    }

    private static Map<String, @Nullable Object> entry(Death death) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("count", death.count());
        entry.put("reason", death.reason().text());
        entry.put("queue", death.queue());
        entry.put("time", Instant.ofEpochSecond(Math.floorDiv(death.firstMillis(), 1_000L)));
        entry.put("exchange", death.exchange());
        entry.put("routing-keys", death.routingKeys());
        String expiration = death.originalExpiration();
        if (expiration != null) {
            entry.put("original-expiration", expiration);
        }
        return entry;
    }

    private static void addOrigin(Map<String, @Nullable Object> added, String prefix, Deaths.@Nullable Origin origin) {
        if (origin != null) {
            added.put(prefix + "reason", origin.reason().text());
            added.put(prefix + "queue", origin.queue());
            added.put(prefix + "exchange", origin.exchange());
        }
    }

    /** Those properties with these headers put in the place of others with their names. */
    static byte[] merge(byte[] properties, Map<String, @Nullable Object> added) {
        return merge(properties, added, Set.of());
    }

    private static byte[] merge(byte[] properties, Map<String, @Nullable Object> added, Set<String> takenOff) {
        int headersAt = Properties091.headersAt(properties);
        int insertAt = headersAt >= 0 ? headersAt : Properties091.valueAt(properties, Properties091.HEADERS);
        int restAt = headersAt >= 0 ? headersAt + 4 + Properties091.tableLength(properties, headersAt) : insertAt;
        ByteBuf out = Unpooled.buffer(properties.length + 256);
        try {
            out.writeShort(Properties091.flags(properties, 0) | Properties091.HEADERS);
            out.writeBytes(properties, Properties091.FLAG_BYTES, insertAt - Properties091.FLAG_BYTES);
            int lengthAt = out.writerIndex();
            out.writeInt(0);
            if (headersAt >= 0) {
                copyOthers(out, properties, headersAt + 4, restAt, added, takenOff);
            }
            added.forEach((name, value) -> FieldTableWriter.entry(out, name, value));
            out.setInt(lengthAt, out.writerIndex() - lengthAt - 4);
            out.writeBytes(properties, restAt, properties.length - restAt);
            byte[] merged = new byte[out.readableBytes()];
            out.readBytes(merged);
            return merged;
        } finally {
            out.release();
        }
    }

    private static void copyOthers(
            ByteBuf out, byte[] bytes, int from, int end, Map<String, @Nullable Object> added, Set<String> takenOff) {
        int at = from;
        while (at < end) {
            int nameLength = bytes[at] & 0xFF;
            String name = new String(bytes, at + 1, nameLength, StandardCharsets.UTF_8);
            int next = FieldTableCheck.valueEnd(bytes, at + 1 + nameLength, end);
            if (!added.containsKey(name) && !takenOff.contains(name)) {
                out.writeBytes(bytes, at, next - at);
            }
            at = next;
        }
    }
}
