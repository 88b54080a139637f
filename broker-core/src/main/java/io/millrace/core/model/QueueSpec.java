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

    /** What the name of a hidden queue begins with: clients cannot declare such a name. */
    public static final String HIDDEN = "\0";

    /** Whether it is the broker's own: no client can see, name or reach it. */
    public boolean hidden() {
        return name.startsWith(HIDDEN);
    }

    /** Whether the queue and its durable messages are logged: an exclusive queue dies with its connection anyway. */
    public boolean logged() {
        return durable && !exclusive;
    }
}
