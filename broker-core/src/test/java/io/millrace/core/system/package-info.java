/** Tests of the broker's own definitions, on a log in memory whose durability the test decides. */
@NullMarked
package io.millrace.core.system;

import org.jspecify.annotations.NullMarked;
