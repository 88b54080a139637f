/** A small fuzzer: a corpus, seeded mutations of it, and how long to go on. */
@NullMarked
package io.millrace.server.fuzz;

import org.jspecify.annotations.NullMarked;
