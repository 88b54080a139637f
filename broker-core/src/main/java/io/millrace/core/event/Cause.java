package io.millrace.core.event;

import io.millrace.core.model.DeathReason;

/** Why a message left a queue for good. */
public enum Cause {
    /** A consumer accepted it, or took it as settled. */
    ACCEPTED(0),
    /** A consumer rejected it and there was no dead-letter target. */
    REJECTED(1),
    /** An operator or a client purged the queue. */
    PURGED(2),
    /** Its time ran out and there was no dead-letter target. */
    EXPIRED(3),
    /** The queue was full and there was no dead-letter target. */
    MAXLEN(4),
    /** It was given back more often than the queue allows and there was no dead-letter target. */
    DELIVERY_LIMIT(5),
    /** The delay that it was published with was over, and no queue wanted it. */
    UNROUTED(16),
    /** Its stored bytes are not those that were written, and an operator gave it up. */
    DAMAGED(17);

    private final int code;

    Cause(int code) {
        this.code = code;
    }

    /** The stored form; never given to another cause. */
    int code() {
        return code;
    }

    /** The cause of a message that ends for that reason without a dead-letter target. */
    public static Cause of(DeathReason reason) {
        return switch (reason) {
            case REJECTED -> REJECTED;
            case EXPIRED -> EXPIRED;
            case MAXLEN -> MAXLEN;
            case DELIVERY_LIMIT -> DELIVERY_LIMIT;
        };
    }

    static Cause of(int code) {
        for (Cause cause : values()) {
            if (cause.code == code) {
                return cause;
            }
        }
        throw new IllegalStateException("unknown cause " + code + " in an event");
    }
}
