/** Tests of the whole broker in this process, with the usual client of its protocol. */
@NullMarked
package io.millrace.server.node;

import org.jspecify.annotations.NullMarked;
