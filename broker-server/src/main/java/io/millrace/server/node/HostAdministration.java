package io.millrace.server.node;

import io.millrace.core.system.SystemLog;
import io.millrace.core.vhost.Damage;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.Reply;
import io.millrace.server.auth.PermittedCommands;
import io.millrace.server.http.HostAdmin;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A virtual host that runs, for the management interface. */
record HostAdministration(HostedVirtualHost host, SystemLog system) implements HostAdmin {
    private static final Logger log = LoggerFactory.getLogger(HostAdministration.class);

    @Override
    public String name() {
        return host.definition().name();
    }

    @Override
    public <T> CompletableFuture<T> look(Function<HostReports, T> look) {
        return host.look(look);
    }

    @Override
    public <T> CompletableFuture<T> command(@Nullable String user, Command<T> command) {
        return host.run((virtualHost, lane, answer) -> command.give(
                user == null
                        ? virtualHost
                        : PermittedCommands.withoutConnection(virtualHost, system::state, host.definition(), user),
                lane,
                HostTask.to(answer)));
    }

    @Override
    public CompletableFuture<List<Damage>> discardDamaged(@Nullable String user, String queue) {
        return host.run((virtualHost, lane, answer) -> {
            Reply<List<Damage>> reply = HostTask.to(answer);
            if (user == null
                    || PermittedCommands.withoutConnection(virtualHost, system::state, host.definition(), user)
                            .mayRead(queue, reply)) {
                log.warn("damaged messages are given up vhost={} queue={} user={}", name(), queue, user);
                virtualHost.discardDamaged(lane, queue, reply);
            }
        });
    }

    @Override
    public Collection<String> damagedQueues() {
        Set<String> damaged = host.damagedQueues();
        return damaged;
    }
}
