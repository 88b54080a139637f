package io.millrace.server.torture;

import io.millrace.server.torture.History.Message;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a message is that was sent to one queue. What clients did since the last point that is certain is a trail of
 * steps; a crash may take back any number of the latest of them, but none from the middle. So behind a crash the message
 * is in one of several places, and its next delivery says in which.
 */
final class Copy {
    /** Where it may be. */
    enum Spot {
        /** It never came to be. */
        NOWHERE,
        QUEUE,
        /** The dead-letter queue of its queue. */
        DEAD,
        /** Settled, or removed with others. */
        GONE
    }

    /**
     * Something that was asked for and that a crash may take back.
     *
     * @param proof null if it is on disk for certain only once another event says so
     */
    private record Move(Spot spot, Evidence.@Nullable Step proof) {}

    final String queue;
    final Message message;
    final Message unit;
    boolean confirmed;
    boolean refused;
    /** Its end was a purge or the deletion of its queue, and that is on disk. */
    boolean removed;
    /** The consumer that has it. */
    @Nullable
    String holder;

    private final Set<Spot> base = EnumSet.noneOf(Spot.class);
    private final List<Move> trail = new ArrayList<>();

    Copy(String queue, Message message, Message unit) {
        this.queue = queue;
        this.message = message;
        this.unit = unit;
        base.add(Spot.NOWHERE);
        trail.add(new Move(Spot.QUEUE, null));
    }

    /** Where it may be now. */
    Set<Spot> spots() {
        return trail.isEmpty() ? base : EnumSet.of(trail.get(trail.size() - 1).spot());
    }

    /** It is on disk that it came to be. */
    void confirm() {
        confirmed = true;
        if (!trail.isEmpty() && base.contains(Spot.NOWHERE)) {
            settleAt(trail.remove(0).spot());
        }
        base.remove(Spot.NOWHERE);
    }

    void refuse() {
        refused = true;
        trail.clear();
        settleAt(Spot.NOWHERE);
    }

    void move(Spot to, Evidence.@Nullable Step proof) {
        trail.add(new Move(to, proof));
    }

    /** It was seen there. Returns whether that proves that it came to be, which was in doubt. */
    boolean seenAt(Spot spot) {
        if (!trail.isEmpty() && trail.get(trail.size() - 1).spot() == spot) {
            return false;
        }
        boolean doubted = trail.isEmpty() && base.contains(Spot.NOWHERE);
        trail.clear();
        settleAt(spot);
        return doubted;
    }

    /** Another part of its unit is there, so it came to be as well; unless it is too early to say. */
    void unitIsThere() {
        if (trail.isEmpty() && base.size() > 1) {
            base.remove(Spot.NOWHERE);
        }
    }

    /** What was asked for last is on disk. */
    void latestIsDurable() {
        if (!trail.isEmpty()) {
            Spot last = trail.get(trail.size() - 1).spot();
            trail.clear();
            settleAt(last);
        }
    }

    /** The process has ended. */
    void ended(Predicate<Evidence.Step> isDurable) {
        holder = null;
        for (int i = trail.size() - 1; i >= 0; i--) {
            Evidence.Step proof = trail.get(i).proof();
            if (proof != null && isDurable.test(proof)) {
                settleAt(trail.get(i).spot());
                trail.subList(0, i + 1).clear();
                break;
            }
        }
        trail.forEach(move -> base.add(move.spot()));
        trail.clear();
    }

    private void settleAt(Spot spot) {
        base.clear();
        base.add(spot);
    }
}
