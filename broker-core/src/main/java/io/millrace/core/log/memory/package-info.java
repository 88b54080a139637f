/**
 * A log that lives in memory and dies with the process.
 *
 * <p>Any thread may call it. For virtual hosts without durability and for tests of what stands on a log. Start at
 * {@link io.millrace.core.log.memory.MemoryLog}.
 */
@NullMarked
package io.millrace.core.log.memory;

import org.jspecify.annotations.NullMarked;
