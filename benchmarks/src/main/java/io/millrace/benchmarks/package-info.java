/** The command line of the benchmarks. Start reading at {@link io.millrace.benchmarks.Main}. */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
