package io.millrace.server.runtime;

import org.jspecify.annotations.Nullable;

/** What a courier needs of the connection that it serves. All calls on the connection's event loop. */
public interface Edge {
    /** The connection's event loop. */
    ConnectionLoop loop();

    /** Whether the socket takes more; when it does again after not having done so, {@link Courier#writable} is called. */
    boolean writable();

    /** Sends what was written by answers; called after a batch of them. */
    void flush();

    /**
     * Says whether this connection may go on publishing.
     *
     * @param reason why not, for the client; null if it may
     */
    void publishersBlocked(@Nullable String reason);

    /**
     * Stops or resumes reading because the virtual host does not keep up with what this connection sends; short, and
     * not told to the client.
     */
    void handOffFull(boolean full);

    /** The virtual host has failed: nothing that was asked of it will be answered any more. */
    void virtualHostFailed(String why);

    /**
     * An outlet or a reply has thrown: the connection is in no known state any more and has to end. Comes in the middle
     * of a turn, so nothing may be commanded during the call.
     */
    void broken(Throwable defect);
}
