/** The brokers that are measured, as processes: what they take of the machine, how they are started and ended. */
@NullMarked
package io.millrace.benchmarks.broker;

import org.jspecify.annotations.NullMarked;
