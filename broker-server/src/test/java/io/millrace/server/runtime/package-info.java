/** Tests of the hand-off between connections and virtual hosts, on real event loops and against a small echo host. */
@NullMarked
package io.millrace.server.runtime;

import org.jspecify.annotations.NullMarked;
