package io.millrace.core.vhost;

/**
 * The names of direct replies: {@link #NAME} stands for the one who asks, and {@link #PREFIX} with a token that nobody can
 * guess is where its replies go. There is no queue of such a name.
 */
public final class ReplyAddress {
    /** What a client consumes from and puts into the reply-to of its requests. */
    public static final String NAME = "amq.rabbitmq.reply-to";

    /** What every address begins with; the edge that made the consumer chooses the rest. */
    public static final String PREFIX = NAME + ".";

    private ReplyAddress() {}

    /** Whether it is one of these names, or looks like one. */
    public static boolean covers(String queue) {
        return queue.startsWith(NAME);
    }
}
