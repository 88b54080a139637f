package io.millrace.core.vhost;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a client that has gone leaves behind: consumers and queues that end, in order. Many of them take several turns, so
 * that messages of others go on in between; a command that could see them has all of them ended first. Owner's thread.
 */
final class Endings {
    /** Most that end in a turn. */
    static final int ENDED_MAX = 512;

    private final Host host;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long spentAt = Long.MIN_VALUE;
    private int ended;
    private boolean goesOn;

    Endings(Host host) {
        this.host = host;
    }

    /** Ends something, now if this turn has not had too much of it. */
    void add(Runnable ending) {
        if (spentAt != host.now()) {
            spentAt = host.now();
            ended = 0;
        }
        if (waiting.isEmpty() && ended < ENDED_MAX) {
            ended++;
            ending.run();
            return;
        }
        waiting.add(ending);
        goOn();
    }

    /** Ends all that waits. */
    void finish() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    private void goOn() {
        if (!goesOn && !waiting.isEmpty()) {
            goesOn = true;
            host.setup.owner().execute(() -> {
                goesOn = false;
                host.turn(this::some);
                goOn();
            });
        }
    }

    private void some() {
        for (int i = 0; i < ENDED_MAX && !waiting.isEmpty() && !host.isFailed(); i++) {
            waiting.remove().run();
        }
        if (host.isFailed()) {
            waiting.clear();
        }
    }
}
