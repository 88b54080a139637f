package io.millrace.server.definitions;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.VirtualHost;
import java.util.concurrent.CompletableFuture;

/** The way to the virtual hosts that run. Any thread. */
public interface HostAccess {
    /**
     * Runs something in a virtual host.
     *
     * @return the answer; fails with a {@link BrokerException} if it is refused or there is no such virtual host
     */
    <T> CompletableFuture<T> run(String virtualHost, Task<T> task);

    /**
     * What is run.
     *
     * @param <T> what the answer says
     */
    @FunctionalInterface
    interface Task<T> {
        /** Gives its commands on the virtual host's loop, and completes the answer then or later. */
        void carryOut(VirtualHost host, Lane lane, CompletableFuture<T> answer);
    }

    /** A reply that completes the answer. */
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
