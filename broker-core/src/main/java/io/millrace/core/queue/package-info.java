/**
 * A queue's durable state: which messages are in it, where they lie, and what it keeps of its past.
 *
 * <p>Owned by the thread of the virtual host. Only {@code apply} of an event changes anything here; nothing here decides,
 * and nothing here knows of consumers. Sequences are dense per queue and kept in pages of
 * {@value io.millrace.core.queue.PageRing#PAGE}, so that a waiting message costs bits, not objects. Read
 * {@link io.millrace.core.queue.QueueState} first.
 */
@NullMarked
package io.millrace.core.queue;

import org.jspecify.annotations.NullMarked;
