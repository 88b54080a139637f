package io.millrace.core.vhost;

/**
 * How far the check of stored messages is.
 *
 * @param on whether they are checked at all
 * @param running whether a pass is under way
 * @param passes passes that have ended since the start
 * @param bytes bytes read for it since the start
 * @param begunAt when the pass that is under way, or the last one, began; milliseconds since the epoch, 0 never
 * @param endedAt when the last one ended; milliseconds since the epoch, 0 never
 * @param damaged messages in the queues that are known to be unreadable, however that was found
 */
public record ScrubReport(
        boolean on, boolean running, long passes, long bytes, long begunAt, long endedAt, long damaged) {}
