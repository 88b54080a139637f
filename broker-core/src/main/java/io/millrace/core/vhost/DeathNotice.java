package io.millrace.core.vhost;

import io.millrace.core.feature.DeadLetterTarget;
import io.millrace.core.model.Death;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.routing.HeaderReader;
import io.millrace.core.routing.RecordMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the record of a dead letter: the message under the name of its new exchange, with its death added to its history.
 * What it loses by dying, its expiration and, under a new routing key, its further keys, is only marked as lost: the
 * properties keep their bytes, and who delivers leaves it out. Owner's thread.
 */
final class DeathNotice {
    private final RecordMessage keys;

    DeathNotice(HeaderReader headers) {
        this.keys = new RecordMessage(headers);
    }

    /** The record at offset 0 of a buffer of its own. */
    ByteBuffer write(String queue, ByteBuffer record, int at, DeathReason reason, long now, DeadLetterTarget target) {
        Death death = Death.first(
                queue,
                reason,
                now,
                MessageRecord.exchange(record, at),
                keys.at(record, at).shownKeys(),
                expiration(record, at));
        keys.release();
        byte[] overlay = Deaths.decode(record, at).with(death).encode();
        String key = target.routingKey();
        byte[] newExchange = target.exchange().getBytes(StandardCharsets.UTF_8);
        byte[] newKey = key == null ? keyOf(record, at) : key.getBytes(StandardCharsets.UTF_8);
        int length = MessageRecord.rewrittenLength(record, at, newExchange.length, newKey.length, overlay.length);
        ByteBuffer dead = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.rewrite(record, at, newExchange, newKey, overlay, 0, dead, 0);
        if (key != null) {
            MessageRecord.keysReplaced(dead, 0);
        }
        return dead;
    }

    /** The expiration that the message had and loses, so that it does not expire again wherever it goes. */
    private static @Nullable String expiration(ByteBuffer record, int at) {
        long expiresAt = MessageRecord.expiresAt(record, at);
        return expiresAt == 0 ? null : Long.toString(expiresAt - MessageRecord.publishedAt(record, at));
    }

    /** The routing key as it came: a client may have chosen bytes that are no text. */
    private static byte[] keyOf(ByteBuffer record, int at) {
        byte[] key = new byte[MessageRecord.routingKeyLength(record, at)];
        record.get(MessageRecord.routingKeyAt(record, at), key);
        return key;
    }
}
