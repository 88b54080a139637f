/**
 * Policies: settings that an operator gives to all queues or exchanges of a virtual host whose names match a pattern.
 *
 * <p>A virtual host holds one immutable set of them at a time and asks it when it decides; they are logged with the
 * broker's own definitions, never in the virtual host's log, so replay does not ask. Immutable; any thread. Nothing here knows
 * what a key does to a queue. Start at {@link io.millrace.core.policy.Policies}.
 */
@NullMarked
package io.millrace.core.policy;

import org.jspecify.annotations.NullMarked;
