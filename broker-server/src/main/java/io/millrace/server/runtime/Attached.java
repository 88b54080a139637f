package io.millrace.server.runtime;

import org.jspecify.annotations.Nullable;

/** A connection as its virtual host sees it. On the loop that runs the virtual host. */
interface Attached {
    /** The turn has ended: send on what was collected. Called only if there is something. */
    void endOfTurn();

    /** Says whether publishers may go on; null if they may. */
    void publishersBlocked(@Nullable String reason);

    /** The virtual host has failed. */
    void virtualHostFailed(String why);
}
