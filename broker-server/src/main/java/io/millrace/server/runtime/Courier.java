package io.millrace.server.runtime;

import io.millrace.core.vhost.Commands;

/**
 * A connection's way to its virtual host. On the connection's event loop only; so are all calls of the outlets and
 * replies that were given to it.
 *
 * <p>Commands are carried out after {@link #submit}, at the latest. Answers for a lane come until the lane is closed by
 * {@link #closeLane} or {@link #disconnect}, never after.
 */
public interface Courier extends Commands {
    /** The end of a read burst: what was commanded so far is to be carried out now. */
    void submit();

    /** The connection is gone: disconnects its client if that was not done. */
    void abandon();

    /** The connection's socket takes more again. */
    void writable();
}
