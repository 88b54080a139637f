/**
 * The scenarios, each with what it measures and how it is warmed up and repeated. Start reading at
 * {@link io.millrace.benchmarks.scenario.Throughput}.
 */
@NullMarked
package io.millrace.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
