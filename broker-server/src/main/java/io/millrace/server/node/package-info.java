/**
 * The broker put together: data directory, system log, virtual hosts on their loops, listeners; its start, its end, and
 * what happens when the disk fails.
 *
 * <p>Threads: starting and stopping block the caller; what must not block an event loop runs on the named daemon threads
 * of {@link io.millrace.server.node.Workers}, which are never interrupted. Knows all other packages of the server but the
 * command line. Start at {@link io.millrace.server.node.Node}.
 */
@NullMarked
package io.millrace.server.node;

import org.jspecify.annotations.NullMarked;
