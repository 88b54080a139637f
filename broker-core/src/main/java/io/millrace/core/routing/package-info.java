/**
 * Exchanges and bindings: which queues a message goes to.
 *
 * <p>Owned by the thread of the virtual host. Knows nothing of what queues hold or of logs. An exchange type is one class
 * that makes routers; adding a type touches nothing else. Start at {@link io.millrace.core.routing.Topology}.
 */
@NullMarked
package io.millrace.core.routing;

import org.jspecify.annotations.NullMarked;
