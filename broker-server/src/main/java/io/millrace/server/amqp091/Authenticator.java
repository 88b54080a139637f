package io.millrace.server.amqp091;

/**
 * Checks who a client is. May answer later: hashing a password must not block an event loop.
 *
 * <p>The time it takes must not tell whether the user exists.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Checks a name and a password.
     *
     * @param user the name as it was given, 0 bytes or more, any text
     * @param password the password as it was given; the callee owns the array and may erase it
     * @param remoteAddressIsLoopback whether the client is on this machine
     * @param callback takes the answer: exactly one call, on the connection's event loop, at once or later
     */
    void authenticate(String user, byte[] password, boolean remoteAddressIsLoopback, Callback callback);

    /**
     * Checks a name that the transport has proved already, by a certificate. Refuses all unless it is overridden.
     *
     * @param user the name
     * @param remoteAddressIsLoopback whether the client is on this machine
     * @param callback takes the answer, as with {@link #authenticate}
     */
    default void identify(String user, boolean remoteAddressIsLoopback, Callback callback) {
        callback.refused();
    }

    /** Takes the answer. */
    interface Callback {
        /** The password is the user's. */
        default void accepted() {
            accepted(false);
        }

        /**
         * The same.
         *
         * @param mayImpersonate whether the user may publish messages that name another as their user-id
         */
        void accepted(boolean mayImpersonate);

        /** It is not, or there is no such user, or that user may not come from there: the client learns no more. */
        void refused();
    }
}
