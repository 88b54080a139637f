/** The commands. */
@NullMarked
package io.millrace.benchmarks.cli;

import org.jspecify.annotations.NullMarked;
