/**
 * The broker's log: an ordered, durable sequence of event batches, the only truth.
 *
 * <p>Threading: {@link io.millrace.core.log.Log#append} is called by the owner of the state machine only;
 * {@link io.millrace.core.log.LogListener} is called by whatever thread writes the log. Start reading at
 * {@link io.millrace.core.log.Log}. This package knows nothing of queues.
 */
@NullMarked
package io.millrace.core.log;

import org.jspecify.annotations.NullMarked;
