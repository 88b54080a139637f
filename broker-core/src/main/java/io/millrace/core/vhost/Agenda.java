package io.millrace.core.vhost;

import io.millrace.core.time.Clock;
import io.millrace.core.time.Timer;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What a virtual host has to do at some time: one structure for everything that has a time, one armed timer. An entry runs
 * in a turn of its own, on the owner's thread, not before its time. Owner's thread.
 */
final class Agenda {
    private final Clock clock;
    private final Timer timer;
    private final Executor owner;
    private Runnable wake = () -> {};
    private final TreeSet<Entry> entries =
            new TreeSet<>(Comparator.comparingLong((Entry e) -> e.at).thenComparingLong(e -> e.number));
    private long armedFor = Long.MAX_VALUE;
    private long numbers;

    /** Something that is done at a time, and can be put off or called off. Made once, for life. */
    final class Entry {
        private final Runnable action;
        private final long number = numbers++;
        private long at = Long.MAX_VALUE;

        private Entry(Runnable action) {
            this.action = action;
        }

        /** Is to run at that time, milliseconds since the epoch, and not at the time given before. */
        void at(long millis) {
            if (at == millis) {
                return;
            }
            off();
            at = millis;
            entries.add(this);
            arm();
        }

        /** Is not to run. */
        void off() {
            if (at != Long.MAX_VALUE) {
                entries.remove(this);
                at = Long.MAX_VALUE;
            }
        }

        /** When it will run; {@link Long#MAX_VALUE} if it will not. */
        long time() {
            return at;
        }
    }

    Agenda(Clock clock, Timer timer, Executor owner) {
        this.clock = clock;
        this.timer = timer;
        this.owner = owner;
    }

    /** What takes a turn, in which {@link #run} is called. */
    void onWake(Runnable turn) {
        wake = turn;
    }

    /** An entry for that action, not due yet. */
    Entry entry(Runnable action) {
        return new Entry(action);
    }

    /** Does what is due. An action may change the agenda. */
    void run(long now) {
        while (!entries.isEmpty() && entries.first().at <= now) {
            Entry due = entries.first();
            due.off();
            due.action.run();
        }
        arm();
    }

    private void arm() {
        if (entries.isEmpty() || entries.first().at >= armedFor) {
            return;
        }
        long at = entries.first().at;
        armedFor = at;
        long millis = Math.max(0, at - clock.millis());
        timer.after(TimeUnit.MILLISECONDS.toNanos(millis), () -> owner.execute(() -> rung(at)));
    }

    private void rung(long at) {
        if (armedFor == at) {
            armedFor = Long.MAX_VALUE;
        }
        wake.run();
    }
}
