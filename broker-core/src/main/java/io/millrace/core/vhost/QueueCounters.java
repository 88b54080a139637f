package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a queue lost, gave away or did not take since the start, and why. Owner's thread. */
final class QueueCounters {
    private static final Cause[] CAUSES = Cause.values();

    private final long[] ended = new long[CAUSES.length];
    private long deadLettered;
    private long cyclesKeptOut;
    private long refused;
    private long duplicates;

    /** Messages that left the queue for good for that cause. */
    void countEnded(Cause cause, long messages) {
        ended[cause.ordinal()] += messages;
    }

    /** A message went where the dead letters of the queue go. */
    void countDeadLettered() {
        deadLettered++;
    }

    /** A dead letter was not let in, because it would go round in a circle. */
    void countCycleKeptOut() {
        cyclesKeptOut++;
    }

    /** A publish was refused because the queue was full. */
    void countRefused() {
        refused++;
    }

    /** A message was not let in, because its id came before. */
    void countDuplicate() {
        duplicates++;
    }

    /** Those that are not 0, by their names. What was accepted or purged is not a loss and not among them. */
    Map<String, Long> losses() {
        Map<String, Long> losses = new LinkedHashMap<>();
        for (Cause cause : CAUSES) {
            if (cause != Cause.ACCEPTED && cause != Cause.PURGED) {
                put(losses, "dropped_" + cause.name().toLowerCase(Locale.ROOT), ended[cause.ordinal()]);
            }
        }
        put(losses, "dead_lettered", deadLettered);
        put(losses, "cycles_kept_out", cyclesKeptOut);
        put(losses, "refused", refused);
        put(losses, "duplicates", duplicates);
        return losses;
    }

    private static void put(Map<String, Long> losses, String name, long count) {
        if (count > 0) {
            losses.put(name, count);
        }
    }
}
