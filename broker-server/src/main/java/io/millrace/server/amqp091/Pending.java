package io.millrace.server.amqp091;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Reply;

/**
 * A method that waits for the virtual host's answer.
 *
 * @param <T> what a success says
 */
abstract class Pending<T> implements Reply<T> {
    private final Channel091 channel;
    private final int method;
    private final boolean noWait;

    /**
     * @param method the {@link Method} that a refusal will name
     * @param noWait whether a success is not to be answered
     */
    Pending(Channel091 channel, int method, boolean noWait) {
        this.channel = channel;
        this.method = method;
        this.noWait = noWait;
        channel.replyAwaited();
    }

    /** Takes the answer in, whether or not the client wants it. */
    void took(T result) {}

    /** Writes the answer. */
    abstract void answer(Output output, int channelNumber, T result);

    /** Takes the refusal in. */
    void tookRefusal() {}

    @Override
    public final void done(T result) {
        if (channel.isAnswering()) {
            took(result);
            if (!noWait) {
                answer(channel.output(), channel.number(), result);
            }
            channel.replied();
        }
    }

    @Override
    public final void refused(BrokerException why) {
        if (channel.isAnswering()) {
            tookRefusal();
            // First, so that no later error of the channel takes its place.
            channel.fail(ReplyCode.of(why, method));
            channel.replied();
        }
    }

    /** A method whose answer has no arguments. */
    static Reply<Void> ok(Channel091 channel, int method, int okMethod, boolean noWait) {
        return new Pending<>(channel, method, noWait) {
            @Override
            void answer(Output output, int channelNumber, Void result) {
                output.method(channelNumber, okMethod);
            }
        };
    }

    /** A method whose answer is a number of messages. */
    static Reply<Long> count(Channel091 channel, int method, int okMethod, boolean noWait) {
        return new Pending<>(channel, method, noWait) {
            @Override
            void answer(Output output, int channelNumber, Long result) {
                output.end(output.begin(channelNumber, okMethod, 4).writeInt(clamp(result)));
            }
        };
    }

    /** A count as an unsigned 32-bit field that clients read as a signed one. */
    static int clamp(long count) {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }
}
