package io.millrace.server.node;

import io.millrace.core.system.SystemLog;
import io.millrace.server.runtime.PublisherGate;
import io.millrace.server.transport.AmqpServer;
import io.millrace.server.transport.EventLoops;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a clean end. Each is bounded, all together by 30 s; a step that takes too long is said and passed over. */
final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    private static final String REASON = "the broker is stopping";
    private static final long QUIET_SECONDS_MAX = 1;
    private static final long CONFIRMS_SECONDS_MAX = 10;
    private static final long CLIENTS_SECONDS_MAX = 5;
    private static final long SOCKETS_SECONDS_MAX = 1;
    private static final long CHECKPOINTS_SECONDS_MAX = 10;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Shutdown() {}

    static void run(Collection<HostedVirtualHost> hosts, EventLoops loops, AmqpServer server, SystemLog system) {
        loops.stopAccepting();
        hosts.forEach(host -> host.gate(PublisherGate.Cause.STOPPING, REASON));
        finishPromises(hosts);
        server.shutdown(REASON);
        step("clients did not close", CLIENTS_SECONDS_MAX, () -> server.connections() == 0);
        if (server.connections() > 0) {
            var unused = server.cut();
            step("sockets did not close", SOCKETS_SECONDS_MAX, () -> server.connections() == 0);
        }
        List<CompletableFuture<?>> last = new ArrayList<>();
        hosts.forEach(host -> last.add(host.stop()));
        last.add(system.checkpoint().toCompletableFuture());
        CompletableFuture<Void> all = CompletableFuture.allOf(last.toArray(CompletableFuture[]::new));
        step("checkpoints were not written", CHECKPOINTS_SECONDS_MAX, all::isDone);
    }

    /**
     * Waits for what publishers were promised. Consumers go on, and where they are many no moment may come in which nothing
     * waits: then what has been decided until now must be durable, and nothing that comes after it.
     */
    private static void finishPromises(Collection<HostedVirtualHost> hosts) {
        if (within(QUIET_SECONDS_MAX, () -> allQuiet(hosts))) {
            return;
        }
        List<CompletableFuture<BooleanSupplier>> decided =
                hosts.stream().map(HostedVirtualHost::decided).toList();
        step(
                "promises were not finished",
                CONFIRMS_SECONDS_MAX,
                () -> decided.stream()
                        .allMatch(each -> each.isDone() && each.join().getAsBoolean()));
    }

    private static boolean allQuiet(Collection<HostedVirtualHost> hosts) {
        for (HostedVirtualHost host : hosts) {
            try {
                if (!host.quiet().get(CONFIRMS_SECONDS_MAX, TimeUnit.SECONDS)) {
                    return false;
                }
            } catch (TimeoutException | ExecutionException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
        return true;
    }

    private static void step(String otherwise, long secondsMax, BooleanSupplier done) {
        if (!within(secondsMax, done)) {
            log.warn("stopping goes on although {} seconds={}", otherwise, secondsMax);
        }
    }

    private static boolean within(long secondsMax, BooleanSupplier done) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
