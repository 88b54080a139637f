/**
 * The command line: reads flags and configuration, starts the broker in the foreground, and finds a running one
 * again by its data directory, to administer it over HTTP on the loopback interface.
 *
 * <p>Threading: everything runs on the main thread, except the clean stop, which runs on a shutdown hook. This
 * package knows the broker only as {@link io.millrace.server.Broker}. Start reading at {@link MillraceCommand}.
 */
@NullMarked
package io.millrace.server.cli;

import org.jspecify.annotations.NullMarked;
