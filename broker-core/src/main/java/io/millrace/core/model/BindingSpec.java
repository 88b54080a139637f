package io.millrace.core.model;

/**
 * A binding: what carries messages from an exchange to a queue.
 *
 * @param exchange the name of the source exchange
 * @param queue the name of the destination queue
 * @param routingKey the binding's routing key or pattern, 0..255 bytes of UTF-8
 * @param arguments its free arguments, part of its identity
 */
public record BindingSpec(String exchange, String queue, String routingKey, Arguments arguments) {}
