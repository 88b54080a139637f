package io.millrace.server.node;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.VirtualHost;
import java.util.concurrent.CompletableFuture;

/**
 * What the broker itself asks of a virtual host, without a client's connection.
 *
 * @param <T> what the answer says
 */
@FunctionalInterface
public interface HostTask<T> {
    /**
     * Gives its commands. On the virtual host's loop, within a turn; must not block.
     *
     * @param host takes the commands
     * @param lane to be named in each command; it closes once the answer is there
     * @param answer to be completed, here or later on the same thread
     */
    void carryOut(VirtualHost host, Lane lane, CompletableFuture<T> answer);

    /** A reply that completes the answer: with the result, or exceptionally with the refusal. */
    static <T> Reply<T> to(CompletableFuture<T> answer) {
        return new Reply<>() {
            @Override
            public void done(T result) {
                answer.complete(result);
            }

            @Override
            public void refused(BrokerException why) {
                answer.completeExceptionally(why);
            }
        };
    }
}
