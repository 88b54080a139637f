package io.millrace.core.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deaths of a message in one queue for one reason.
 *
 * @param queue the queue it left, at most 255 bytes of UTF-8
 * @param reason why
 * @param count how often, 1 or more
 * @param firstMillis when it left for the first time, milliseconds since the epoch
 * @param lastMillis when it left for the last time, milliseconds since the epoch
 * @param exchange the exchange it had been published to before its first death here, at most 255 bytes of UTF-8
 * @param routingKeys the routing keys it had then, each at most 255 bytes of UTF-8; immutable
 * @param originalExpiration the expiration it had then and has lost, as its publisher wrote it, at most 255 bytes of
 *     UTF-8; null if it had none
 */
public record Death(
        String queue,
        DeathReason reason,
        long count,
        long firstMillis,
        long lastMillis,
        String exchange,
        List<String> routingKeys,
        @Nullable String originalExpiration) {

    /**
     * Copies {@code routingKeys}. A key or an expiration that is too long is cut: a client chose its bytes, and those that
     * are not UTF-8 grow when they become text.
     *
     * @throws IllegalArgumentException if a name is too long or the count is not 1 or more
     */
    public Death {
        DeathsCodec.checkText("queue", queue);
        DeathsCodec.checkText("exchange", exchange);
        if (originalExpiration != null) {
            originalExpiration = DeathsCodec.cut(originalExpiration);
        }
        routingKeys = DeathsCodec.cut(routingKeys);
        if (count < 1) {
            throw new IllegalArgumentException("a death has count " + count + ", expected 1 or more");
        }
    }

    /** A first death. */
    public static Death first(
            String queue,
            DeathReason reason,
            long millis,
            String exchange,
            List<String> routingKeys,
            @Nullable String originalExpiration) {
        return new Death(queue, reason, 1, millis, millis, exchange, routingKeys, originalExpiration);
    }

    /** Whether both are of the same queue and reason. */
    boolean sameKind(Death other) {
        return reason == other.reason && queue.equals(other.queue);
    }

    /** This entry once another death of its kind has come; exchange, keys and expiration stay those of the first. */
    Death again(Death next) {
        return new Death(
                queue,
                reason,
                count + next.count,
                firstMillis,
                next.lastMillis,
                exchange,
                routingKeys,
                originalExpiration);
    }

    /** This entry with the first {@code most} of its routing keys. */
    Death withKeys(int most) {
        return new Death(
                queue,
                reason,
                count,
                firstMillis,
                lastMillis,
                exchange,
                routingKeys.subList(0, most),
                originalExpiration);
    }
}
