/**
 * The events of a virtual host: what was decided, in the form in which the log keeps it.
 *
 * <p>{@link io.millrace.core.event.HostEvents} lists them; {@link io.millrace.core.event.EventWriter} writes them,
 * {@link io.millrace.core.event.EventReader} reads them back. Owner's thread. Nothing here knows what an event does.
 */
@NullMarked
package io.millrace.core.event;

import org.jspecify.annotations.NullMarked;
