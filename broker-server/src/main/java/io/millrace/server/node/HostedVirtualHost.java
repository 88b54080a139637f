package io.millrace.server.node;

import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.store.FileSegments;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.vhost.HostLimits;
import io.millrace.core.vhost.HostListener;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.HostRules;
import io.millrace.core.vhost.HostSetup;
import io.millrace.core.vhost.Outlet;
import io.millrace.core.vhost.VirtualHost;
import io.millrace.server.amqp091.RecordHeaders;
import io.millrace.server.runtime.BatchPool;
import io.millrace.server.runtime.Courier;
import io.millrace.server.runtime.Edge;
import io.millrace.server.runtime.PublisherGate;
import io.millrace.server.runtime.Turns;
import io.millrace.server.runtime.VirtualHostLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One virtual host with its loop, its log, its segments and its gate. */
public final class HostedVirtualHost implements Turns, HostListener {
    private static final Logger log = LoggerFactory.getLogger(HostedVirtualHost.class);
    private static final int NAME_BYTES = 16;
    private static final int DAMAGED_MAX = 10_000;
    private static final long PRESSURE_LOG_SECONDS = 10;

    private final VirtualHostDefinition definition;
    private final VirtualHostLoop loop;
    private final PublisherGate gate;
    private final Failures failures;
    private final Log journal;
    private final FileSegments segments;
    private final VirtualHost virtualHost;
    private final ScheduledFuture<?> ticks;
    private final Set<String> damagedQueues = ConcurrentHashMap.newKeySet();
    private final HostTasks tasks;
    private long pressureToldAt = System.nanoTime() - TimeUnit.SECONDS.toNanos(PRESSURE_LOG_SECONDS);

    private HostedVirtualHost(
            VirtualHostDefinition definition,
            EventLoop eventLoop,
            Storage storage,
            HostRules rules,
            HostLimits limits,
            BatchPool pool,
            Failures failures)
            throws IOException {
        this.definition = definition;
        this.failures = failures;
        this.loop = new VirtualHostLoop(eventLoop, pool, this::stopped);
        this.gate = new PublisherGate(loop);
        String directory = "vhost/" + definition.id();
        this.journal = storage.log(directory);
        try {
            this.segments = new FileSegments(
                    storage.disk(), directory + "/segment", storage.workers().io(), loop);
            this.virtualHost = VirtualHost.open(new HostSetup(
                    definition.name(),
                    journal,
                    segments,
                    storage.clock(),
                    storage.workers().timer(),
                    loop,
                    new RecordHeaders(),
                    () -> randomName(storage),
                    rules.policies(),
                    limits,
                    this));
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
        virtualHost.scrubAt(storage.scrubRate());
        this.tasks = new HostTasks(definition.name(), loop, virtualHost);
        loop.turns(this);
        rules(rules);
        this.ticks = eventLoop.scheduleWithFixedDelay(() -> loop.execute(virtualHost::tick), 1, 1, TimeUnit.SECONDS);
    }

    /** Opens it: blocking, as long as its recovery takes. */
    static HostedVirtualHost open(
            VirtualHostDefinition definition,
            EventLoop eventLoop,
            Storage storage,
            HostRules rules,
            HostLimits limits,
            BatchPool pool,
            Failures failures)
            throws IOException {
        long begun = System.nanoTime();
        HostedVirtualHost opened = new HostedVirtualHost(definition, eventLoop, storage, rules, limits, pool, failures);
        log.info(
                "virtual host recovered vhost={} id={} position={} replayed={} ms={}",
                definition.name(),
                definition.id(),
                opened.journal.durable(),
                opened.virtualHost.reports().replayed(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        return opened;
    }

    /** What it was when it was opened; its settings and limits may have changed since. */
    public VirtualHostDefinition definition() {
        return definition;
    }

    /**
     * Runs something that the broker itself asks of it, as a client of its own. Any thread.
     *
     * @param outlet hears of what publishes and gets of the task lead to; see {@link SilentOutlet}
     * @return the answer; fails with a {@link io.millrace.core.model.BrokerException} if it is refused
     */
    public <T> CompletableFuture<T> run(Outlet outlet, HostTask<T> task) {
        return tasks.run(outlet, task);
    }

    /** Runs something that is answered by a reply. Any thread. */
    public <T> CompletableFuture<T> run(HostTask<T> task) {
        return tasks.run(new SilentOutlet(), task);
    }

    /** Stops publishers for that cause or, with null, no more. Any thread. */
    void gate(PublisherGate.Cause cause, @Nullable String reason) {
        gate.set(cause, reason);
        if (cause == PublisherGate.Cause.DISK) {
            loop.execute(() -> virtualHost.lowOnDisk(reason != null));
        }
    }

    /** The way in for one connection, on its event loop. */
    Courier courier(Edge edge) {
        return loop.courier(virtualHost, edge);
    }

    /** Completes with whether nothing waits: no command, and nothing that was decided for the disk. Any thread. */
    CompletableFuture<Boolean> quiet() {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        loop.execute(() -> {
            journal.hurry();
            answer.complete(loop.idle() && journal.durable() >= journal.last());
        });
        return answer;
    }

    /** Completes with a question: whether all that was decided until then is durable by now. Any thread. */
    CompletableFuture<BooleanSupplier> decided() {
        CompletableFuture<BooleanSupplier> answer = new CompletableFuture<>();
        loop.execute(() -> {
            journal.hurry();
            long last = journal.last();
            answer.complete(() -> journal.durable() >= last);
        });
        return answer;
    }

    /** Writes the last checkpoint; completes once it is durable, never if the log has failed. Any thread. */
    CompletableFuture<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        loop.execute(() -> virtualHost.stop(() -> stopped.complete(null)));
        // What was parked by the end of a turn is looked at by the next one.
        loop.execute(virtualHost::tick);
        return stopped;
    }

    /** Closes files; nothing is carried out any more. Blocking; not on an event loop. */
    void close() throws LogException {
        ticks.cancel(false);
        tasks.close();
        loop.retire("virtual host '" + definition.name() + "' was closed", segments::close);
        journal.close();
    }

    /** What an operator rules from now on. Any thread. */
    void rules(HostRules rules) {
        loop.execute(() -> virtualHost.rules(rules));
    }

    /** Completes when all that it was told before has reached it, or it runs no more. Any thread. */
    CompletableFuture<Void> reached() {
        return run((host, lane, answer) -> answer.complete(null)).handle((done, gone) -> null);
    }

    /** Its bounds from now on. Any thread. */
    void limits(HostLimits limits) {
        loop.execute(() -> virtualHost.limits(limits));
    }

    /** Names of queues with stored messages that could not be read. Any thread. */
    Set<String> damagedQueues() {
        return Set.copyOf(damagedQueues);
    }

    /** Looks at it; any thread. */
    <T> CompletableFuture<T> look(Function<HostReports, T> look) {
        return run((host, lane, answer) -> {
            try {
                answer.complete(look.apply(host.reports()));
            } catch (RuntimeException defect) {
                // A look that fails must not stop the virtual host.
                answer.completeExceptionally(defect);
            }
        });
    }

    @Override
    public void withoutEffect(String queue, List<String> arguments) {
        log.info(
                "arguments accepted without effect vhost={} queue={} arguments={}",
                definition.name(),
                queue,
                arguments);
    }

    @Override
    public void begin() {
        virtualHost.beginTurn();
    }

    @Override
    public void end() {
        virtualHost.endTurn();
    }

    @Override
    public void pressure(boolean blocked, String reason) {
        long now = System.nanoTime();
        if (blocked && now - pressureToldAt > TimeUnit.SECONDS.toNanos(PRESSURE_LOG_SECONDS)) {
            // It comes and goes many times a second when publishers are faster than the disk.
            pressureToldAt = now;
            log.info("publishers wait vhost={} reason={}", definition.name(), reason);
        }
        gate.set(PublisherGate.Cause.VIRTUAL_HOST, blocked ? reason : null);
    }

    @Override
    public void stuck(String text) {
        log.warn("virtual host needs attention vhost={} text={}", definition.name(), text);
    }

    @Override
    public void consumerStopped(String queue, String client, String tag, int messages) {
        log.warn(
                "consumer stopped, it held messages for too long vhost={} queue={} client={} consumer={} messages={}",
                definition.name(),
                queue,
                client,
                tag,
                messages);
    }

    @Override
    public void failed(LogException cause) {
        failures.logFailed(definition.name(), cause);
    }

    @Override
    public void damaged(String queue, long first, long last, String text) {
        if (damagedQueues.size() < DAMAGED_MAX) {
            damagedQueues.add(queue);
        }
        log.error(
                "stored messages cannot be read vhost={} queue={} first={} last={} text={}",
                definition.name(),
                queue,
                first,
                last,
                text);
    }

    @Override
    public void mended(String queue) {
        if (damagedQueues.remove(queue)) {
            log.info("no damaged message is left vhost={} queue={}", definition.name(), queue);
        }
    }

    @Override
    public void gone(String queue) {
        damagedQueues.remove(queue);
    }

    private void stopped(Throwable defect) {
        tasks.close();
        failures.defect(definition.name(), defect);
    }

    private static String randomName(Storage storage) {
        byte[] bytes = new byte[NAME_BYTES];
        storage.random().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
