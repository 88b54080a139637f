package io.millrace.core.model;

/** How a consumer ended a delivery. */
public enum Outcome {
    /** Handled; the message leaves the queue. */
    ACCEPTED,
    /** Cannot be handled by anybody here; the message is dead-lettered, or dropped and counted if it has no target. */
    REJECTED,
    /** Given back unhandled: returns to its old place, its delivery count grows by one. */
    RELEASED
}
