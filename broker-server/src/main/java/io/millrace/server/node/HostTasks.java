package io.millrace.server.node;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Outlet;
import io.millrace.core.vhost.VirtualHost;
import io.millrace.server.runtime.VirtualHostLoop;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Runs what the broker itself asks of one virtual host. Any thread. */
final class HostTasks {
    /** Tasks that may be under way. */
    private static final int TASKS_MAX = 10_000;

    private final String name;
    private final VirtualHostLoop loop;
    private final VirtualHost virtualHost;
    private final Set<Pending> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** An answer that is awaited; each is equal to itself alone. */
    private static final class Pending {
        private final CompletableFuture<?> answer;

        Pending(CompletableFuture<?> answer) {
            this.answer = answer;
        }
    }

    HostTasks(String name, VirtualHostLoop loop, VirtualHost virtualHost) {
        this.name = name;
        this.loop = loop;
        this.virtualHost = virtualHost;
    }

    /** Runs a task as a client of its own. The answer fails with a {@link BrokerException} if it is refused. */
    <T> CompletableFuture<T> run(Outlet outlet, HostTask<T> task) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (underWay.size() >= TASKS_MAX) {
            answer.completeExceptionally(new BrokerException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "virtual host '" + name + "' has " + TASKS_MAX + " administrative tasks to do; try again later"));
            return answer;
        }
        Pending pending = new Pending(answer);
        underWay.add(pending);
        loop.execute(() -> begin(outlet, task, answer));
        if (closed) {
            answer.completeExceptionally(gone());
        }
        var unused = answer.whenComplete((done, why) -> underWay.remove(pending));
        return answer;
    }

    /** Nothing is carried out any more; what is under way fails, because nobody knows what became of it. */
    void close() {
        closed = true;
        List.copyOf(underWay).forEach(pending -> pending.answer.completeExceptionally(gone()));
    }

    private <T> void begin(Outlet outlet, HostTask<T> task, CompletableFuture<T> answer) {
        Client client = new Client("the broker's administration");
        Lane lane = new Lane(client, 0, outlet);
        virtualHost.connect(client);
        virtualHost.openLane(lane);
        // Later, because the answer may come in the middle of a call from the virtual host.
        var unused = answer.whenComplete((done, why) -> loop.execute(() -> virtualHost.disconnect(client)));
        try {
            task.carryOut(virtualHost, lane, answer);
        } catch (BrokerException refusal) {
            answer.completeExceptionally(refusal);
        }
    }

    private BrokerException gone() {
        return new BrokerException(ErrorCode.UNAVAILABLE, "virtual host '" + name + "' does not run any more");
    }
}
