/** Tests of policies. */
@NullMarked
package io.millrace.core.policy;

import org.jspecify.annotations.NullMarked;
