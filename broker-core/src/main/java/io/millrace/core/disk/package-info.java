/**
 * The one door to the disk: everything that the broker stores goes through {@link io.millrace.core.disk.Disk}.
 *
 * <p>Threads: any; the calls block, so they are made by workers, never by an event loop. A real implementation stands in
 * {@code io.millrace.core.log.local}, a simulated one with faults in the tests. Nothing here knows what is stored.
 * Start at {@link io.millrace.core.disk.Disk}.
 */
@NullMarked
package io.millrace.core.disk;

import org.jspecify.annotations.NullMarked;
