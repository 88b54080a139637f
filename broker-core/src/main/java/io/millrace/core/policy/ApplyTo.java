package io.millrace.core.policy;

import io.millrace.core.model.QueueSpec;
import org.jspecify.annotations.Nullable;

/** What kind of object a policy is for. */
public enum ApplyTo {
    /** Queues and exchanges. */
    ALL("all"),
    /** Exchanges. */
    EXCHANGES("exchanges"),
    /** Queues of every type. */
    QUEUES("queues"),
    /** Queues of type classic, and those without a type. */
    CLASSIC_QUEUES("classic_queues"),
    /** Queues of type quorum. */
    QUORUM_QUEUES("quorum_queues"),
    /** Queues of type stream. */
    STREAMS("streams");

    private final String text;

    ApplyTo(String text) {
        this.text = text;
    }

    /** The name that people and tools use. */
    public String text() {
        return text;
    }

    /** The kind of that name, or null if there is none. */
    public static @Nullable ApplyTo named(String text) {
        for (ApplyTo each : values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return null;
    }

    /** Whether it is for exchanges. */
    public boolean exchanges() {
        return this == ALL || this == EXCHANGES;
    }

    /** Whether it is for queues. */
    public boolean queues() {
        return this != EXCHANGES;
    }

    /** Whether it is for that queue. */
    public boolean includes(QueueSpec queue) {
        return switch (this) {
            case ALL, QUEUES -> true;
            case EXCHANGES -> false;
            case CLASSIC_QUEUES -> type(queue).equals("classic");
            case QUORUM_QUEUES -> type(queue).equals("quorum");
            case STREAMS -> type(queue).equals("stream");
        };
    }

    private static String type(QueueSpec queue) {
        return queue.arguments().get("x-queue-type") instanceof String type ? type : "classic";
    }
}
