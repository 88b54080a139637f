/** The broker as unmodified clients of others see it, over real sockets. */
@NullMarked
package io.millrace.server.clients;

import org.jspecify.annotations.NullMarked;
