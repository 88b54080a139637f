package io.millrace.core.vhost;

/** Somebody who acts on queues by themselves, because of their features and of time. Owner's thread, within a turn. */
interface QueueWatch {
    /** The queue is new, was restored, or has got other features. */
    void changed(Queue queue);

    /** The queue was deleted. */
    default void gone(Queue queue) {}
}
