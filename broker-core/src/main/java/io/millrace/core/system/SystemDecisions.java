package io.millrace.core.system;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.NamePattern;
import io.millrace.core.policy.Policy;
import io.millrace.core.policy.PolicyKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What becomes of a wish to change the definitions: the events that carry it out, none if it is so already, or a
 * refusal. Pure functions of the state.
 */
final class SystemDecisions {
    /** Longest name, bytes of UTF-8. */
    static final int NAME_BYTES_MAX = 255;

    /** Longest password hash, characters. */
    static final int HASH_CHARS_MAX = 1024;

    /** Most tags that a user or a virtual host may have. */
    static final int TAGS_MAX = 64;

    /** Most virtual hosts. */
    static final int VIRTUAL_HOSTS_MAX = 1_000;

    /** Most users. */
    static final int USERS_MAX = 100_000;

    /** Most policies of one kind in a virtual host. */
    static final int POLICIES_MAX = 1_000;

    /** Most topic permissions of a user in a virtual host. */
    static final int TOPIC_PERMISSIONS_MAX = 1_000;

    /** Most global parameters. */
    static final int GLOBAL_PARAMETERS_MAX = 1_000;

    /** Longest description of a virtual host, characters. */
    static final int DESCRIPTION_CHARS_MAX = 4096;

    /** Longest value of a global parameter, characters. */
    static final int JSON_CHARS_MAX = 1 << 20;

    private static final List<String> QUEUE_TYPES = List.of("", "classic", "quorum");

    private SystemDecisions() {}

    static List<SystemEvent> createVirtualHost(SystemState state, String name, long millis) {
        checkName("virtual host", name);
        if (state.virtualHost(name) != null) {
            return List.of();
        }
        checkRoom("virtual hosts", state.virtualHosts().size(), VIRTUAL_HOSTS_MAX);
        return List.of(new SystemEvent.VirtualHostCreated(state.nextVirtualHost(), name, millis));
    }

    static List<SystemEvent> putVirtualHost(SystemState state, String name, VirtualHostSettings settings, long millis) {
        checkText("description of virtual host '" + name + "'", settings.description(), DESCRIPTION_CHARS_MAX);
        checkTags("virtual host '" + name + "'", settings.tags());
        if (!QUEUE_TYPES.contains(settings.defaultQueueType())) {
            throw refused("invalid default queue type '" + settings.defaultQueueType() + "' of virtual host '" + name
                    + "'; use classic or quorum, or leave it out");
        }
        List<SystemEvent> events = new ArrayList<>(createVirtualHost(state, name, millis));
        VirtualHostDefinition there = state.virtualHost(name);
        int id = there == null ? state.nextVirtualHost() : there.id();
        if (!settings.equals(there == null ? VirtualHostSettings.NONE : there.settings())) {
            events.add(new SystemEvent.VirtualHostChanged(id, settings));
        }
        return events;
    }

    static List<SystemEvent> deleteVirtualHost(SystemState state, String name) {
        VirtualHostDefinition there = state.virtualHost(name);
        return there == null ? List.of() : List.of(new SystemEvent.VirtualHostDeleted(there.id()));
    }

    static List<SystemEvent> putVirtualHostLimits(
            SystemState state, String virtualHost, UnaryOperator<VirtualHostLimits> change) {
        VirtualHostDefinition there = existingHost(state, virtualHost);
        VirtualHostLimits limits = change.apply(there.limits());
        checkLimit("max-connections", limits.connectionsMax());
        checkLimit("max-queues", limits.queuesMax());
        return there.limits().equals(limits)
                ? List.of()
                : List.of(new SystemEvent.VirtualHostLimitsPut(there.id(), limits));
    }

    static List<SystemEvent> putUser(SystemState state, String name, String passwordHash, List<String> tags) {
        checkName("user", name);
        checkText("password hash of user '" + name + "'", passwordHash, HASH_CHARS_MAX);
        checkTags("user '" + name + "'", tags);
        User there = state.user(name);
        if (there != null
                && there.passwordHash().equals(passwordHash)
                && there.tags().equals(tags)) {
            return List.of();
        }
        if (there == null) {
            checkRoom("users", state.users().size(), USERS_MAX);
        }
        return List.of(new SystemEvent.UserPut(name, passwordHash, tags));
    }

    static List<SystemEvent> replaceHash(SystemState state, String name, String oldHash, String newHash) {
        User there = state.user(name);
        return there == null || !there.passwordHash().equals(oldHash)
                ? List.of()
                : putUser(state, name, newHash, there.tags());
    }

    static List<SystemEvent> putUserLimits(SystemState state, String user, UnaryOperator<UserLimits> change) {
        User there = existingUser(state, user);
        UserLimits limits = change.apply(there.limits());
        checkLimit("max-connections", limits.connectionsMax());
        checkLimit("max-channels", limits.channelsMax());
        return there.limits().equals(limits) ? List.of() : List.of(new SystemEvent.UserLimitsPut(user, limits));
    }

    static List<SystemEvent> deleteUser(SystemState state, String name) {
        return state.user(name) == null ? List.of() : List.of(new SystemEvent.UserDeleted(name));
    }

    static List<SystemEvent> putPermissions(SystemState state, String user, String virtualHost, Permissions wanted) {
        NamePattern.check("configure permission", wanted.configure());
        NamePattern.check("write permission", wanted.write());
        NamePattern.check("read permission", wanted.read());
        int id = existing(state, user, virtualHost);
        if (wanted.equals(state.permissions(user, id))) {
            return List.of();
        }
        return List.of(new SystemEvent.PermissionsPut(user, id, wanted));
    }

    static List<SystemEvent> deletePermissions(SystemState state, String user, String virtualHost) {
        int id = existing(state, user, virtualHost);
        if (state.permissions(user, id) == null) {
            return List.of();
        }
        return List.of(new SystemEvent.PermissionsDeleted(user, id));
    }

    static List<SystemEvent> putTopicPermissions(
            SystemState state, String user, String virtualHost, TopicPermissions wanted) {
        if (!wanted.exchange().isEmpty()) {
            checkName("exchange", wanted.exchange());
        }
        TopicPermissions.check("write topic permission", wanted.write());
        TopicPermissions.check("read topic permission", wanted.read());
        int id = existing(state, user, virtualHost);
        Map<String, TopicPermissions> there = state.topicPermissions(user, id);
        if (wanted.equals(there.get(wanted.exchange()))) {
            return List.of();
        }
        if (!there.containsKey(wanted.exchange())) {
            checkRoom("topic permissions of a user in a virtual host", there.size(), TOPIC_PERMISSIONS_MAX);
        }
        return List.of(new SystemEvent.TopicPermissionsPut(user, id, wanted));
    }

    static List<SystemEvent> deleteTopicPermissions(
            SystemState state, String user, String virtualHost, List<String> exchanges) {
        int id = existing(state, user, virtualHost);
        List<SystemEvent> events = new ArrayList<>();
        for (String exchange : state.topicPermissions(user, id).keySet()) {
            if (exchanges.isEmpty() || exchanges.contains(exchange)) {
                events.add(new SystemEvent.TopicPermissionsDeleted(user, id, exchange));
            }
        }
        return events;
    }

    static List<SystemEvent> putPolicy(SystemState state, String virtualHost, boolean byOperator, Policy policy) {
        int id = existingHost(state, virtualHost).id();
        checkName("policy", policy.name());
        NamePattern.check("pattern of policy '" + policy.name() + "'", policy.pattern());
        PolicyKeys.check(byOperator, policy.definition());
        if (byOperator && policy.applyTo().exchanges() && !policy.applyTo().queues()) {
            throw refused("operator policy '" + policy.name() + "' is for exchanges; use one of all, queues,"
                    + " classic_queues, quorum_queues, streams");
        }
        if (policy.equals(state.policies(id).named(byOperator, policy.name()))) {
            return List.of();
        }
        if (state.policies(id).named(byOperator, policy.name()) == null) {
            checkRoom(
                    "policies in a virtual host",
                    state.policies(id).all(byOperator).size(),
                    POLICIES_MAX);
        }
        return List.of(new SystemEvent.PolicyPut(id, byOperator, policy));
    }

    static List<SystemEvent> deletePolicy(SystemState state, String virtualHost, boolean byOperator, String name) {
        int id = existingHost(state, virtualHost).id();
        return state.policies(id).named(byOperator, name) == null
                ? List.of()
                : List.of(new SystemEvent.PolicyDeleted(id, byOperator, name));
    }

    static List<SystemEvent> putGlobalParameter(SystemState state, String name, String json) {
        checkName("global parameter", name);
        checkText("value of global parameter '" + name + "'", json, JSON_CHARS_MAX);
        if (!state.globalParameters().containsKey(name)) {
            checkRoom("global parameters", state.globalParameters().size(), GLOBAL_PARAMETERS_MAX);
        }
        return json.equals(state.globalParameters().get(name))
                ? List.of()
                : List.of(new SystemEvent.GlobalParameterPut(name, json));
    }

    static List<SystemEvent> deleteGlobalParameter(SystemState state, String name) {
        return state.globalParameters().containsKey(name)
                ? List.of(new SystemEvent.GlobalParameterDeleted(name))
                : List.of();
    }

    /** A broker's first definitions; nothing if it has any. */
    static List<SystemEvent> begin(
            SystemState state, String virtualHost, String user, String passwordHash, long millis) {
        if (!state.isEmpty()) {
            return List.of();
        }
        checkName("virtual host", virtualHost);
        checkName("user", user);
        int id = state.nextVirtualHost();
        return List.of(
                new SystemEvent.VirtualHostCreated(id, virtualHost, millis),
                new SystemEvent.UserPut(user, passwordHash, List.of(User.ADMINISTRATOR)),
                new SystemEvent.PermissionsPut(user, id, Permissions.ALL));
    }

    private static int existing(SystemState state, String user, String virtualHost) {
        existingUser(state, user);
        return existingHost(state, virtualHost).id();
    }

    private static User existingUser(SystemState state, String user) {
        User there = state.user(user);
        if (there == null) {
            throw new BrokerException(ErrorCode.NOT_FOUND, "no user '" + user + "'");
        }
        return there;
    }

    private static VirtualHostDefinition existingHost(SystemState state, String virtualHost) {
        VirtualHostDefinition there = state.virtualHost(virtualHost);
        if (there == null) {
            throw new BrokerException(ErrorCode.NOT_FOUND, "no virtual host '" + virtualHost + "'");
        }
        return there;
    }

    private static void checkRoom(String what, int there, int most) {
        if (there >= most) {
            throw new BrokerException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "there are " + there + " " + what + ", at most " + most + " are allowed");
        }
    }

    private static void checkTags(String subject, List<String> tags) {
        if (tags.size() > TAGS_MAX) {
            throw refused(subject + " was given " + tags.size() + " tags, at most " + TAGS_MAX + " are allowed");
        }
        for (String tag : tags) {
            checkName("tag", tag);
        }
    }

    private static void checkLimit(String name, long limit) {
        if (limit < -1) {
            throw refused("invalid limit " + name + ": " + limit + "; allowed are -1 for none, 0 and more");
        }
    }

    private static void checkText(String what, String text, int charsMax) {
        if (text.length() > charsMax) {
            throw refused(
                    "invalid " + what + ": " + text.length() + " characters, at most " + charsMax + " are allowed");
        }
    }

    private static void checkName(String what, String name) {
        if (name.isEmpty() || name.length() > NAME_BYTES_MAX) {
            throw refused(what, name.length() + " characters");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c)) {
                throw refused(what, "control character 0x" + Integer.toHexString(c) + " at index " + i);
            }
            if (Character.isSurrogate(c) && !pairAt(name, i)) {
                throw refused(what, "half of a surrogate pair at index " + i);
            }
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > NAME_BYTES_MAX) {
            throw refused(what, bytes + " bytes");
        }
    }

    private static boolean pairAt(String name, int index) {
        return Character.isHighSurrogate(name.charAt(index))
                ? index + 1 < name.length() && Character.isLowSurrogate(name.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(name.charAt(index - 1));
    }

    private static BrokerException refused(String what, String met) {
        return refused("invalid name of a " + what + ": " + met + "; allowed are 1 to " + NAME_BYTES_MAX
                + " bytes of UTF-8 without control characters");
    }

    private static BrokerException refused(String text) {
        return new BrokerException(ErrorCode.PRECONDITION_FAILED, text);
    }
}
