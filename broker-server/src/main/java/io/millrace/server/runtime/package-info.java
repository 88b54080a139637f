/**
 * Virtual hosts on event loops, and what carries commands and answers between them and the connections.
 *
 * <p>Threads: a virtual host runs on one event loop, its owner ({@link io.millrace.server.runtime.VirtualHostLoop}); a
 * connection runs on another or the same. A {@link io.millrace.server.runtime.Courier} is a connection's way to its
 * virtual host: direct calls if the loops are the same, else batches in both directions, one hand-off for each read
 * burst and for each turn. Nothing in here knows a protocol or a socket. Start at
 * {@link io.millrace.server.runtime.Courier}.
 */
@NullMarked
package io.millrace.server.runtime;

import org.jspecify.annotations.NullMarked;
