package io.millrace.server.node;

import io.millrace.config.BrokerConfig;
import io.millrace.core.disk.Disk;
import io.millrace.core.log.LogException;
import io.millrace.core.log.local.DataDirectory;
import io.millrace.core.log.local.LocalLogOptions;
import io.millrace.core.system.SystemLog;
import io.millrace.core.vhost.ScrubRate;
import io.millrace.server.auth.Logins;
import io.millrace.server.definitions.DefinitionsImport;
import io.millrace.server.http.DefinitionsAdmin;
import io.millrace.server.runtime.BatchPool;
import io.millrace.server.tls.TlsContext;
import io.millrace.server.tls.TlsException;
import io.millrace.server.transport.AmqpServer;
import io.millrace.server.transport.AmqpServices;
import io.millrace.server.transport.ConnectionLimits;
import io.millrace.server.transport.EventLoops;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker on this machine: what lies in the data directory, running and served.
 *
 * <p>Starting opens, in this order: the directory, the system log, event loops, virtual hosts, the listener. What goes
 * wrong on the way closes again what was opened. A failure of a log is final: the listener and all connections close, and
 * {@link #failure} completes; nobody gets an answer that might not be true.
 */
public final class Node implements Failures {
    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private static final String FIRST_VIRTUAL_HOST = "/";
    private static final Duration TLS_LOOKS = Duration.ofSeconds(2);
    private static final int LOGINS_PENDING_MAX = 1_000;
    private static final long FIRST_DEFINITIONS_SECONDS_MAX = 60;
    /** How long the listener may take to close after a failure before the process ends regardless. */
    private static final long LAST_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(800);

    private final BrokerConfig config;
    private final SecureRandom random = new SecureRandom();
    private final CompletableFuture<NodeFailure> failure = new CompletableFuture<>();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final Deque<Closing> opened = new ArrayDeque<>();

    private final Workers workers;
    private final DataDirectory directory;
    private final SystemLog system;
    private final Logins logins;
    private final HostRegistry hosts;
    private final EventLoops loops;
    private final AmqpServer server;
    private final Listeners listeners;
    private final List<Listeners.Listener> listening;
    private final @Nullable AdminAccess admin;
    private @Nullable Administration administration;

    /** Something that was opened. */
    private interface Closing {
        void close() throws Exception;
    }

    private Node(BrokerConfig config, UnaryOperator<Disk> throughDisk) throws IOException {
        this.config = config;
        try {
            listeners = new Listeners(config);
            workers = new Workers(config.threads().workers());
            opened.push(workers::close);
            directory = DataDirectory.open(config.data().directory(), newBrokerId());
            opened.push(directory::close);
            Disk disk = throughDisk.apply(directory.disk());
            Storage storage = new Storage(
                    disk,
                    workers,
                    new MonotonicClock(),
                    random,
                    options(config.storage()),
                    new ScrubRate(config.data().scrubBytesPerSecond()));
            system = SystemLog.open(storage.log("system"), storage.clock(), workers.system(), this::systemLogFailed);
            opened.push(system::close);
            logins = newLogins();
            if (config.definitionsImport().isEmpty()) {
                defineFirst(logins);
            }
            loops = EventLoops.start(config.threads().eventLoops());
            opened.push(loops::close);
            hosts = new HostRegistry(system::state);
            openVirtualHosts(storage);
            if (config.definitionsImport().isPresent()) {
                StartImport.run(config.definitionsImport().get(), new DefinitionsImport(system, hosts, logins));
            }
            DiskWatch watch = new DiskWatch(storage.disk(), config.data().minFreeBytes(), hosts::gate);
            watch.run();
            workers.again(watch::look, watch.pauseMillis());
            server = new AmqpServer(loops, services(logins));
            listening = listeners.listen(server);
            workers.every(TLS_LOOKS, listeners::reloadIfChanged);
            admin = config.admin().enabled() ? administer(logins, watch) : null;
        } catch (IOException | RuntimeException | Error e) {
            closeAll();
            throw e;
        }
    }

    /**
     * Starts. Blocking.
     *
     * @throws LogException if the data directory cannot be used; its kind says why
     * @throws TlsException if certificate, key or settings of TLS are not right
     * @throws ListenException if clients cannot be served at the address
     */
    public static Node start(BrokerConfig config) throws IOException {
        return start(config, UnaryOperator.identity());
    }

    /** Starts on what {@code throughDisk} makes of the disk, such as one with faults. */
    static Node start(BrokerConfig config, UnaryOperator<Disk> throughDisk) throws IOException {
        return new Node(config, throughDisk);
    }

    /** Where AMQP clients are served first of all, with the port that is really used. */
    public InetSocketAddress address() {
        return listening.get(0).address();
    }

    /** Everywhere that AMQP clients are served; at least one. */
    public List<Listeners.Listener> listeners() {
        return listening;
    }

    /**
     * Reads the certificate and key of TLS again: connections that come from now on get them, open ones stay as they are.
     * Blocking. Happens by itself, too, within seconds of a change of the files.
     *
     * @return what is in use now
     * @throws TlsException the files are not right, and what was in use stays so; or there is no TLS
     */
    public TlsContext.InUse reloadTls() throws TlsException {
        return listeners.reloadTls();
    }

    /** The broker's definitions; a change is answered once it is durable and in effect. */
    public SystemLog system() {
        return system;
    }

    /** Checks and hashes passwords. */
    public Logins logins() {
        return logins;
    }

    /** The virtual hosts that run. */
    public HostRegistry hosts() {
        return hosts;
    }

    /** The way to the management interface; null if it is turned off. */
    public @Nullable AdminAccess admin() {
        return admin;
    }

    /** Says how the administration reads and writes definitions as files. */
    public void definitionsFiles(DefinitionsAdmin files) {
        Administration administers = administration;
        if (administers != null) {
            administers.definitionsFiles(files);
        }
    }

    /** Completes if the node cannot go on; never with an exception. */
    public CompletableFuture<NodeFailure> failure() {
        return failure;
    }

    /**
     * Ends cleanly: publishers stop, what they were promised is finished, clients are told, checkpoints are written.
     * Blocking, no longer than 30 s; after a failure it only lets go.
     */
    public void close() {
        if (!failing.get()) {
            Shutdown.run(hosts.all(), loops, server, system);
        }
        closeAll();
    }

    @Override
    public void logFailed(String virtualHost, LogException cause) {
        fail(new NodeFailure(
                true, "the log of virtual host '" + virtualHost + "' has failed: " + cause.getMessage(), cause));
    }

    @Override
    public void defect(String virtualHost, Throwable defect) {
        fail(new NodeFailure(false, "virtual host '" + virtualHost + "' has stopped by a defect: " + defect, defect));
    }

    private void systemLogFailed(LogException cause) {
        fail(new NodeFailure(true, "the log of the broker's definitions has failed: " + cause.getMessage(), cause));
    }

    private void fail(NodeFailure why) {
        if (!failing.compareAndSet(false, true)) {
            return;
        }
        log.error("the node fails, connections and listener close: {}", why.text(), why.cause());
        workers.timer().after(LAST_CLOSE_NANOS, () -> failure.complete(why));
        loops.closeListeners()
                .thenCompose(closed -> server.cut())
                .whenComplete((done, ignored) -> failure.complete(why));
    }

    private void openVirtualHosts(Storage storage) throws IOException {
        List<EventLoop> all = loops.all();
        BatchPool pool = new BatchPool(PooledByteBufAllocator.DEFAULT);
        opened.push(pool::close);
        Tenants tenants = new Tenants(
                hosts,
                HostShares.of(config),
                (definition, rules, limits) -> HostedVirtualHost.open(
                        definition, all.get((definition.id() - 1) % all.size()), storage, rules, limits, pool, this),
                new HostDirectories(directory.root()),
                storage.workers().io());
        opened.push(tenants::closeAll);
        tenants.openAll(system.state());
        system.effect(tenants::carryOut);
    }

    private void defineFirst(Logins logins) throws IOException {
        if (!system.state().isEmpty()) {
            return;
        }
        BrokerConfig.DefaultUser user = config.security().defaultUser();
        String hash = logins.hash(user.password().reveal().getBytes(StandardCharsets.UTF_8));
        try {
            system.begin(FIRST_VIRTUAL_HOST, user.name(), hash)
                    .toCompletableFuture()
                    .orTimeout(FIRST_DEFINITIONS_SECONDS_MAX, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new LogException(
                    LogException.Kind.IO, "the first definitions cannot be stored: " + e.getCause(), e.getCause());
        }
    }

    private Logins newLogins() {
        BrokerConfig.Security security = config.security();
        Logins made = new Logins(
                system::state,
                workers.logins(),
                security.passwordIterations(),
                LOGINS_PENDING_MAX,
                security.defaultUser().loopbackOnly() ? security.defaultUser().name() : null);
        made.upgradeBy(system::replaceHash);
        return made;
    }

    private AmqpServices services(Logins logins) {
        BrokerConfig.Amqp amqp = config.amqp();
        return new AmqpServices(
                Offers.of(config),
                logins,
                hosts,
                random,
                new ConnectionLimits(amqp.connectionsMax(), amqp.unauthenticatedPerAddressMax()),
                config.listeners().passwordsOverTlsOnly());
    }

    private AdminAccess administer(Logins logins, DiskWatch watch) throws IOException {
        Administration administers =
                new Administration(config, system, hosts, logins, server.survey(), watch, listeners);
        administration = administers;
        AdminServing serving = new AdminServing(administers, logins, random);
        AdminAccess access =
                serving.listen(loops.vertx(), workers.admin(), config.admin().port());
        opened.push(serving::close);
        return access;
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                log.warn("something did not close cause={}", e.toString());
            }
        }
    }

    private String newBrokerId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static LocalLogOptions options(BrokerConfig.Storage storage) {
        int full = storage.walFileBytes();
        return LocalLogOptions.DEFAULTS
                .withFileBytes(Math.min(LocalLogOptions.DEFAULTS.firstFileBytes(), full), full)
                .withCommitIntervalNanos(storage.commitInterval().toNanos());
    }
}
