package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a queue lost, gave away or did not take since the start, and why. Owner's thread. */
final class QueueCounters {
    private final Map<Cause, long[]> ended = new EnumMap<>(Cause.class);
    private long deadLettered;
    private long cyclesKeptOut;
    private long refused;
    private long duplicates;

    /** Messages that left the queue for good for that cause, which is neither that they were accepted nor purged. */
    void countEnded(Cause cause, long messages) {
        ended.computeIfAbsent(cause, any -> new long[1])[0] += messages;
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

    /** Those that are not 0, by their names. */
    Map<String, Long> losses() {
        Map<String, Long> losses = new LinkedHashMap<>();
        ended.forEach((cause, count) -> put(losses, "dropped_" + cause.name().toLowerCase(Locale.ROOT), count[0]));
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
