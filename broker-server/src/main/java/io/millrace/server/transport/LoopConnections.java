package io.millrace.server.transport;

import io.millrace.server.runtime.ConnectionLoop;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The connections of one event loop, and the one clock task that they share. On that loop only, unless it says
 * otherwise.
 */
final class LoopConnections {
    /** How often time passes, for those connections that are due: half the shortest time-out that is not a whole second. */
    private static final int TICK_MILLIS = 250;

    private final EventLoop loop;
    private final ConnectionLoop connectionLoop;
    private final TickWheel<AmqpConnection> open = new TickWheel<>(TICK_MILLIS, AmqpConnection::tick);
    /** Sockets of which only a proxy is known yet. */
    private final Set<Channel> arriving = new LinkedHashSet<>();

    LoopConnections(EventLoop loop) {
        this.loop = loop;
        this.connectionLoop = new ConnectionLoop(loop);
        Future<?> forever = loop.scheduleWithFixedDelay(
                () -> open.tick(nowMillis()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        forever.addListener(ended -> everyone().forEach(each -> open.remove(each.seat())));
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

    /** Takes a connection in; it hears of time at the next tick. */
    TickWheel.Seat<AmqpConnection> add(AmqpConnection connection) {
        return open.add(connection);
    }

    /** A connection that thought itself without a time is to hear of it. */
    void soon(AmqpConnection connection) {
        open.soon(connection.seat());
    }

    void remove(AmqpConnection connection) {
        open.remove(connection.seat());
    }

    private List<AmqpConnection> everyone() {
        List<AmqpConnection> all = new ArrayList<>();
        open.forEach(all::add);
        return all;
    }

    /** Those that are open now; what is done with one has to be done on the loop, and it may be gone by then. Any thread. */
    CompletableFuture<List<AmqpConnection>> open() {
        return call(this::everyone);
    }

    /** Looks at something on the loop; completes with an exception if the loop has ended. Any thread. */
    <T> CompletableFuture<T> call(Supplier<T> look) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                try {
                    answer.complete(look.get());
                } catch (RuntimeException | Error defect) {
                    answer.completeExceptionally(defect);
                }
            });
        } catch (RejectedExecutionException ended) {
            answer.completeExceptionally(ended);
        }
        return answer;
    }

    void addArriving(Channel channel) {
        arriving.add(channel);
    }

    void removeArriving(Channel channel) {
        arriving.remove(channel);
    }

    /** Tells all clients that the broker ends. Any thread. */
    void shutdown(String reason) {
        loop.execute(() -> {
            cutArriving();
            everyone().forEach(connection -> connection.shutdown(reason));
        });
    }

    /** Closes all sockets without a word; completes when that is done, or with an exception if the loop has ended. Any thread. */
    CompletableFuture<?> cut() {
        return call(() -> {
            cutArriving();
            everyone().forEach(AmqpConnection::cut);
            return true;
        });
    }

    private void cutArriving() {
        for (Channel channel : List.copyOf(arriving)) {
            var unused = channel.close();
        }
    }
}
