/**
 * The broker's core: virtual hosts as event-sourced state machines.
 *
 * <p>A virtual host decides, appends its decision to its log as events, and applies them; replaying the log applies the
 * same events and never decides again. Everything of one virtual host runs on one thread at a time, its owner; nothing
 * here starts a thread, reads a clock or opens a file except {@code io.millrace.core.log.local}. The core knows no
 * protocol, no socket and no framework. Read {@link io.millrace.core.vhost.VirtualHost} first.
 */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;
