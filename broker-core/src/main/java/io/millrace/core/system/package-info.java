/**
 * The broker's own definitions: virtual hosts, users, permissions, policies and limits, as an event-sourced state on a log of
 * its own.
 *
 * <p>Reads take an immutable, durable snapshot and may come from any thread; changes are serialised by an owner, a
 * one-thread executor that is handed in and is never an event loop. Nothing here knows how passwords are hashed, what
 * a virtual host holds, or any protocol. Start at {@link io.millrace.core.system.SystemLog}.
 */
@NullMarked
package io.millrace.core.system;

import org.jspecify.annotations.NullMarked;
