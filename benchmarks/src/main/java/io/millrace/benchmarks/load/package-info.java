/**
 * What is sent and received, and how fast: publishers, consumers, the credit between them, the pace of a fixed rate.
 *
 * <p>Threads: each publisher and each consumer has one of its own and one connection, and blocks on it; they share
 * {@link io.millrace.benchmarks.load.Credit} and {@link io.millrace.benchmarks.load.Crew} only. Start reading at
 * {@link io.millrace.benchmarks.load.LoadRun}.
 */
@NullMarked
package io.millrace.benchmarks.load;

import org.jspecify.annotations.NullMarked;
