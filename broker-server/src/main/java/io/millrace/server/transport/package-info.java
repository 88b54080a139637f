/**
 * Sockets: listeners, and the Netty handler that carries a protocol engine.
 *
 * <p>Threads: a connection lives on the event loop that accepted it, with everything that belongs to it. Vert.x makes
 * the event loops and ends them; {@link io.millrace.server.transport.EventLoops} is the only class that touches
 * its internals. Nothing here knows what a queue is. Start at {@link io.millrace.server.transport.AmqpServer}.
 */
@NullMarked
package io.millrace.server.transport;

import org.jspecify.annotations.NullMarked;
