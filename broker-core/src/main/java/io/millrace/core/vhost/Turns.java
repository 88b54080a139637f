package io.millrace.core.vhost;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is among the consumers of a queue: those of the highest priority that has an able one, one after the other;
 * or, in a queue with a single active consumer, that one alone. Owner's thread.
 */
final class Turns {
    /** The able consumers of one priority, the next one first. Those found unable leave until they are roused. */
    static final class Rank {
        private final long priority;
        private final Chain rotation = new Chain();
        private int consumers;

        private Rank(long priority) {
            this.priority = priority;
        }
    }

    private final boolean single;
    private final Chain consumers = new Chain();
    /** The highest priority first; nearly always there is but one. */
    private final List<Rank> ranks = new ArrayList<>(1);

    private @Nullable Rank current;
    /** The one consumer there is, so that nothing else has to be looked at; null if there are none or several. */
    private @Nullable Consumer lone;

    private @Nullable Consumer active;

    /** @param single whether only one consumer at a time is active */
    Turns(boolean single) {
        this.single = single;
    }

    /** All consumers, the oldest first. Not to be changed by the caller. */
    Chain consumers() {
        return consumers;
    }

    /** Whether that consumer may get messages at all. */
    boolean isActive(Consumer consumer) {
        return !single || consumer == active;
    }

    void add(Consumer consumer) {
        consumers.add(consumer.membership());
        lone = consumers.size() == 1 ? consumer : null;
        Rank rank = rank(consumer.priority());
        rank.consumers++;
        consumer.rank(rank);
        if (single && active == null) {
            active = consumer;
        }
        rouse(consumer);
    }

    void remove(Consumer consumer) {
        Rank rank = consumer.rank();
        if (rank == null) {
            return;
        }
        consumers.remove(consumer.membership());
        lone = consumers.size() == 1 ? consumers.first() : null;
        if (consumer.isInRotation()) {
            rank.rotation.remove(consumer.turn());
            consumer.inRotation(false);
        }
        consumer.rank(null);
        if (--rank.consumers == 0) {
            ranks.remove(rank);
        }
        if (consumer == active) {
            active = successor();
        }
    }

    /** The consumer gets nothing until it settles something: where only one is active, another one is now. */
    void stopped(Consumer consumer) {
        if (consumer == active) {
            active = successor();
        }
    }

    /** The consumer may be able again; it is the active one now if the one that was is stopped. */
    void rouse(Consumer consumer) {
        Rank rank = consumer.rank();
        if (single && rank != null && active != null && active.isStopped() && !consumer.isStopped()) {
            active = consumer;
        }
        if (rank != null && !consumer.isInRotation() && consumer.isAble()) {
            consumer.inRotation(true);
            rank.rotation.add(consumer.turn());
        }
    }

    /** The consumer whose turn it is; null if none is able. */
    @Nullable
    Consumer next() {
        if (single) {
            return active != null && active.isAble() ? active : null;
        }
        Consumer only = lone;
        if (only != null && only.isInRotation() && only.isAble()) {
            return only;
        }
        for (int i = 0; i < ranks.size(); i++) {
            Rank rank = ranks.get(i);
            Consumer consumer = nextOf(rank);
            if (consumer != null) {
                if (rank != current) {
                    current = rank;
                }
                return consumer;
            }
        }
        return null;
    }

    /** How many messages its consumers could take now, as far as their windows tell. */
    long room() {
        long sum = 0;
        for (Consumer consumer : consumers) {
            if (isActive(consumer)) {
                sum = Math.min(Integer.MAX_VALUE, sum + consumer.room());
            }
        }
        return sum;
    }

    /** The consumer whose turn it was got a message: now it is the turn of the one behind it. */
    void taken() {
        Rank rank = current;
        Consumer first = rank == null || rank.rotation.size() < 2 ? null : rank.rotation.first();
        if (rank != null && first != null) {
            rank.rotation.remove(first.turn());
            rank.rotation.add(first.turn());
        }
    }

    private static @Nullable Consumer nextOf(Rank rank) {
        while (true) {
            Consumer consumer = rank.rotation.first();
            if (consumer == null || consumer.isAble()) {
                return consumer;
            }
            rank.rotation.remove(consumer.turn());
            consumer.inRotation(false);
        }
    }

    private static boolean better(Consumer consumer, Consumer other) {
        return consumer.isStopped() == other.isStopped() ? consumer.priority() > other.priority() : other.isStopped();
    }

    /** The oldest of the highest priority, stopped ones last. */
    private @Nullable Consumer successor() {
        Consumer best = null;
        for (Consumer consumer : consumers) {
            if (best == null || better(consumer, best)) {
                best = consumer;
            }
        }
        return best;
    }

    private Rank rank(long priority) {
        int at = 0;
        while (at < ranks.size() && ranks.get(at).priority > priority) {
            at++;
        }
        if (at == ranks.size() || ranks.get(at).priority < priority) {
            ranks.add(at, new Rank(priority));
        }
        return ranks.get(at);
    }
}
