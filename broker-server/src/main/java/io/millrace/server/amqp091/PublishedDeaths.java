package io.millrace.server.amqp091;

import io.millrace.core.model.Death;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.Deaths;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The death history of a message that a client publishes again with the headers it was delivered with. Clients that retry
 * by themselves rely on it being continued. What is not as {@link BrokerHeaders} writes it is passed over: any client may
 * write such headers.
 */
final class PublishedDeaths {
    private static final int TEXT_BYTES_MAX = 255;
    /** Counts above are taken for this one, so that no sum of them overflows. */
    private static final long COUNT_MAX = 1L << 48;
    /** The end of the year 9999, in seconds. */
    private static final long TIME_MAX_SECONDS = 253_402_300_799L;

    private PublishedDeaths() {}

    /**
     * Reads the history out of the properties of a message, which have been checked.
     *
     * @param properties from the flags to the end
     */
    static Deaths of(byte[] properties) {
        int headersAt = Properties091.headersAt(properties);
        if (headersAt < 0) {
            return Deaths.NONE;
        }
        Map<String, @Nullable Object> headers = FieldTable.decode(
                properties, headersAt + 4, headersAt + 4 + Properties091.tableLength(properties, headersAt));
        List<Death> entries = new ArrayList<>();
        if (headers.get(BrokerHeaders.DEATHS) instanceof List<?> list) {
            for (Object element : list) {
                Death entry = element instanceof Map<?, ?> table ? entry(table) : null;
                if (entry != null) {
                    entries.add(entry);
                }
            }
        }
        if (entries.isEmpty()) {
            return Deaths.NONE;
        }
        return new Deaths(
                entries,
                origin(headers, "x-first-death-", entries.get(entries.size() - 1)),
                origin(headers, "x-last-death-", entries.get(0)),
                0,
                0);
    }

    private static @Nullable Death entry(Map<?, ?> table) {
        String queue = text(table.get("queue"));
        String exchange = text(table.get("exchange"));
        DeathReason reason = reason(table.get("reason"));
        if (queue == null
                || exchange == null
                || reason == null
                || !(table.get("count") instanceof Long count)
                || count < 1) {
            return null;
        }
        long millis = table.get("time") instanceof Instant time
                ? Math.max(0, Math.min(time.getEpochSecond(), TIME_MAX_SECONDS)) * 1_000L
                : 0;
        List<String> keys = new ArrayList<>();
        if (table.get("routing-keys") instanceof List<?> list) {
            for (Object key : list) {
                if (key instanceof String text) {
                    keys.add(text);
                }
            }
        }
        String expiration = text(table.get("original-expiration"));
        return new Death(queue, reason, Math.min(count, COUNT_MAX), millis, millis, exchange, keys, expiration);
    }

    /** What the headers say of the first or the last death; what the entry says if they say nothing. */
    private static Deaths.Origin origin(Map<String, @Nullable Object> headers, String prefix, Death entry) {
        String queue = text(headers.get(prefix + "queue"));
        String exchange = text(headers.get(prefix + "exchange"));
        DeathReason reason = reason(headers.get(prefix + "reason"));
        return queue == null || exchange == null || reason == null
                ? new Deaths.Origin(entry.queue(), entry.reason(), entry.exchange())
                : new Deaths.Origin(queue, reason, exchange);
    }

    private static @Nullable DeathReason reason(@Nullable Object value) {
        return value instanceof String text ? DeathReason.of(text) : null;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text && text.getBytes(StandardCharsets.UTF_8).length <= TEXT_BYTES_MAX
                ? text
                : null;
    }
}
