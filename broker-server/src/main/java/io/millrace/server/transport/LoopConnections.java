package io.millrace.server.transport;

import io.millrace.server.runtime.ConnectionLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one event loop, and the one clock task that they share. On that loop only, unless it says
 * otherwise.
 */
final class LoopConnections {
    /** How often time passes for a connection: half the shortest time-out that is not a whole second. */
    private static final long TICK_MILLIS = 250;

    private final EventLoop loop;
    private final ConnectionLoop connectionLoop;
    private final Set<AmqpConnection> open = new LinkedHashSet<>();

    LoopConnections(EventLoop loop) {
        this.loop = loop;
        this.connectionLoop = new ConnectionLoop(loop);
        Future<?> forever = loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        forever.addListener(ended -> open.clear());
    }

    EventLoop loop() {
        return loop;
    }

    ConnectionLoop connectionLoop() {
        return connectionLoop;
    }

    /** Milliseconds from any origin, never decreasing. */
    static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    void add(AmqpConnection connection) {
        open.add(connection);
    }

    void remove(AmqpConnection connection) {
        open.remove(connection);
    }

    /** Tells all clients that the broker ends. Any thread. */
    void shutdown(String reason) {
        loop.execute(() -> List.copyOf(open).forEach(connection -> connection.shutdown(reason)));
    }

    /** Closes all sockets without a word. Any thread. */
    void cut() {
        loop.execute(() -> List.copyOf(open).forEach(AmqpConnection::cut));
    }

    private void tick() {
        long now = nowMillis();
        for (AmqpConnection connection : List.copyOf(open)) {
            connection.tick(now);
        }
    }
}
