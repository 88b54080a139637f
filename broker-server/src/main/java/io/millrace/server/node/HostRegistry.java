package io.millrace.server.node;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.User;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.server.auth.PermittedCommands;
import io.millrace.server.auth.Visits;
import io.millrace.server.definitions.HostAccess;
import io.millrace.server.runtime.Courier;
import io.millrace.server.runtime.Edge;
import io.millrace.server.runtime.PublisherGate;
import io.millrace.server.transport.HostDirectory;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The virtual hosts that run, and who may enter them. Any thread. */
public final class HostRegistry implements HostDirectory, HostAccess {
    private final Supplier<SystemState> definitions;
    private final Map<Integer, HostedVirtualHost> running = new ConcurrentHashMap<>();
    private final Map<PublisherGate.Cause, String> gates = new EnumMap<>(PublisherGate.Cause.class);
    private final Visits visits = new Visits();

    HostRegistry(Supplier<SystemState> definitions) {
        this.definitions = definitions;
    }

    /** From now on it can be entered. */
    void add(HostedVirtualHost host) {
        synchronized (gates) {
            gates.forEach(host::gate);
            running.put(host.definition().id(), host);
        }
    }

    /** From now on it cannot be entered; null if it did not run. */
    @Nullable
    HostedVirtualHost remove(int id) {
        return running.remove(id);
    }

    /** Those that run now. */
    public Collection<HostedVirtualHost> all() {
        return running.values();
    }

    /** The one of that name that runs now, or null. */
    public @Nullable HostedVirtualHost named(String virtualHost) {
        VirtualHostDefinition definition = definitions.get().virtualHost(virtualHost);
        return definition == null ? null : running.get(definition.id());
    }

    @Override
    public <T> CompletableFuture<T> run(String virtualHost, Task<T> task) {
        HostedVirtualHost host = named(virtualHost);
        return host == null
                ? CompletableFuture.failedFuture(
                        new BrokerException(ErrorCode.NOT_FOUND, "no virtual host '" + virtualHost + "'"))
                : host.run(task::carryOut);
    }

    /** Who is in which of them. */
    public Visits visits() {
        return visits;
    }

    /** Stops or releases the publishers of all virtual hosts, those to come included. */
    void gate(PublisherGate.Cause cause, @Nullable String reason) {
        synchronized (gates) {
            if (reason == null) {
                gates.remove(cause);
            } else {
                gates.put(cause, reason);
            }
            running.values().forEach(host -> host.gate(cause, reason));
        }
    }

    @Override
    public Entry enter(String virtualHost, String user, Edge edge) {
        SystemState now = definitions.get();
        VirtualHostDefinition definition = now.virtualHost(virtualHost);
        if (definition == null) {
            return new Entry.NotFound();
        }
        // The visit first: who is deleted meanwhile is either seen below or closed by the one who carries that out.
        Visits.Visit visit = visits.begin(
                user, definition.id(), reason -> edge.loop().execute(() -> edge.virtualHostFailed(reason)));
        Entry entry = enter(definition, user, edge, visit);
        if (!(entry instanceof Entry.Open)) {
            visit.end();
        }
        return entry;
    }

    private Entry enter(VirtualHostDefinition asked, String name, Edge edge, Visits.Visit visit) {
        SystemState now = definitions.get();
        VirtualHostDefinition definition = now.virtualHost(asked.name());
        User user = now.user(name);
        if (definition == null || definition.id() != asked.id()) {
            return new Entry.NotFound();
        }
        if (user == null) {
            return new Entry.Refused();
        }
        long hostMax = definition.limits().connectionsMax();
        if (hostMax >= 0 && visits.inHost(definition.id()) > hostMax) {
            return new Entry.Full("access to vhost '" + definition.name() + "' refused for user '" + name
                    + "': connection limit (" + hostMax + ") is reached");
        }
        long userMax = user.limits().connectionsMax();
        if (userMax >= 0 && visits.ofUser(name) > userMax) {
            return new Entry.Full(
                    "Connection refused for user '" + name + "': user connection limit (" + userMax + ") is reached");
        }
        if (now.permissions(name, definition.id()) == null) {
            return new Entry.Refused();
        }
        HostedVirtualHost host = running.get(definition.id());
        if (host == null) {
            return new Entry.Unavailable("virtual host '" + definition.name() + "' is not running");
        }
        Courier courier = host.courier(edge);
        return new Entry.Open(courier, PermittedCommands.of(courier, definitions, definition, visit), visit);
    }
}
