package io.millrace.server.amqp091;

import io.millrace.core.vhost.ReplyAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The direct replies of a channel: {@code amq.rabbitmq.reply-to} as a queue to consume from and as the reply-to of its
 * requests, which leave with the address that only this channel has.
 */
final class DirectReplies {
    private static final byte[] NAME = ReplyAddress.NAME.getBytes(StandardCharsets.US_ASCII);

    private final Connection091 connection;
    private @Nullable Consumer091 consumer;
    private byte[] suffix = new byte[0];

    DirectReplies(Connection091 connection) {
        this.connection = connection;
    }

    /** Whether a value is the name that stands for this channel. */
    static boolean isName(byte[] bytes, int from, int to) {
        if (to - from != NAME.length) {
            return false;
        }
        for (int i = 0; i < NAME.length; i++) {
            if (bytes[from + i] != NAME[i]) {
                return false;
            }
        }
        return true;
    }

    /** The queue's name as the virtual host is to see it. */
    String begin(String queue, Consumer091 wanting) {
        if (queue.startsWith(ReplyAddress.PREFIX)) {
            throw WireException.of(
                    ReplyCode.NOT_FOUND,
                    "no queue '" + queue + "' in vhost '" + connection.session().virtualHost() + "'",
                    Method.BASIC_CONSUME);
        }
        if (!queue.equals(ReplyAddress.NAME)) {
            return queue;
        }
        String token = connection.newToken();
        if (consumer == null) {
            consumer = wanting;
            suffix = ("." + token).getBytes(StandardCharsets.US_ASCII);
        }
        return ReplyAddress.PREFIX + token;
    }

    /** A consumer has gone, or never was. */
    void ended(Consumer091 gone) {
        if (consumer == gone) {
            consumer = null;
        }
    }

    /** What makes the name in a request this channel's address. */
    byte[] suffix() {
        if (consumer == null) {
            throw WireException.of(
                    ReplyCode.PRECONDITION_FAILED, "fast reply consumer does not exist", Method.BASIC_PUBLISH);
        }
        return suffix;
    }
}
