package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.event.Slots;
import io.millrace.core.feature.DeadLetterTarget;
import io.millrace.core.model.Death;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.Deaths;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.queue.QueueState;
import io.millrace.core.routing.RecordMessage;
import io.millrace.core.routing.Targets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Ends messages that nobody accepted: moves them to where dead letters of their queue go, as one event, or drops and counts
 * them. Until the move is written, the message is in its queue, held by nobody and offered to nobody.
 */
final class DeadLetters {
    private final Host host;
    private final Publishing publishing;
    private final RecordMessage routed;
    private final Targets targets = new Targets();

    DeadLetters(Host host, Publishing publishing) {
        this.host = host;
        this.publishing = publishing;
        this.routed = new RecordMessage(host.setup.headers());
    }

    /** Ends a message for that reason; it is live, not ready and not in flight any more. */
    void died(Queue queue, long sequence, DeathReason reason) {
        DeadLetterTarget target = queue.features().deadLetterTarget();
        if (target == null) {
            drop(queue, sequence, reason);
        } else {
            move(queue, sequence, reason, target);
        }
    }

    private void move(Queue queue, long sequence, DeathReason reason, DeadLetterTarget target) {
        if (!queue.state().live().contains(sequence)) {
            return;
        }
        ByteBuffer record = host.reads.atHand(queue, sequence);
        if (record == null) {
            host.reads.load(queue, sequence, () -> move(queue, sequence, reason, target), () -> {});
            return;
        }
        int at = host.reads.fetchedAt();
        targets.clear();
        if (target.routingKey() == null) {
            routed.at(record, at);
        } else {
            routed.at(record, at, target.routingKey());
        }
        host.state.topology().route(target.exchange(), routed, targets);
        if (targets.size() == 0 || targets.isExhausted()) {
            host.counters.countDeadLetterDropped();
            drop(queue, sequence, reason);
            return;
        }
        ByteBuffer dead = withDeath(queue, record, at, reason, target);
        host.counters.countDeadLettered();
        write(queue, sequence, targets.toArray(), dead);
    }

    private ByteBuffer withDeath(Queue queue, ByteBuffer record, int at, DeathReason reason, DeadLetterTarget target) {
        Death death = Death.first(
                queue.name(),
                reason,
                host.now(),
                MessageRecord.exchange(record, at),
                routed.at(record, at).shownKeys(),
                expiration(record, at));
        byte[] overlay = Deaths.decode(record, at).with(death).encode();
        byte[] exchange = target.exchange().getBytes(StandardCharsets.UTF_8);
        byte[] routingKey = target.routingKey() == null
                ? keyOf(record, at)
                : target.routingKey().getBytes(StandardCharsets.UTF_8);
        int length = MessageRecord.rewrittenLength(record, at, exchange.length, routingKey.length, overlay.length);
        ByteBuffer dead = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        MessageRecord.rewrite(record, at, exchange, routingKey, overlay, 0, dead, 0);
        if (target.routingKey() != null) {
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

    private void write(Queue queue, long sequence, int[] to, ByteBuffer record) {
        QueueState state = queue.state();
        boolean durable = MessageRecord.durable(record, 0);
        boolean shared = to.length > 1;
        Slots places = publishing.places(to, record, 0);
        long location;
        if (state.isLogged(sequence)) {
            location = host.writer.deadLettered(queue.id(), sequence, places, record, 0, shared);
        } else if (places.size() > 0) {
            location = host.writer.appended(places, record, 0, shared);
        } else {
            location = publishing.keep(record, 0, shared);
        }
        host.state.removed(queue, sequence, sequence);
        publishing.land(to, location, MessageRecord.length(record, 0), durable);
    }

    private void drop(Queue queue, long sequence, DeathReason reason) {
        Cause cause = Cause.of(reason);
        if (queue.state().isLogged(sequence)) {
            host.writer.settled(queue.id(), sequence, sequence, cause);
        }
        if (host.state.removed(queue, sequence, sequence) > 0) {
            host.counters.countSettled(cause, 1);
        }
    }
}
