package io.millrace.core.model;

/**
 * What an exchange was declared as.
 *
 * @param name 0..255 bytes of UTF-8; empty for the default exchange
 * @param type the name of its exchange type, such as {@code topic}
 * @param durable whether it survives a restart
 * @param autoDelete whether it goes when its last binding goes
 * @param internal whether clients may not publish to it
 * @param arguments its free arguments
 */
public record ExchangeSpec(
        String name, String type, boolean durable, boolean autoDelete, boolean internal, Arguments arguments) {}
