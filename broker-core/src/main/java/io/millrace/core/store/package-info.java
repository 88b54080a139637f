/**
 * Cold messages: what outlives its place in the log is moved, in queue order, into segment files.
 *
 * <p>A segment holds one run for each queue that had messages left, and a body shared by several queues once. It is
 * derived from the log (the {@code Moved} event makes it valid) and deleted as a whole. Threads: {@link Segments} is
 * called by the owner of the virtual host; the work is done by workers, the completions run on the owner again.
 * Start at {@link io.millrace.core.store.Segments}.
 */
@NullMarked
package io.millrace.core.store;

import org.jspecify.annotations.NullMarked;
