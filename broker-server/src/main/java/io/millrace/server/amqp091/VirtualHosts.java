package io.millrace.server.amqp091;

import io.millrace.core.model.BrokerException;
import io.millrace.core.vhost.Commands;

/** Finds virtual hosts for users who are logged in. */
@FunctionalInterface
public interface VirtualHosts {
    /**
     * Opens a virtual host.
     *
     * @param name its name as the client gave it
     * @param user who asks, already authenticated
     * @param callback takes the answer: exactly one call, on the connection's event loop, at once or later
     */
    void open(String name, String user, Callback callback);

    /** Takes the answer. */
    interface Callback {
        /** The user may work with it; the commands are carried out at once or later, in the order they are given. */
        void opened(Commands commands);

        /** There is no virtual host of that name. */
        void notFound();

        /** The user has no permission for it. */
        void accessRefused();

        /** It is there and cannot be used now, for example because it is still starting; the text is for the client. */
        void refused(BrokerException why);
    }
}
