package io.millrace.server.http;

import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Damage;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A virtual host that runs, as its administration sees it. Any thread. */
public interface HostAdmin {
    /** Its name. */
    String name();

    /** Looks at it, on its owner's thread. */
    <T> CompletableFuture<T> look(Function<HostReports, T> look);

    /**
     * Has a command carried out; completes with a {@link io.millrace.core.model.BrokerException} if it is refused, and not
     * at all if the virtual host fails.
     *
     * @param user whose permissions have to allow it; null asks for none
     */
    <T> CompletableFuture<T> command(@Nullable String user, Command<T> command);

    /**
     * Gives up the stored messages of a queue that cannot be read; completes with which, as {@link #command} does.
     *
     * @param user who has to be allowed to read the queue; null asks for no permission
     */
    CompletableFuture<List<Damage>> discardDamaged(@Nullable String user, String queue);

    /** Names of queues with stored messages that cannot be read. */
    Collection<String> damagedQueues();

    /** A command and where its answer goes. */
    @FunctionalInterface
    interface Command<T> {
        void give(Commands commands, Lane lane, Reply<T> reply);
    }
}
