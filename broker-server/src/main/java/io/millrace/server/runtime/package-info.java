/**
 * Virtual hosts on event loops, and what carries commands and answers between them and the connections.
 *
 * <p>Threads: a virtual host is run by one event loop at a time, the one that has commands for it
 * ({@link io.millrace.server.runtime.VirtualHostLoop}); a connection stays on its own. A
 * {@link io.millrace.server.runtime.Courier} is a connection's way to its virtual host: direct calls while the
 * connection's loop runs it, else batches in both directions, one hand-off for each read burst and for each turn. Nothing in here knows a protocol or a socket. Start at
 * {@link io.millrace.server.runtime.Courier}.
 */
@NullMarked
package io.millrace.server.runtime;

import org.jspecify.annotations.NullMarked;
