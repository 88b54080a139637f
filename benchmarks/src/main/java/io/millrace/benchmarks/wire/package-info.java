/**
 * AMQP 0-9-1 as the load generator needs it: frames made in advance, frames walked with the least work. No client library:
 * its cost would be measured along with the broker's.
 *
 * <p>Threads: every object belongs to one thread at a time. Start reading at {@link io.millrace.benchmarks.wire.Link}.
 */
@NullMarked
package io.millrace.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
