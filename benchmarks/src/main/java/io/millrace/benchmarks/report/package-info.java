/** Figures as tables, JSON, CSV and plots. */
@NullMarked
package io.millrace.benchmarks.report;

import org.jspecify.annotations.NullMarked;
