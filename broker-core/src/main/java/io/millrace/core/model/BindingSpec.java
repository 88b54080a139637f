package io.millrace.core.model;

/**
 * A binding: what carries messages from an exchange to a queue or to another exchange.
 *
 * @param exchange the name of the source exchange
 * @param kind what the destination is
 * @param destination the name of the destination
 * @param routingKey the binding's routing key or pattern, 0..255 bytes of UTF-8
 * @param arguments its free arguments, part of its identity
 */
public record BindingSpec(
        String exchange, DestinationKind kind, String destination, String routingKey, Arguments arguments) {

    /** A binding to a queue. */
    public BindingSpec(String exchange, String queue, String routingKey, Arguments arguments) {
        this(exchange, DestinationKind.QUEUE, queue, routingKey, arguments);
    }

    /** A binding to an exchange. */
    public static BindingSpec between(String source, String destination, String routingKey, Arguments arguments) {
        return new BindingSpec(source, DestinationKind.EXCHANGE, destination, routingKey, arguments);
    }

    /** Whether it leads to an exchange. */
    public boolean toExchange() {
        return kind == DestinationKind.EXCHANGE;
    }
}
