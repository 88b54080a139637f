package io.millrace.core.system;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What becomes of a wish to change the definitions: the events that carry it out, none if it is so already, or a
 * refusal. Pure functions of the state.
 */
final class SystemDecisions {
    /** Longest name, bytes of UTF-8. */
    static final int NAME_BYTES_MAX = 255;

    /** Longest password hash, characters. */
    static final int HASH_CHARS_MAX = 1024;

    /** Most tags that a user may have. */
    static final int TAGS_MAX = 64;

    private SystemDecisions() {}

    static List<SystemEvent> createVirtualHost(SystemState state, String name, long millis) {
        checkName("virtual host", name);
        if (state.virtualHost(name) != null) {
            return List.of();
        }
        return List.of(new SystemEvent.VirtualHostCreated(state.nextVirtualHost(), name, millis));
    }

    static List<SystemEvent> deleteVirtualHost(SystemState state, String name) {
        VirtualHostDefinition there = state.virtualHost(name);
        return there == null ? List.of() : List.of(new SystemEvent.VirtualHostDeleted(there.id()));
    }

    static List<SystemEvent> putUser(SystemState state, String name, String passwordHash, List<String> tags) {
        checkName("user", name);
        if (passwordHash.length() > HASH_CHARS_MAX) {
            throw new BrokerException(
                    ErrorCode.PRECONDITION_FAILED,
                    "invalid password hash of user '" + name + "': " + passwordHash.length() + " characters, at most "
                            + HASH_CHARS_MAX + " are allowed");
        }
        if (tags.size() > TAGS_MAX) {
            throw new BrokerException(
                    ErrorCode.PRECONDITION_FAILED,
                    "user '" + name + "' was given " + tags.size() + " tags, at most " + TAGS_MAX + " are allowed");
        }
        for (String tag : tags) {
            checkName("tag", tag);
        }
        User there = state.user(name);
        if (there != null
                && there.passwordHash().equals(passwordHash)
                && there.tags().equals(tags)) {
            return List.of();
        }
        return List.of(new SystemEvent.UserPut(name, passwordHash, tags));
    }

    static List<SystemEvent> deleteUser(SystemState state, String name) {
        return state.user(name) == null ? List.of() : List.of(new SystemEvent.UserDeleted(name));
    }

    static List<SystemEvent> putPermissions(SystemState state, String user, String virtualHost, Permissions wanted) {
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
        if (state.user(user) == null) {
            throw new BrokerException(ErrorCode.NOT_FOUND, "no user '" + user + "'");
        }
        VirtualHostDefinition there = state.virtualHost(virtualHost);
        if (there == null) {
            throw new BrokerException(ErrorCode.NOT_FOUND, "no virtual host '" + virtualHost + "'");
        }
        return there.id();
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
        return new BrokerException(
                ErrorCode.PRECONDITION_FAILED,
                "invalid name of a " + what + ": " + met + "; allowed are 1 to " + NAME_BYTES_MAX
                        + " bytes of UTF-8 without control characters");
    }
}
