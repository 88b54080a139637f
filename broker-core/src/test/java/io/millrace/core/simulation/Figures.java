package io.millrace.core.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happened, counted. */
final class Figures {
    long steps;
    long messages;
    long deliveries;
    long crashes;
    long kills;
    long cleanStops;
    long refusedFlushes;
    long lostFrames;
    long deadLetters;
    long expired;
    long limited;
    long transactions;
    long confirms;
    long segments;
    long compactions;
    long limitedBytes;
    long takenBack;
    long duplicates;
    long policies;
    long replays;

    void add(Figures other) {
        steps += other.steps;
        messages += other.messages;
        deliveries += other.deliveries;
        crashes += other.crashes;
        kills += other.kills;
        cleanStops += other.cleanStops;
        refusedFlushes += other.refusedFlushes;
        lostFrames += other.lostFrames;
        deadLetters += other.deadLetters;
        expired += other.expired;
        limited += other.limited;
        transactions += other.transactions;
        confirms += other.confirms;
        segments += other.segments;
        compactions += other.compactions;
        limitedBytes += other.limitedBytes;
        takenBack += other.takenBack;
        duplicates += other.duplicates;
        policies += other.policies;
        replays += other.replays;
    }

    /** What never happened. */
    List<String> unreached() {
        Map<String, Long> all = new TreeMap<>();
        all.put("steps", steps);
        all.put("messages", messages);
        all.put("deliveries", deliveries);
        all.put("crashes", crashes);
        all.put("kills", kills);
        all.put("cleanStops", cleanStops);
        all.put("refusedFlushes", refusedFlushes);
        all.put("lostFrames", lostFrames);
        all.put("deadLetters", deadLetters);
        all.put("expired", expired);
        all.put("limited", limited);
        all.put("transactions", transactions);
        all.put("confirms", confirms);
        all.put("segments", segments);
        all.put("compactions", compactions);
        all.put("limitedBytes", limitedBytes);
        all.put("takenBack", takenBack);
        all.put("duplicates", duplicates);
        all.put("policies", policies);
        all.put("replays", replays);
        all.values().removeIf(count -> count > 0);
        return List.copyOf(all.keySet());
    }

    @Override
    public String toString() {
        return steps + " steps, " + messages + " messages, " + deliveries + " deliveries, " + confirms + " confirmed, "
                + deadLetters + " dead letters, " + expired + " expired, " + limited + " above limits, " + transactions
                + " transactions, " + crashes + " power cuts, " + kills + " kills, " + cleanStops + " clean stops, "
                + refusedFlushes + " refused flushes, " + lostFrames + " frames lost in doubt, " + segments
                + " segments, " + compactions + " compactions, " + limitedBytes + " above limits of bytes, " + takenBack
                + " taken back, " + duplicates + " duplicates, " + policies + " policies changed, " + replays
                + " replays";
    }
}
