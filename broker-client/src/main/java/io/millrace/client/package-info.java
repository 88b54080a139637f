/**
 * The client library: connect, publish, consume, settle.
 *
 * <p>It will hold a few small interfaces and their builders; what implements them stays hidden in a package
 * below. Nothing is built yet: until then any AMQP 0-9-1 client library serves.
 *
 * <p>Threading: callbacks arrive on one event loop per connection. This package knows nothing of the server.
 */
@NullMarked
package io.millrace.client;

import org.jspecify.annotations.NullMarked;
