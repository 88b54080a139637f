package io.millrace.server.amqp091;

import org.jspecify.annotations.Nullable;

/** What the transport knows of a client for its login. Asked on the event loop once the protocol header has come. */
public interface PeerIdentity {
    /** A client on an open socket, who may log in with a password. */
    PeerIdentity UNKNOWN = new PeerIdentity() {
        @Override
        public boolean mayUsePassword() {
            return true;
        }

        @Override
        public @Nullable String certifiedUser() {
            return null;
        }
    };

    /** Whether passwords are taken on this connection. */
    boolean mayUsePassword();

    /** The user named by the client's verified certificate; null if there is no such certificate. */
    @Nullable
    String certifiedUser();
}
