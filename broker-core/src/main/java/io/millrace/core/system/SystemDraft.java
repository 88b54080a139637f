package io.millrace.core.system;

import io.millrace.core.policy.Policies;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A state in the making: applies events to copies of those tables that they touch. One thread; of no use after
 * {@link #state}.
 */
final class SystemDraft {
    private Map<String, VirtualHostDefinition> virtualHosts;
    private Map<String, User> users;
    private Map<SystemState.Grant, Permissions> grants;
    private Map<SystemState.Grant, Map<String, TopicPermissions>> topicGrants;
    private Map<Integer, Policies> policies;
    private Map<String, String> globals;
    private int nextVirtualHost;

    private boolean ownVirtualHosts;
    private boolean ownUsers;
    private boolean ownGrants;
    private boolean ownTopicGrants;
    private boolean ownPolicies;
    private boolean ownGlobals;

    SystemDraft(SystemState from) {
        virtualHosts = from.virtualHosts;
        users = from.users;
        grants = from.grants;
        topicGrants = from.topicGrants;
        policies = from.policies;
        globals = from.globals;
        nextVirtualHost = from.nextVirtualHost;
    }

    SystemState state() {
        return new SystemState(virtualHosts, users, grants, topicGrants, policies, globals, nextVirtualHost);
    }

    /** Never refuses: what may not be is not decided. */
    void apply(SystemEvent event) {
        if (event instanceof SystemEvent.VirtualHostCreated created) {
            created(created);
        } else if (event instanceof SystemEvent.VirtualHostDeleted deleted) {
            deleted(deleted.id());
        } else if (event instanceof SystemEvent.VirtualHostIdsUsed used) {
            nextVirtualHost = Math.max(nextVirtualHost, used.next());
        } else if (event instanceof SystemEvent.VirtualHostChanged changed) {
            change(
                    changed.id(),
                    old -> new VirtualHostDefinition(
                            old.id(), old.name(), old.createdMillis(), changed.settings(), old.limits()));
        } else if (event instanceof SystemEvent.VirtualHostLimitsPut put) {
            change(
                    put.id(),
                    old -> new VirtualHostDefinition(
                            old.id(), old.name(), old.createdMillis(), old.settings(), put.limits()));
        } else if (event instanceof SystemEvent.UserPut put) {
            User old = users.get(put.name());
            UserLimits limits = old == null ? UserLimits.NONE : old.limits();
            users().put(put.name(), new User(put.name(), put.passwordHash(), put.tags(), limits));
        } else if (event instanceof SystemEvent.UserLimitsPut put) {
            users().computeIfPresent(
                            put.name(), (name, old) -> new User(name, old.passwordHash(), old.tags(), put.limits()));
        } else if (event instanceof SystemEvent.UserDeleted deleted) {
            users().remove(deleted.name());
            grants().keySet().removeIf(grant -> grant.user().equals(deleted.name()));
            topicGrants().keySet().removeIf(grant -> grant.user().equals(deleted.name()));
        } else {
            applyRest(event);
        }
    }

    private void applyRest(SystemEvent event) {
        if (event instanceof SystemEvent.PermissionsPut put) {
            grants().put(new SystemState.Grant(put.user(), put.virtualHost()), put.permissions());
        } else if (event instanceof SystemEvent.PermissionsDeleted deleted) {
            grants().remove(new SystemState.Grant(deleted.user(), deleted.virtualHost()));
        } else if (event instanceof SystemEvent.TopicPermissionsPut put) {
            SystemState.Grant grant = new SystemState.Grant(put.user(), put.virtualHost());
            Map<String, TopicPermissions> changed = new TreeMap<>(topicGrants.getOrDefault(grant, Map.of()));
            changed.put(put.permissions().exchange(), put.permissions());
            topicGrants().put(grant, changed);
        } else if (event instanceof SystemEvent.TopicPermissionsDeleted deleted) {
            SystemState.Grant grant = new SystemState.Grant(deleted.user(), deleted.virtualHost());
            Map<String, TopicPermissions> changed = new TreeMap<>(topicGrants.getOrDefault(grant, Map.of()));
            changed.remove(deleted.exchange());
            if (changed.isEmpty()) {
                topicGrants().remove(grant);
            } else {
                topicGrants().put(grant, changed);
            }
        } else if (event instanceof SystemEvent.PolicyPut put) {
            Policies old = policies.getOrDefault(put.virtualHost(), Policies.NONE);
            policies().put(put.virtualHost(), Objects.requireNonNull(old).with(put.byOperator(), put.policy()));
        } else if (event instanceof SystemEvent.PolicyDeleted deleted) {
            policies()
                    .computeIfPresent(
                            deleted.virtualHost(), (id, old) -> old.without(deleted.byOperator(), deleted.name()));
        } else if (event instanceof SystemEvent.GlobalParameterPut put) {
            globals().put(put.name(), put.json());
        } else if (event instanceof SystemEvent.GlobalParameterDeleted deleted) {
            globals().remove(deleted.name());
        } else {
            throw new IllegalStateException("system event without a meaning: " + event);
        }
    }

    private void created(SystemEvent.VirtualHostCreated event) {
        virtualHosts()
                .put(
                        event.name(),
                        new VirtualHostDefinition(
                                event.id(),
                                event.name(),
                                event.createdMillis(),
                                VirtualHostSettings.NONE,
                                VirtualHostLimits.NONE));
        nextVirtualHost = Math.max(nextVirtualHost, event.id() + 1);
    }

    private void deleted(int id) {
        virtualHosts().values().removeIf(each -> each.id() == id);
        grants().keySet().removeIf(grant -> grant.virtualHost() == id);
        topicGrants().keySet().removeIf(grant -> grant.virtualHost() == id);
        policies().remove(id);
    }

    private void change(int id, UnaryOperator<VirtualHostDefinition> change) {
        virtualHosts().replaceAll((name, old) -> old.id() == id ? change.apply(old) : old);
    }

    private Map<String, VirtualHostDefinition> virtualHosts() {
        if (!ownVirtualHosts) {
            ownVirtualHosts = true;
            virtualHosts = new LinkedHashMap<>(virtualHosts);
        }
        return virtualHosts;
    }

    private Map<String, User> users() {
        if (!ownUsers) {
            ownUsers = true;
            users = new LinkedHashMap<>(users);
        }
        return users;
    }

    private Map<SystemState.Grant, Permissions> grants() {
        if (!ownGrants) {
            ownGrants = true;
            grants = new LinkedHashMap<>(grants);
        }
        return grants;
    }

    private Map<SystemState.Grant, Map<String, TopicPermissions>> topicGrants() {
        if (!ownTopicGrants) {
            ownTopicGrants = true;
            topicGrants = new LinkedHashMap<>(topicGrants);
        }
        return topicGrants;
    }

    private Map<Integer, Policies> policies() {
        if (!ownPolicies) {
            ownPolicies = true;
            policies = new HashMap<>(policies);
        }
        return policies;
    }

    private Map<String, String> globals() {
        if (!ownGlobals) {
            ownGlobals = true;
            globals = new TreeMap<>(globals);
        }
        return globals;
    }
}
