package io.millrace.server.transport;

import io.millrace.server.report.ChannelReport;
import io.millrace.server.report.ConnectionReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The open connections, looked at from a thread that may block, and must not be an event loop. Reports are made on the
 * loops, a bounded number at a time; connections that come or go meanwhile are in the list or not.
 *
 * <p>Every method may throw {@link CompletionException} if the broker is stopping.
 */
public final class Survey {
    private static final int CHUNK = 200;
    private static final long ANSWER_SECONDS_MAX = 30;

    private final List<LoopConnections> loops;

    Survey(Collection<LoopConnections> loops) {
        this.loops = List.copyOf(loops);
    }

    /** The connections, some at a time. */
    public Iterator<List<ConnectionReport>> connections() {
        return new Chunks<>((connection, into) -> {
            ConnectionReport report = connection.report();
            if (report != null) {
                into.add(report);
            }
        });
    }

    /** The channels of all connections, some at a time. */
    public Iterator<List<ChannelReport>> channels() {
        return new Chunks<>((connection, into) -> into.addAll(connection.channels()));
    }

    /**
     * Closes connections: their clients are told the reason.
     *
     * @return how many
     */
    public int close(Predicate<ConnectionReport> which, String reason) {
        int closed = 0;
        Iterator<List<AmqpConnection>> chosen = new Chunks<>((connection, into) -> {
            ConnectionReport report = connection.report();
            if (report != null && which.test(report)) {
                connection.shutdown(reason);
                into.add(connection);
            }
        });
        while (chosen.hasNext()) {
            closed += chosen.next().size();
        }
        return closed;
    }

    private static <T> T wait(CompletableFuture<T> answer) {
        try {
            return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new CompletionException("an event loop does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** What is taken of a connection, on its loop. */
    private interface Look<T> {
        void at(AmqpConnection connection, List<T> into);
    }

    /** Loop after loop, chunk after chunk. */
    private final class Chunks<T> implements Iterator<List<T>> {
        private final Look<T> look;
        private int loop = -1;
        private List<AmqpConnection> open = List.of();
        private int at;

        Chunks(Look<T> look) {
            this.look = look;
        }

        @Override
        public boolean hasNext() {
            while (at >= open.size() && loop + 1 < loops.size()) {
                open = Survey.wait(loops.get(++loop).open());
                at = 0;
            }
            return at < open.size();
        }

        @Override
        public List<T> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            List<AmqpConnection> chunk = open.subList(at, Math.min(at + CHUNK, open.size()));
            at += chunk.size();
            return Survey.wait(loops.get(loop).call(() -> {
                List<T> taken = new ArrayList<>();
                Consumer<AmqpConnection> each = connection -> look.at(connection, taken);
                chunk.forEach(each);
                return taken;
            }));
        }
    }
}
