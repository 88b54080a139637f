package io.millrace.server.transport;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is to hear of time, and when: those who have nothing due are not touched. A ring of lists, one for each tick that is
 * near; whoever is due later than the ring reaches is asked again on the way. On one thread.
 *
 * @param <T> who hears of time
 */
final class TickWheel<T> {
    /** Never by itself. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int SLOTS = 64;

    private final int tickMillis;
    private final Clocked<T> clocked;
    private final Seat<T>[] slots;
    private final Seat<T> never = Seat.head();
    private int hand;

    /** What time does to somebody. */
    @FunctionalInterface
    interface Clocked<T> {
        /** Time has passed for it; returns milliseconds until it wants to hear again, or {@link #NEVER}. It may leave or move meanwhile. */
        long tick(T who, long nowMillis);
    }

    /** A place in one of the lists. */
    static final class Seat<T> {
        private final @Nullable T who;
        private Seat<T> before = this;
        private Seat<T> after = this;

        private Seat(@Nullable T who) {
            this.who = who;
        }

        private static <T> Seat<T> head() {
            return new Seat<>(null);
        }

        private void unlink() {
            before.after = after;
            after.before = before;
            before = this;
            after = this;
        }

        private void linkBefore(Seat<T> head) {
            before = head.before;
            after = head;
            before.after = this;
            head.before = this;
        }
    }

    /** @param tickMillis how often {@link #tick} is called */
    TickWheel(int tickMillis, Clocked<T> clocked) {
        this.tickMillis = tickMillis;
        this.clocked = clocked;
        @SuppressWarnings({"unchecked", "rawtypes"})
        Seat<T>[] heads = new Seat[SLOTS];
        this.slots = heads;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = Seat.head();
        }
    }

    /** Takes somebody in, who hears at the next tick. */
    Seat<T> add(T who) {
        Seat<T> seat = new Seat<>(who);
        soon(seat);
        return seat;
    }

    /** That one hears at the next tick. Not one that has left. */
    void soon(Seat<T> seat) {
        place(seat, tickMillis);
    }

    /** That one hears no more. */
    void remove(Seat<T> seat) {
        seat.unlink();
    }

    /** The next tick has come. */
    void tick(long nowMillis) {
        hand = (hand + 1) % SLOTS;
        Seat<T> due = Seat.head();
        Seat<T> slot = slots[hand];
        if (slot.after != slot) {
            // The whole list changes hands: who comes into the slot from now on is for the next time round.
            due.after = slot.after;
            due.before = slot.before;
            due.after.before = due;
            due.before.after = due;
            slot.before = slot;
            slot.after = slot;
        }
        while (due.after != due) {
            Seat<T> seat = due.after;
            T who = seat.who;
            place(seat, tickMillis);
            if (who != null) {
                long pause = clocked.tick(who, nowMillis);
                // Not one that has left.
                if (seat.after != seat && pause > tickMillis) {
                    place(seat, pause);
                }
            }
        }
    }

    /** Gives everybody, in no order that means anything. */
    void forEach(Consumer<T> action) {
        each(never, action);
        for (Seat<T> slot : slots) {
            each(slot, action);
        }
    }

    private void each(Seat<T> head, Consumer<T> action) {
        for (Seat<T> seat = head.after; seat != head; seat = seat.after) {
            if (seat.who != null) {
                action.accept(seat.who);
            }
        }
    }

    private void place(Seat<T> seat, long pauseMillis) {
        seat.unlink();
        if (pauseMillis == NEVER) {
            seat.linkBefore(never);
        } else {
            long ticks = Math.min(SLOTS - 1, Math.max(1, pauseMillis / tickMillis));
            seat.linkBefore(slots[(int) ((hand + ticks) % SLOTS)]);
        }
    }
}
