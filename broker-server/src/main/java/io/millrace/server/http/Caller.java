package io.millrace.server.http;

import io.millrace.core.system.User;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param user the user that logged in; null for the operator of the machine, who showed the token of the run file
 * @param tags the user's tags
 */
record Caller(@Nullable String user, List<String> tags) {
    /** The operator of the machine. */
    static final Caller OPERATOR = new Caller(null, List.of(User.ADMINISTRATOR));

    /** The tag of those who may look. */
    static final String MONITORING = "monitoring";

    boolean may(Access access) {
        return tags.contains(User.ADMINISTRATOR) || (access == Access.LOOK && tags.contains(MONITORING));
    }

    /** Whether anything here is open to that user. */
    boolean manages() {
        return may(Access.LOOK);
    }
}
