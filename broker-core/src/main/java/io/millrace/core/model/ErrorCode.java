package io.millrace.core.model;

/** Why the core refuses a command. The edges translate it to their protocol's own codes. */
public enum ErrorCode {
    /** The queue, exchange, consumer or virtual host does not exist. */
    NOT_FOUND,
    /** The caller may not do this to that resource. */
    ACCESS_REFUSED,
    /** Another connection holds the resource exclusively. */
    RESOURCE_LOCKED,
    /** The state or the arguments of the resource forbid it, such as a declaration that does not match. */
    PRECONDITION_FAILED,
    /** The request is forbidden by its kind, such as a consumer tag that is in use. */
    NOT_ALLOWED,
    /** The request is well-formed and its arguments cannot be carried out. */
    INVALID_ARGUMENT,
    /** A part of the protocol that this broker does not offer. */
    NOT_IMPLEMENTED,
    /** A bound was reached: count, bytes or depth. */
    RESOURCE_EXHAUSTED,
    /** The queue's stored data is damaged; the text names the file. */
    DAMAGED,
    /** The broker cannot know the outcome: its log failed or it is stopping. */
    UNAVAILABLE
}
