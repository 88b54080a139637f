package io.millrace.server.transport;

import io.millrace.core.vhost.Commands;
import io.millrace.server.auth.Visits;
import io.millrace.server.runtime.Courier;
import io.millrace.server.runtime.Edge;

/** Finds virtual hosts by name. Any thread. */
public interface HostDirectory {
    /** What became of the wish to enter a virtual host. */
    sealed interface Entry {
        /**
         * The way in.
         *
         * @param courier carries the commands
         * @param commands what the client's commands go to: the courier, behind the user's permissions
         * @param visit ends with the connection
         */
        record Open(Courier courier, Commands commands, Visits.Visit visit) implements Entry {}

        /** There is none of that name. */
        record NotFound() implements Entry {}

        /** The user has no permission for it. */
        record Refused() implements Entry {}

        /** The user or the virtual host has as many connections as it may have. */
        record Full(String why) implements Entry {}

        /** It cannot be used now. */
        record Unavailable(String why) implements Entry {}
    }

    /**
     * Opens the way to a virtual host for one connection, on its event loop.
     *
     * @param edge the connection
     */
    Entry enter(String virtualHost, String user, Edge edge);
}
