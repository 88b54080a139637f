/**
 * The management interface: HTTP/1.1 with JSON under {@code /api}, in the shapes that tools of RabbitMQ know, served on
 * the loopback interface.
 *
 * <p>A request passes {@link io.millrace.server.http.HttpAdmin} (bounds, time limits), {@link
 * io.millrace.server.http.Gate} (who asks) and {@link io.millrace.server.http.Routes} (what is asked) on the event loop,
 * and is then carried out by a worker, which may block: it waits for virtual hosts and for a slow reader. The node is
 * known as {@link io.millrace.server.http.NodeAdmin} only, protocols not at all. Start at
 * {@link io.millrace.server.http.HttpAdmin}.
 */
@NullMarked
package io.millrace.server.http;

import org.jspecify.annotations.NullMarked;
