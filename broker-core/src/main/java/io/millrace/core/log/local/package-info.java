/**
 * The log in files of this machine, and the only place of the core that opens files.
 *
 * <p>Threads: {@link io.millrace.core.log.local.LocalLog} is fed by its owner and writes on the executor it was given;
 * everything else here belongs to that journal task and its lock. Threads that come in here must never be interrupted:
 * an interrupt closes the {@link java.nio.channels.FileChannel} it hits, which is then fatal to the log. This package
 * knows nothing of what the events mean. Read {@link io.millrace.core.log.local.WalFrame} for the layout, then
 * {@link io.millrace.core.log.local.LocalLog}.
 */
@NullMarked
package io.millrace.core.log.local;

import org.jspecify.annotations.NullMarked;
