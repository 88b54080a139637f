package io.millrace.core.vhost;

/**
 * The answer to a declaration of a queue.
 *
 * @param name its name, the generated one if none was given
 * @param ready messages that could be delivered now
 * @param consumers its consumers
 */
public record QueueStatus(String name, long ready, int consumers) {}
