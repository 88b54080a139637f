package io.millrace.core.event;

/** Why a message left a queue for good. The order is the stored form: new ones go to the end. */
public enum Cause {
    /** A consumer accepted it, or took it as settled. */
    ACCEPTED,
    /** A consumer rejected it and there was no dead-letter target. */
    REJECTED,
    /** An operator or a client purged the queue. */
    PURGED
}
