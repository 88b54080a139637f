package io.millrace.server.runtime;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Reply;

/** A reply on the side of the virtual host that puts the answer into the stream of answers. */
final class RelayedReply<T> implements Reply<T> {
    private final HostHalf half;
    private final int number;
    private final int generation;
    private final Reply<T> reply;

    RelayedReply(HostHalf half, int number, int generation, Reply<T> reply) {
        this.half = half;
        this.number = number;
        this.generation = generation;
        this.reply = reply;
    }

    @Override
    public void done(T result) {
        AnswerStream.done(half.answers(), number, generation, reply, result);
    }

    @Override
    public void refused(BrokerException why) {
        AnswerStream.refused(half.answers(), number, generation, reply, why);
    }
}
