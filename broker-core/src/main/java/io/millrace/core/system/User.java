package io.millrace.core.system;

import java.util.List;

/**
 * Somebody who may log in.
 *
 * @param name 1..255 bytes of UTF-8
 * @param passwordHash self-describing, empty if no password lets this user in
 * @param tags what the user may do besides messaging; immutable
 * @param limits its bounds
 */
public record User(String name, String passwordHash, List<String> tags, UserLimits limits) {

    /** The tag that allows everything in administration. */
    public static final String ADMINISTRATOR = "administrator";
    /** The tag that allows to look at everything. */
    public static final String MONITORING = "monitoring";
    /** The tag that allows to change policies of the virtual hosts that the user may enter. */
    public static final String POLICYMAKER = "policymaker";
    /** The tag that allows to look at the virtual hosts that the user may enter. */
    public static final String MANAGEMENT = "management";

    /** The tag that allows to publish messages that name another user as their author. */
    public static final String IMPERSONATOR = "impersonator";

    /** Copies the tags. */
    public User {
        tags = List.copyOf(tags);
    }

    /** Without the hash: users may be printed. */
    @Override
    public String toString() {
        return "User[name=" + name + ", tags=" + tags + "]";
    }
}
