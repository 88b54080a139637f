/**
 * Time as the core sees it: handed in, so that a simulator can own it.
 *
 * <p>Implementations come from outside, and may be called by any thread; this package holds the two interfaces and knows
 * nothing else. Start at
 * {@link io.millrace.core.time.Clock}.
 */
@NullMarked
package io.millrace.core.time;

import org.jspecify.annotations.NullMarked;
