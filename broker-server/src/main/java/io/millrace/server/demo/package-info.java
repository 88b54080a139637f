/**
 * The demonstration: real events go through a broker, and every count is checked.
 *
 * <p>It is a client like any other: it talks to the broker by the RabbitMQ Java client, unmodified, and knows nothing of the
 * broker's inside, except that it can start one ({@link io.millrace.server.demo.DemoBroker}). The caller's thread publishes
 * and prints; the client's threads consume. Start at {@link io.millrace.server.demo.Demo}.
 */
@NullMarked
package io.millrace.server.demo;

import org.jspecify.annotations.NullMarked;
