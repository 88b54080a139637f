package io.millrace.server.http;

import io.millrace.core.system.User;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Checks names and passwords. */
@FunctionalInterface
public interface Credentials {
    /**
     * Checks; does not block.
     *
     * @param password the caller gives it away
     * @param answerOn where the answer is given
     */
    void check(String user, byte[] password, Executor answerOn, Answer answer);

    /** Takes the answer. */
    @FunctionalInterface
    interface Answer {
        /** One call; null is a refusal. */
        void take(@Nullable User user);
    }
}
