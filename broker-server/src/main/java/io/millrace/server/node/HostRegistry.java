package io.millrace.server.node;

import io.millrace.core.system.Permissions;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.server.auth.PermittedCommands;
import io.millrace.server.runtime.Courier;
import io.millrace.server.runtime.Edge;
import io.millrace.server.runtime.PublisherGate;
import io.millrace.server.transport.HostDirectory;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The virtual hosts that run, and who may enter them. Any thread. */
public final class HostRegistry implements HostDirectory {
    private final Supplier<SystemState> definitions;
    private final Map<Integer, HostedVirtualHost> running = new ConcurrentHashMap<>();

    HostRegistry(Supplier<SystemState> definitions) {
        this.definitions = definitions;
    }

    void add(HostedVirtualHost host) {
        running.put(host.definition().id(), host);
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

    /** Stops or releases the publishers of all virtual hosts. */
    void gate(PublisherGate.Cause cause, @Nullable String reason) {
        running.values().forEach(host -> host.gate(cause, reason));
    }

    @Override
    public Entry enter(String virtualHost, String user, Edge edge) {
        SystemState now = definitions.get();
        VirtualHostDefinition definition = now.virtualHost(virtualHost);
        if (definition == null) {
            return new Entry.NotFound();
        }
        Permissions permissions = now.permissions(user, definition.id());
        if (permissions == null) {
            return new Entry.Refused();
        }
        HostedVirtualHost host = running.get(definition.id());
        if (host == null) {
            return new Entry.Unavailable("virtual host '" + virtualHost + "' is not running");
        }
        Courier courier = host.courier(edge);
        return new Entry.Open(courier, PermittedCommands.of(courier, definitions, user, definition));
    }
}
