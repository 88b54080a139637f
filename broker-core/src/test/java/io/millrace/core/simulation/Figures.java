package io.millrace.core.simulation;

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
        replays += other.replays;
    }

    @Override
    public String toString() {
        return steps + " steps, " + messages + " messages, " + deliveries + " deliveries, " + confirms + " confirmed, "
                + deadLetters + " dead letters, " + expired + " expired, " + limited + " above limits, " + transactions
                + " transactions, " + crashes + " power cuts, " + kills + " kills, " + cleanStops + " clean stops, "
                + refusedFlushes + " refused flushes, " + lostFrames + " frames lost in doubt, " + segments
                + " segments, " + compactions + " compactions, " + replays + " replays";
    }
}
