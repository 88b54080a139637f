package io.millrace.core.system;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The broker's own definitions at one position of their log. Immutable; any thread. Definitions are few and change
 * seldom, so a change copies the table that it touches.
 */
public final class SystemState {
    /** Nothing is defined. */
    public static final SystemState EMPTY = new SystemState(Map.of(), Map.of(), Map.of(), 1);

    private final Map<String, VirtualHostDefinition> virtualHosts;
    private final Map<String, User> users;
    private final Map<Grant, Permissions> grants;
    private final int nextVirtualHost;

    private record Grant(String user, int virtualHost) {}

    private SystemState(
            Map<String, VirtualHostDefinition> virtualHosts,
            Map<String, User> users,
            Map<Grant, Permissions> grants,
            int nextVirtualHost) {
        this.virtualHosts = virtualHosts;
        this.users = users;
        this.grants = grants;
        this.nextVirtualHost = nextVirtualHost;
    }

    /** Whether nothing was ever defined. */
    public boolean isEmpty() {
        return virtualHosts.isEmpty() && users.isEmpty() && nextVirtualHost == 1;
    }

    /** All virtual hosts, in the order of their creation. */
    public Collection<VirtualHostDefinition> virtualHosts() {
        return Collections.unmodifiableCollection(virtualHosts.values());
    }

    /** The virtual host of that name, or null. */
    public @Nullable VirtualHostDefinition virtualHost(String name) {
        return virtualHosts.get(name);
    }

    /** All users, in the order of their creation. */
    public Collection<User> users() {
        return Collections.unmodifiableCollection(users.values());
    }

    /** The user of that name, or null. */
    public @Nullable User user(String name) {
        return users.get(name);
    }

    /** What the user may do in that virtual host, or null if not even enter it. */
    public @Nullable Permissions permissions(String user, int virtualHost) {
        return grants.get(new Grant(user, virtualHost));
    }

    /** The number for the next virtual host. */
    int nextVirtualHost() {
        return nextVirtualHost;
    }

    /** The state after that event. Never refuses: what may not be is not decided. */
    SystemState apply(SystemEvent event) {
        if (event instanceof SystemEvent.VirtualHostCreated created) {
            return created(created);
        } else if (event instanceof SystemEvent.VirtualHostDeleted deleted) {
            return deleted(deleted.id());
        } else if (event instanceof SystemEvent.VirtualHostIdsUsed used) {
            return new SystemState(virtualHosts, users, grants, Math.max(nextVirtualHost, used.next()));
        } else if (event instanceof SystemEvent.UserPut put) {
            Map<String, User> changed = new LinkedHashMap<>(users);
            changed.put(put.name(), new User(put.name(), put.passwordHash(), put.tags()));
            return new SystemState(virtualHosts, changed, grants, nextVirtualHost);
        } else if (event instanceof SystemEvent.UserDeleted deleted) {
            return userDeleted(deleted.name());
        } else if (event instanceof SystemEvent.PermissionsPut put) {
            Map<Grant, Permissions> changed = new HashMap<>(grants);
            changed.put(new Grant(put.user(), put.virtualHost()), put.permissions());
            return new SystemState(virtualHosts, users, changed, nextVirtualHost);
        } else if (event instanceof SystemEvent.PermissionsDeleted deleted) {
            Map<Grant, Permissions> changed = new HashMap<>(grants);
            changed.remove(new Grant(deleted.user(), deleted.virtualHost()));
            return new SystemState(virtualHosts, users, changed, nextVirtualHost);
        }
        throw new IllegalStateException("system event without a meaning: " + event);
    }

    /** The events that lead from nothing to this state: the content of a checkpoint. */
    List<SystemEvent> events() {
        List<SystemEvent> events = new ArrayList<>();
        for (VirtualHostDefinition each : virtualHosts.values()) {
            events.add(new SystemEvent.VirtualHostCreated(each.id(), each.name(), each.createdMillis()));
        }
        events.add(new SystemEvent.VirtualHostIdsUsed(nextVirtualHost));
        for (User each : users.values()) {
            events.add(new SystemEvent.UserPut(each.name(), each.passwordHash(), each.tags()));
        }
        grants.forEach((grant, permissions) ->
                events.add(new SystemEvent.PermissionsPut(grant.user(), grant.virtualHost(), permissions)));
        return events;
    }

    private SystemState created(SystemEvent.VirtualHostCreated event) {
        Map<String, VirtualHostDefinition> changed = new LinkedHashMap<>(virtualHosts);
        changed.put(event.name(), new VirtualHostDefinition(event.id(), event.name(), event.createdMillis()));
        return new SystemState(changed, users, grants, Math.max(nextVirtualHost, event.id() + 1));
    }

    private SystemState deleted(int id) {
        Map<String, VirtualHostDefinition> changed = new LinkedHashMap<>(virtualHosts);
        changed.values().removeIf(each -> each.id() == id);
        Map<Grant, Permissions> left = new HashMap<>(grants);
        left.keySet().removeIf(grant -> grant.virtualHost() == id);
        return new SystemState(changed, users, left, nextVirtualHost);
    }

    private SystemState userDeleted(String name) {
        Map<String, User> changed = new LinkedHashMap<>(users);
        changed.remove(name);
        Map<Grant, Permissions> left = new HashMap<>(grants);
        left.keySet().removeIf(grant -> grant.user().equals(name));
        return new SystemState(virtualHosts, changed, left, nextVirtualHost);
    }
}
