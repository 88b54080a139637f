package io.millrace.core.vhost;

import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.Policies;
import io.millrace.core.queue.QueueState;
import io.millrace.core.routing.Draws;
import io.millrace.core.routing.ExchangeTypes;
import io.millrace.core.store.Arena;
import io.millrace.core.store.Segments.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A virtual host: one state machine with one log, run by one thread at a time, its owner.
 *
 * <p>An edge brackets the commands that it has at hand into a turn: {@link #beginTurn}, commands, {@link #endTurn}. At the
 * end of a turn queues hand out what became ready, the turn's events go to the log as one frame, answers that need not wait
 * are given, and every outlet that was called is flushed. What has to wait for the disk is answered in a later turn, which
 * the virtual host takes by itself through its owner's executor.
 *
 * <p>The way of a message: {@link Publishing} → {@link io.millrace.core.event.EventWriter} → {@link Dispatcher} →
 * {@link Outlet}; back: {@link Subscriptions#settle}.
 */
public final class VirtualHost implements Commands, LogListener {
    private final Host host;
    private final Declaring declaring;
    private final Subscriptions subscriptions;
    private final Transactions transactions;
    private final Retirement retirement;
    private final Pressure pressure;
    private final AtomicBoolean told = new AtomicBoolean();
    private final Runnable released = this::released;
    private final HostReports reports;
    private final Scrub scrub;
    private final Ruling ruling;
    private boolean begun;

    private VirtualHost(Host host, Recovery recovery) {
        this.host = host;
        this.declaring = new Declaring(host);
        this.subscriptions = new Subscriptions(host, declaring);
        this.transactions = new Transactions(host, subscriptions);
        this.retirement = new Retirement(host, recovery.position(), recovery.hotFrom(), this::turn);
        this.pressure = new Pressure(host);
        this.scrub = new Scrub(host);
        this.ruling = new Ruling(host);
        this.reports = new HostReports(host, scrub, recovery.replayed());
        host.agenda.onWake(this::turn);
        host.holdTimes.onLate(subscriptions::takeBack);
        host.watches.add(new Leases(host, declaring));
        host.watches.add(transactions);
    }

    /**
     * Opens a virtual host: restores its state from its log. Blocking; on any thread, before the owner's first turn.
     *
     * @throws LogException if the log cannot be read or is damaged where it was proven whole
     * @throws IOException if the segments' directory cannot be read
     */
    public static VirtualHost open(HostSetup setup) throws IOException {
        HostState state = new HostState(setup.name(), ExchangeTypes.all(new Draws(setup.names())));
        Arena arena = new Arena(setup.limits().memoryBytes());
        Recovery recovery = new Recovery(state, arena);
        recovery.run(setup.log());
        Set<Long> damaged = new HashSet<>(setup.segments().recover(state.liveSegments()));
        Host host = new Host(setup, state, arena);
        for (Queue queue : state.queues().all()) {
            revive(queue, recovery.wasClean());
            for (Run run : queue.state().runs().all()) {
                if (damaged.contains(run.segment())) {
                    host.damages.add(
                            queue, run.first(), run.last(), "segment " + run.segment() + " is missing or damaged");
                }
            }
        }
        VirtualHost virtualHost = new VirtualHost(host, recovery);
        setup.log().listener(virtualHost);
        return virtualHost;
    }

    private static void revive(Queue queue, boolean clean) {
        QueueState state = queue.state();
        if (!clean) {
            state.assumeOffered();
        }
        queue.dispatch().offeredSafe(state.offeredUpTo());
        state.live().ranges(0, Long.MAX_VALUE - 1, queue.dispatch().ready()::addRange);
    }

    /** Its name. */
    public String name() {
        return host.name();
    }

    /** Begins a turn; owner's thread. */
    public void beginTurn() {
        host.begin();
        if (!begun) {
            begun = true;
            host.delays.mended().forEach(declaring::delete);
            ruling.begin(host.rules.policies(), true);
        }
    }

    /** These are the policies from now on, for what is there as well, within some turns if it is much. Owner's thread. */
    public void policies(Policies policies) {
        ruling.begin(policies, !begun);
    }

    /** Policies and limits are these from now on. Owner's thread. */
    public void rules(HostRules rules) {
        boolean same = host.state.policies() == rules.policies();
        host.rules = rules;
        if (!begun || !same) {
            policies(rules.policies());
        }
    }

    /** Its bounds are these from now on. Owner's thread. */
    public void limits(HostLimits limits) {
        host.limits = limits;
        host.arena.budget(limits.memoryBytes());
        pressure.check();
    }

    /** Ends the turn: see the class's description. */
    public void endTurn() {
        host.end();
        if (!host.inTurn()) {
            afterTurn();
        }
    }

    /** Looks after what is due though nothing happens. To be called about once a second, on the owner's thread. */
    public void tick() {
        retirement.tick();
        turn();
        scrub.tick();
    }

    /** Stored messages are read again at that rate, to find damage; until this is called they are not. Owner's thread. */
    public void scrubAt(ScrubRate rate) {
        scrub.rate(rate);
    }

    /** Gives up the stored messages of a queue that cannot be read, except those that consumers hold; answers which. */
    public void discardDamaged(Lane lane, String queue, Reply<List<Damage>> reply) {
        declaring.discardDamaged(lane, queue, reply);
    }

    /** Whether the disk is nearly full: then space is given back as soon as possible. Owner's thread. */
    public void lowOnDisk(boolean low) {
        retirement.lowOnDisk(low);
    }

    /** A turn of its own. */
    private void turn() {
        beginTurn();
        endTurn();
    }

    /**
     * Stops cleanly: writes a last checkpoint, after which a start needs no replay. All lanes should be closed before; the
     * log is closed by the caller afterwards.
     *
     * @param done runs on the owner's thread, never if the log has failed
     */
    public void stop(Runnable done) {
        scrub.stop();
        beginTurn();
        host.endings.finish();
        retirement.stop(done);
        endTurn();
    }

    /** What has happened since the start; other threads may read slightly old numbers. */
    public HostCounters counters() {
        return host.counters;
    }

    /** How its queues stand; owner's thread. */
    public List<QueueStatus> queues() {
        List<QueueStatus> all = new ArrayList<>();
        for (Queue queue : host.state.queues().visible()) {
            all.add(Declaring.status(queue));
        }
        return all;
    }

    /** Looks at it from outside; to be used on the owner's thread. */
    public HostReports reports() {
        return reports;
    }

    /** The durable state in bytes; equal bytes mean an equal state. */
    ByteBuffer snapshot() {
        return Checkpoint.encode(host.state, false, 0);
    }

    /** What it is made of, for tests that look inside. */
    Host inside() {
        return host;
    }

    private void afterTurn() {
        if (retirement.step()) {
            turn();
        }
        pressure.check();
    }

    @Override
    public void durable(long position) {
        if (told.compareAndSet(false, true)) {
            host.setup.owner().execute(released);
        }
    }

    private void released() {
        told.set(false);
        turn();
    }

    @Override
    public void failed(LogException cause) {
        host.setup.owner().execute(() -> {
            host.fail();
            host.setup.listener().failed(cause);
        });
    }

    @Override
    public void connect(Client client) {
        // Nothing is kept for a client until it declares something exclusive.
    }

    @Override
    public void disconnect(Client client) {
        for (Lane lane : List.copyOf(client.lanes())) {
            closeLane(lane);
        }
        declaring.deleteOwned(client);
    }

    @Override
    public void openLane(Lane lane) {
        lane.open();
        lane.client().lanes().add(lane);
    }

    @Override
    public void closeLane(Lane lane) {
        lane.client().lanes().remove(lane);
        transactions.closed(lane);
        subscriptions.close(lane);
    }

    @Override
    public void resume(Lane lane) {
        subscriptions.resume(lane);
    }

    @Override
    public void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {
        transactions.inOrder(lane, () -> declaring.declareExchange(lane, spec, reply));
    }

    @Override
    public void checkExchange(Lane lane, String name, Reply<Void> reply) {
        transactions.inOrder(lane, () -> declaring.checkExchange(lane, name, reply));
    }

    @Override
    public void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {
        transactions.inOrder(lane, () -> declaring.deleteExchange(lane, name, ifUnused, reply));
    }

    @Override
    public void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply) {
        transactions.inOrder(lane, () -> declaring.declareQueue(lane, spec, reply));
    }

    @Override
    public void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {
        transactions.inOrder(lane, () -> declaring.checkQueue(lane, name, reply));
    }

    @Override
    public void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {
        transactions.inOrder(lane, () -> declaring.deleteQueue(lane, name, ifUnused, ifEmpty, reply));
    }

    @Override
    public void purge(Lane lane, String queue, Reply<Long> reply) {
        transactions.inOrder(lane, () -> declaring.purge(lane, queue, reply));
    }

    @Override
    public void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        transactions.inOrder(lane, () -> declaring.bind(lane, spec, reply));
    }

    @Override
    public void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        transactions.inOrder(lane, () -> declaring.unbind(lane, spec, reply));
    }

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        if (lane.later() != null) {
            transactions.publishLater(lane, record, recordAt, copy -> publishNow(lane, number, flags, copy, 0));
        } else {
            publishNow(lane, number, flags, record, recordAt);
        }
    }

    private void publishNow(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        if ((flags & TRANSACTIONAL) != 0) {
            transactions.publish(lane, flags & ~TRANSACTIONAL, record, recordAt);
        } else {
            host.publishing.publish(lane, number, flags, record, recordAt);
        }
    }

    @Override
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {
        transactions.inOrder(lane, () -> subscriptions.consume(lane, subscription, reply));
    }

    @Override
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {
        transactions.inOrder(lane, () -> subscriptions.cancel(lane, consumer, reply));
    }

    @Override
    public void get(Lane lane, String queue, boolean settled, Reply<Void> onRefusal) {
        transactions.inOrder(lane, () -> subscriptions.get(lane, queue, settled, onRefusal));
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        if (lane.later() != null) {
            transactions.inOrder(lane, () -> subscriptions.settle(lane, consumer, queue, first, last, outcome));
        } else {
            subscriptions.settle(lane, consumer, queue, first, last, outcome);
        }
    }

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        if (lane.later() != null) {
            transactions.inOrder(lane, () -> transactions.settle(lane, consumer, queue, first, last, outcome));
        } else {
            transactions.settle(lane, consumer, queue, first, last, outcome);
        }
    }

    @Override
    public void commit(Lane lane, Reply<Void> reply) {
        transactions.inOrder(lane, () -> transactions.commit(lane, reply));
    }

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {
        transactions.inOrder(lane, () -> transactions.rollback(lane, reply));
    }

    @Override
    public void window(Lane lane, int window) {
        transactions.inOrder(lane, () -> {
            lane.window(window);
            subscriptions.resume(lane);
        });
    }
}
