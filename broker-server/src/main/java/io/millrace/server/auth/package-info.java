/**
 * Who a client is and what it may do: password hashes, logins, permissions.
 *
 * <p>Threads: logins are checked by workers, because a hash takes about a tenth of a second; permissions are checked on
 * the connection's event loop. Knows the broker's definitions ({@code io.millrace.core.system}) and no protocol. Start at
 * {@link io.millrace.server.auth.Logins}.
 */
@NullMarked
package io.millrace.server.auth;

import org.jspecify.annotations.NullMarked;
