package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * Tells the client which consumers of a channel are gone with their queues. A client that deletes the queue on this same
 * channel is answered first and told then, as RabbitMQ does: some clients take a basic.cancel before the answer for the
 * failure of what they asked.
 */
final class CancelNotices {
    private final Channel091 channel;
    private final boolean wanted;
    /** At most the consumers of the channel. */
    private final ArrayDeque<Consumer091> heldBack = new ArrayDeque<>();

    private int deletesAwaited;

    /**
     * @param wanted whether the client understands them
     */
    CancelNotices(Channel091 channel, boolean wanted) {
        this.channel = channel;
        this.wanted = wanted;
    }

    /** A consumer is gone. */
    void gone(Consumer091 consumer) {
        if (!wanted) {
            return;
        }
        if (deletesAwaited > 0) {
            heldBack.add(consumer);
        } else {
            tell(consumer);
        }
    }

    /** The client has asked for the deletion of a queue and waits for the answer. */
    void deleteAwaited() {
        deletesAwaited++;
    }

    /** The answer is written. */
    void deleteAnswered() {
        deletesAwaited--;
        if (deletesAwaited == 0) {
            while (!heldBack.isEmpty()) {
                tell(heldBack.remove());
            }
        }
    }

    private void tell(Consumer091 consumer) {
        ByteBuf out = channel.output().begin(channel.number(), Method.BASIC_CANCEL, 257);
        channel.output().end(out.writeBytes(consumer.tagField()).writeByte(1));
    }
}
