package io.millrace.core.system;

import io.millrace.core.policy.Policy;
import java.util.List;

/** A change of the broker's own definitions, as it is logged. Later versions may add kinds; none is ever re-used. */
public sealed interface SystemEvent {

    /**
     * A virtual host has come into being.
     *
     * @param id its number, 1 or more, never given twice
     * @param createdMillis the wall clock, milliseconds since the epoch
     */
    record VirtualHostCreated(int id, String name, long createdMillis) implements SystemEvent {}

    /** A virtual host is gone, with the permissions for it. */
    record VirtualHostDeleted(int id) implements SystemEvent {}

    /**
     * Numbers below this one have been given to virtual hosts before; stands in checkpoints only, where deleted virtual
     * hosts leave no other trace.
     */
    record VirtualHostIdsUsed(int next) implements SystemEvent {}

    /**
     * A user was created or replaced.
     *
     * @param passwordHash self-describing, empty if no password lets this user in
     * @param tags what the user may do besides messaging, such as {@code administrator}
     */
    record UserPut(String name, String passwordHash, List<String> tags) implements SystemEvent {
        /** Copies the tags. */
        public UserPut {
            tags = List.copyOf(tags);
        }

        /** Without the hash: events may be printed. */
        @Override
        public String toString() {
            return "UserPut[name=" + name + ", tags=" + tags + "]";
        }
    }

    /** A user is gone, with all permissions. */
    record UserDeleted(String name) implements SystemEvent {}

    /** What a user may do in a virtual host was set. */
    record PermissionsPut(String user, int virtualHost, Permissions permissions) implements SystemEvent {}

    /** A user may do nothing in a virtual host any more. */
    record PermissionsDeleted(String user, int virtualHost) implements SystemEvent {}

    /** What is said of a virtual host has changed. */
    record VirtualHostChanged(int id, VirtualHostSettings settings) implements SystemEvent {}

    /** The bounds of a virtual host have changed. */
    record VirtualHostLimitsPut(int id, VirtualHostLimits limits) implements SystemEvent {}

    /** The bounds of a user have changed. */
    record UserLimitsPut(String name, UserLimits limits) implements SystemEvent {}

    /** What a user may do by routing keys at one topic exchange was set. */
    record TopicPermissionsPut(String user, int virtualHost, TopicPermissions permissions) implements SystemEvent {}

    /** A user's rights at one topic exchange are no longer bounded by routing keys. */
    record TopicPermissionsDeleted(String user, int virtualHost, String exchange) implements SystemEvent {}

    /**
     * A policy was created or replaced.
     *
     * @param byOperator whether it is an operator's
     */
    record PolicyPut(int virtualHost, boolean byOperator, Policy policy) implements SystemEvent {}

    /** A policy is gone. */
    record PolicyDeleted(int virtualHost, boolean byOperator, String name) implements SystemEvent {}

    /**
     * A value for the whole broker was set.
     *
     * @param json the value as JSON, which nobody here looks into
     */
    record GlobalParameterPut(String name, String json) implements SystemEvent {}

    /** A value for the whole broker is gone. */
    record GlobalParameterDeleted(String name) implements SystemEvent {}
}
