/**
 * What edges say of their connections and channels, in words that no protocol owns alone: made by the protocols and the
 * transport, read by the administration. Immutable records; any thread. Start at
 * {@link io.millrace.server.report.ConnectionReport}.
 */
@NullMarked
package io.millrace.server.report;

import org.jspecify.annotations.NullMarked;
