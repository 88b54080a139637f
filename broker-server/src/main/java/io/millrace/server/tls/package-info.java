/**
 * TLS of the listeners: certificates out of files, exchanged while connections are open, and the user's name out of a
 * client's certificate.
 *
 * <p>Threads: files are read by the thread that starts the broker and by a worker, never by an event loop; what event
 * loops need is one volatile field. Start at {@link io.millrace.server.tls.TlsContext}.
 */
@NullMarked
package io.millrace.server.tls;

import org.jspecify.annotations.NullMarked;
