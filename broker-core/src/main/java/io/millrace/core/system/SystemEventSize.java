package io.millrace.core.system;

import io.millrace.core.event.Values;
import io.millrace.core.policy.Policy;
import java.util.List;

/** How many bytes an event takes at most in the form of {@link SystemEvents}. */
final class SystemEventSize {
    /** More than what is no text takes in any kind: the kind, numbers and the lengths of texts. */
    private static final int FIXED_BYTES_MAX = 48;

    private SystemEventSize() {}

    static int bytesMax(SystemEvent event) {
        return FIXED_BYTES_MAX + texts(event);
    }

    private static int texts(SystemEvent event) {
        if (event instanceof SystemEvent.VirtualHostCreated created) {
            return bytes(created.name());
        } else if (event instanceof SystemEvent.VirtualHostChanged changed) {
            VirtualHostSettings settings = changed.settings();
            return bytes(settings.description()) + bytes(settings.defaultQueueType()) + bytes(settings.tags());
        } else if (event instanceof SystemEvent.UserPut put) {
            return bytes(put.name()) + bytes(put.passwordHash()) + bytes(put.tags());
        } else if (event instanceof SystemEvent.UserLimitsPut put) {
            return bytes(put.name());
        } else if (event instanceof SystemEvent.UserDeleted deleted) {
            return bytes(deleted.name());
        } else if (event instanceof SystemEvent.PermissionsPut put) {
            Permissions permissions = put.permissions();
            return bytes(put.user())
                    + bytes(permissions.configure())
                    + bytes(permissions.write())
                    + bytes(permissions.read());
        } else if (event instanceof SystemEvent.PermissionsDeleted deleted) {
            return bytes(deleted.user());
        } else if (event instanceof SystemEvent.TopicPermissionsPut put) {
            TopicPermissions permissions = put.permissions();
            return bytes(put.user())
                    + bytes(permissions.exchange())
                    + bytes(permissions.write())
                    + bytes(permissions.read());
        } else if (event instanceof SystemEvent.TopicPermissionsDeleted deleted) {
            return bytes(deleted.user()) + bytes(deleted.exchange());
        } else if (event instanceof SystemEvent.PolicyPut put) {
            Policy policy = put.policy();
            return bytes(policy.name()) + bytes(policy.pattern()) + 32 + Values.bytesMax(policy.definition());
        } else if (event instanceof SystemEvent.PolicyDeleted deleted) {
            return bytes(deleted.name());
        } else if (event instanceof SystemEvent.GlobalParameterPut put) {
            return bytes(put.name()) + bytes(put.json());
        } else if (event instanceof SystemEvent.GlobalParameterDeleted deleted) {
            return bytes(deleted.name());
        }
        return 0;
    }

    /** A character takes at most three bytes of UTF-8 (a surrogate pair takes four for two). */
    private static int bytes(String text) {
        return 3 * text.length();
    }

    private static int bytes(List<String> texts) {
        int bytes = 0;
        for (String text : texts) {
            bytes += 2 + bytes(text);
        }
        return bytes;
    }
}
