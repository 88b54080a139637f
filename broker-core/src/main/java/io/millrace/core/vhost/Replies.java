package io.millrace.core.vhost;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.routing.Refusals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Direct replies: messages to the default exchange whose routing key is the address of a waiting lane go straight to it and
 * are never stored. A lane waits under one address at a time. Owner's thread.
 */
final class Replies {
    private static final byte[] PREFIX = ReplyAddress.PREFIX.getBytes(StandardCharsets.US_ASCII);

    /**
     * Who waits.
     *
     * @param consumer the lane's number for its consumer
     */
    private record Waiting(String address, Lane lane, int consumer) {}

    private final Host host;
    private final Map<String, Waiting> byAddress = new HashMap<>();
    private final IdentityHashMap<Lane, Waiting> byLane = new IdentityHashMap<>();

    Replies(Host host) {
        this.host = host;
    }

    /** Lets a lane wait under the address that the subscription names instead of a queue. */
    void consume(Lane lane, Subscription wanted, Reply<Void> reply) {
        if (!wanted.settled()) {
            host.refuse(lane, reply, refused("reply consumer cannot acknowledge"));
        } else if (byLane.containsKey(lane) || byAddress.containsKey(wanted.queue())) {
            host.refuse(lane, reply, refused("reply consumer already set"));
        } else {
            Waiting waiting = new Waiting(wanted.queue(), lane, wanted.consumer());
            byAddress.put(waiting.address, waiting);
            byLane.put(lane, waiting);
            host.reply(lane, false, () -> reply.done(Reply.nothing()));
        }
    }

    /** Ends the lane's waiting if that is its consumer for it; whether it was. */
    boolean cancel(Lane lane, int consumer) {
        Waiting waiting = byLane.get(lane);
        if (waiting == null || waiting.consumer != consumer) {
            return false;
        }
        close(lane);
        return true;
    }

    /** The lane waits no more. */
    void close(Lane lane) {
        Waiting waiting = byLane.remove(lane);
        if (waiting != null) {
            byAddress.remove(waiting.address);
        }
    }

    /** Answers a declaration of such a name, or a question for it: nothing is made or changed. */
    void check(Lane lane, String name, Reply<QueueStatus> reply) {
        if (name.equals(ReplyAddress.NAME) || byAddress.containsKey(name)) {
            host.reply(lane, false, () -> reply.done(new QueueStatus(name, 0, 1)));
        } else {
            host.refuse(lane, reply, Refusals.noQueue(host.name(), name));
        }
    }

    /** Whether a message goes to the default exchange and to an address of this kind; a comparison for nearly all others. */
    static boolean isAddressed(ByteBuffer record, int at) {
        if (MessageRecord.routingKeyLength(record, at) <= PREFIX.length
                || MessageRecord.exchangeLength(record, at) != 0) {
            return false;
        }
        int key = MessageRecord.routingKeyAt(record, at);
        for (int i = 0; i < PREFIX.length; i++) {
            if (record.get(key + i) != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    /** Hands a reply to who waits for it. If there is no room at the other side it is dropped: nobody keeps replies. */
    void publish(Lane from, long number, int flags, ByteBuffer record, int at) {
        host.counters.countPublished();
        MessageRecord.taken(record, at, host.now());
        @Nullable Waiting waiting = byAddress.get(MessageRecord.routingKey(record, at));
        if (waiting == null) {
            host.counters.countUnroutable();
            if ((flags & Commands.MANDATORY) != 0) {
                host.outlet(from).returned(number, record, at);
            }
        } else if (waiting.lane.outlet().hasRoom()) {
            host.outlet(waiting.lane).deliver(waiting.consumer, 0, 0, false, 0, record, at);
            host.counters.countDelivered(false);
        } else {
            host.counters.countReplyDropped();
        }
        if (number > 0) {
            host.wantsConfirm(from, number, false);
        }
    }

    private static BrokerException refused(String why) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, why);
    }
}
