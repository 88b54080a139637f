/**
 * The broker as a process: it reads the configuration, opens the data directory, serves the protocols, and ends
 * cleanly when it is told to.
 *
 * <p>Threading: {@code Main} and the commands run on the main thread; connections and virtual hosts run on event
 * loops, and nothing that blocks may run there. The protocol packages below do not know each other.
 *
 * <p>Start reading at {@code Main}.
 */
@NullMarked
package io.millrace.server;

import org.jspecify.annotations.NullMarked;
