package io.millrace.core.event;

/** Why a message left a queue for good. */
public enum Cause {
    /** A consumer accepted it, or took it as settled. */
    ACCEPTED(0),
    /** A consumer rejected it and there was no dead-letter target. */
    REJECTED(1),
    /** An operator or a client purged the queue. */
    PURGED(2);

    private final int code;

    Cause(int code) {
        this.code = code;
    }

    /** The stored form; never given to another cause. */
    int code() {
        return code;
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
