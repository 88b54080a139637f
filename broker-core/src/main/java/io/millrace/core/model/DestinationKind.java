package io.millrace.core.model;

/** What a binding leads to. */
public enum DestinationKind {
    /** A queue. */
    QUEUE,
    /** Another exchange, which routes the message on. */
    EXCHANGE
}
