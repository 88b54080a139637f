package io.millrace.core.system;

import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The broker's own definitions at one position of their log. Immutable; any thread. Definitions are few and change
 * seldom, so a change copies the table that it touches; what it does not touch stays the same object, by which those who
 * have prepared something for it can see that it still holds.
 */
public final class SystemState {
    /** Nothing is defined. */
    public static final SystemState EMPTY =
            new SystemState(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), 1);

    final Map<String, VirtualHostDefinition> virtualHosts;
    final Map<String, User> users;
    final Map<Grant, Permissions> grants;
    final Map<Grant, Map<String, TopicPermissions>> topicGrants;
    final Map<Integer, Policies> policies;
    final Map<String, String> globals;
    final int nextVirtualHost;

    /**
     * Whom permissions are for, and where.
     *
     * @param user the user's name
     * @param virtualHost the virtual host's number
     */
    public record Grant(String user, int virtualHost) {}

    SystemState(
            Map<String, VirtualHostDefinition> virtualHosts,
            Map<String, User> users,
            Map<Grant, Permissions> grants,
            Map<Grant, Map<String, TopicPermissions>> topicGrants,
            Map<Integer, Policies> policies,
            Map<String, String> globals,
            int nextVirtualHost) {
        this.virtualHosts = virtualHosts;
        this.users = users;
        this.grants = grants;
        this.topicGrants = topicGrants;
        this.policies = policies;
        this.globals = globals;
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

    /** All permissions, in the order in which they were given first. */
    public Map<Grant, Permissions> permissions() {
        return Collections.unmodifiableMap(grants);
    }

    /** By exchange, what bounds the user's rights there; empty if nothing does. */
    public Map<String, TopicPermissions> topicPermissions(String user, int virtualHost) {
        return Collections.unmodifiableMap(
                Objects.requireNonNull(topicGrants.getOrDefault(new Grant(user, virtualHost), Map.of())));
    }

    /** Hands over all topic permissions. */
    public void forEachTopicPermissions(BiConsumer<Grant, TopicPermissions> consumer) {
        topicGrants.forEach(
                (grant, byExchange) -> byExchange.values().forEach(permissions -> consumer.accept(grant, permissions)));
    }

    /** The policies of that virtual host; the same object as long as none of them changes. */
    public Policies policies(int virtualHost) {
        return Objects.requireNonNull(policies.getOrDefault(virtualHost, Policies.NONE));
    }

    /** Values for the whole broker by name, each as JSON. */
    public Map<String, String> globalParameters() {
        return Collections.unmodifiableMap(globals);
    }

    /** Numbers below this one have been given to virtual hosts, some of which may be deleted. */
    public int virtualHostIdsUsed() {
        return nextVirtualHost;
    }

    /** The number for the next virtual host. */
    int nextVirtualHost() {
        return nextVirtualHost;
    }

    /** The state after that event. Never refuses: what may not be is not decided. */
    SystemState apply(SystemEvent event) {
        return apply(List.of(event));
    }

    /** The state after those events. */
    SystemState apply(List<SystemEvent> events) {
        SystemDraft draft = new SystemDraft(this);
        events.forEach(draft::apply);
        return draft.state();
    }

    /** The events that lead from nothing to this state: the content of a checkpoint. */
    List<SystemEvent> events() {
        List<SystemEvent> events = new ArrayList<>();
        for (VirtualHostDefinition each : virtualHosts.values()) {
            events.add(new SystemEvent.VirtualHostCreated(each.id(), each.name(), each.createdMillis()));
            if (!each.settings().equals(VirtualHostSettings.NONE)) {
                events.add(new SystemEvent.VirtualHostChanged(each.id(), each.settings()));
            }
            if (!each.limits().equals(VirtualHostLimits.NONE)) {
                events.add(new SystemEvent.VirtualHostLimitsPut(each.id(), each.limits()));
            }
        }
        events.add(new SystemEvent.VirtualHostIdsUsed(nextVirtualHost));
        for (User each : users.values()) {
            events.add(new SystemEvent.UserPut(each.name(), each.passwordHash(), each.tags()));
            if (!each.limits().equals(UserLimits.NONE)) {
                events.add(new SystemEvent.UserLimitsPut(each.name(), each.limits()));
            }
        }
        grants.forEach((grant, permissions) ->
                events.add(new SystemEvent.PermissionsPut(grant.user(), grant.virtualHost(), permissions)));
        forEachTopicPermissions((grant, permissions) ->
                events.add(new SystemEvent.TopicPermissionsPut(grant.user(), grant.virtualHost(), permissions)));
        policies.forEach((virtualHost, all) -> {
            for (boolean byOperator : new boolean[] {false, true}) {
                for (Policy policy : all.all(byOperator)) {
                    events.add(new SystemEvent.PolicyPut(virtualHost, byOperator, policy));
                }
            }
        });
        globals.forEach((name, json) -> events.add(new SystemEvent.GlobalParameterPut(name, json)));
        return events;
    }
}
