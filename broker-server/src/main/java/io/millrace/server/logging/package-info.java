/**
 * The log on standard error: set up before the first line is written, without a configuration file of its own.
 *
 * <p>What a log line holds may come from clients, so no text in it can begin a line or reach a terminal as a
 * control character. Threading: the logging library's. Start reading at {@link LogSetup}.
 */
@NullMarked
package io.millrace.server.logging;

import org.jspecify.annotations.NullMarked;
