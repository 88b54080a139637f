package io.millrace.core.model;

/**
 * What a queue was declared as.
 *
 * @param name 1..255 bytes of UTF-8
 * @param durable whether it survives a restart
 * @param exclusive whether only the connection that declared it may use it, and it ends with that connection
 * @param autoDelete whether it goes when its last consumer goes
 * @param arguments its free arguments
 */
public record QueueSpec(String name, boolean durable, boolean exclusive, boolean autoDelete, Arguments arguments) {

    /** Whether the queue and its durable messages are logged: an exclusive queue dies with its connection anyway. */
    public boolean logged() {
        return durable && !exclusive;
    }
}
