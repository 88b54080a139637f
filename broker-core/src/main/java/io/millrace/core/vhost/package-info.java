/**
 * The virtual host: owns exchanges and queues, turns commands into events, and parks replies until they are durable.
 *
 * <p>Everything in here runs on the virtual host's owner, one thread at a time; nothing is locked. It knows no protocol:
 * an edge opens a {@link io.millrace.core.vhost.Lane} and hands in an {@link io.millrace.core.vhost.Outlet} to be
 * called back on. Start at {@link io.millrace.core.vhost.VirtualHost}.
 */
@NullMarked
package io.millrace.core.vhost;

import org.jspecify.annotations.NullMarked;
