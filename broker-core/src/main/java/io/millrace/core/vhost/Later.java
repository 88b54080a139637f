package io.millrace.core.vhost;

import java.util.ArrayDeque;

/** The commands of a lane behind a commit that waits for records from disk. Owner's thread. */
final class Later {
    /** A command and the memory that it takes. */
    private record Command(Runnable action, long bytes) {}

    private final ArrayDeque<Command> commands = new ArrayDeque<>();
    private boolean waiting = true;
    private boolean running;
    private long bytes;

    /** Whether a commit holds the commands back. */
    boolean isWaiting() {
        return waiting;
    }

    void waiting(boolean held) {
        waiting = held;
    }

    int size() {
        return commands.size();
    }

    /** Memory that the commands take. */
    long bytes() {
        return bytes;
    }

    void add(Runnable action, long cost) {
        commands.addLast(new Command(action, cost));
        bytes += cost;
    }

    void clear() {
        commands.clear();
        bytes = 0;
    }

    /**
     * Carries commands out until one of them is a commit that has to wait; those that come meanwhile go behind them. Does
     * nothing if that is under way already.
     */
    void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            while (!waiting && !commands.isEmpty()) {
                Command next = commands.removeFirst();
                bytes -= next.bytes();
                next.action().run();
            }
        } finally {
            running = false;
        }
    }
}
