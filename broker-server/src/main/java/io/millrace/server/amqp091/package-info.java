/**
 * AMQP 0-9-1 without I/O: bytes in, bytes out, callbacks; one engine for each connection.
 *
 * <p>Threading: an engine and everything it owns lives on its connection's event loop; all of its methods, and all
 * callbacks given to it ({@link io.millrace.core.vhost.Outlet}, {@link io.millrace.core.vhost.Reply}, results of
 * {@link io.millrace.server.amqp091.Authenticator} and {@link io.millrace.server.amqp091.VirtualHosts}), are called
 * there. It starts no thread and reads no clock: time comes by {@code tick}.
 *
 * <p>It must not know: sockets, Vert.x, files, the other protocols. Bytes travel in Netty's {@code ByteBuf}. Start at
 * {@link io.millrace.server.amqp091.ConnectionEngine}; {@link io.millrace.server.amqp091.FrameDecoder} is where bytes
 * come in, {@link io.millrace.server.amqp091.Output} is where they go out, and
 * {@link io.millrace.server.amqp091.Channel091} lies between them and the virtual host.
 */
@NullMarked
package io.millrace.server.amqp091;

import org.jspecify.annotations.NullMarked;
