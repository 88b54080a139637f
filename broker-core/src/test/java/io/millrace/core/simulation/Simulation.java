package io.millrace.core.simulation;

import io.millrace.core.disk.FaultyDisk.Fault;
import io.millrace.core.disk.FaultyDisk.Operation;
import io.millrace.core.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One seeded life of a virtual host, step by step: clients publish, consume, define and vanish; the disk, the power and the
 * process fail; and after each step everything that can be seen is held against what was promised. The same seed is the same
 * life, bit for bit.
 */
final class Simulation {
    private static final int PEERS = 6;
    private static final long USABLE_BYTES = 1L << 40;
    private static final int OFTEN = 40;
    private static final long DRAIN_MILLIS = 30_000;
    private static final long DRAIN_NANOS = 700_000_000;
    /** Less than any time that a consumer may hold a message. */
    private static final long PASS_NANOS = 400_000_000;

    private static final long TICK_NANOS = 1_000_000_000;

    private final long seed;
    private final SplittableRandom random;
    private final World world;
    private final Publishers publishers;
    private final Consumers consumers;
    private final Definers definers;
    private final Operators operators;
    private final Backlog backlog;
    private final Invariants invariants;
    private long tickedAt;

    Simulation(long seed) {
        this(seed, new Tampering());
    }

    Simulation(long seed, Tampering tampering) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.world = new World(random, tampering);
        this.publishers = new Publishers(world);
        this.consumers = new Consumers(world);
        this.definers = new Definers(world);
        this.operators = new Operators(world);
        this.backlog = new Backlog(world, publishers, consumers);
        this.invariants = new Invariants(world);
    }

    /** What happened. */
    Figures figures() {
        return world.ledger.figures;
    }

    /** Stands for everything that happened. */
    long hash() {
        return world.trace.hash();
    }

    /** @throws AssertionError with the way to see it again, if a promise was broken */
    void run(int steps) {
        try {
            definers.begin(peer());
            for (int step = 0; step < steps; step++) {
                world.ledger.beginStep();
                step();
                world.observe();
                backlog.step();
                invariants.always();
                if (step % OFTEN == OFTEN - 1) {
                    invariants.often();
                }
                Life life = world.life;
                world.trace.line(step + ": " + life.millis() % 1_000_000 + " ms, log " + life.log.durable() + " of "
                        + life.log.last() + ", " + figures().deliveries + " deliveries");
            }
            drain();
            figures().steps += steps;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ", step " + world.ledger.step + ": " + e.getMessage() + "\n\nAgain:\n  mvn -pl"
                            + " broker-core test -Dtest=SimulationTest -Dseed=" + seed + " -Dsteps=" + steps
                            + "\n\nThe last steps:\n  " + world.trace + "\n",
                    e);
        }
    }

    private Peer peer() {
        int few = world.peers.size() < PEERS / 2 ? 2 : 12;
        if (world.peers.size() < PEERS && (world.peers.isEmpty() || random.nextInt(few) == 0)) {
            Peer.Mode[] modes = Peer.Mode.values();
            return world.connect(modes[random.nextInt(modes.length)]);
        }
        return world.peers.get(random.nextInt(world.peers.size()));
    }

    private void step() {
        if (world.life.failure() != null) {
            world.trace.line("the log has failed: " + world.life.failure().kind());
            world.crash(true);
            return;
        }
        for (Peer peer : List.copyOf(world.peers)) {
            if (peer.failed && random.nextInt(4) == 0) {
                // As an edge does that was told to close a lane.
                world.vanish(peer);
                return;
            }
        }
        int choice = random.nextInt(1000);
        if (choice < 300) {
            publishers.publish(peer());
        } else if (choice < 540) {
            if (!consumers.settle(peer())) {
                consumers.consume(peer(), definers.anyQueue());
            }
        } else if (choice < 600) {
            consumers.consume(peer(), definers.anyQueue());
        } else if (choice < 640) {
            consumers.get(peer(), definers.anyQueue());
        } else if (choice < 680) {
            commit(peer());
        } else if (choice < 710) {
            definers.define(peer());
        } else if (choice < 725) {
            consumers.cancel(peer());
        } else if (choice < 740) {
            consumers.room(peer());
        } else if (choice < 755) {
            Peer peer = peer();
            world.trace.line(peer + " vanishes");
            world.vanish(peer);
        } else {
            background(choice);
        }
    }

    private void commit(Peer peer) {
        if (peer.failed) {
            world.vanish(peer);
        } else if (random.nextInt(5) == 0) {
            publishers.rollback(peer);
        } else {
            publishers.commit(peer);
        }
    }

    private void background(int choice) {
        Life life = world.life;
        if (choice < 830) {
            life.owner.step();
        } else if (choice < 900) {
            life.io.step();
            life.owner.step();
        } else if (choice < 950) {
            pass(random.nextInt(6) == 0 ? random.nextLong(3_000_000_000L) : random.nextLong(30_000_000));
        } else if (choice < 980) {
            settle();
        } else if (choice < 984) {
            world.trace.line("nearly full");
            life.host.lowOnDisk(random.nextBoolean());
            life.host.tick();
        } else if (choice < 988) {
            world.diskFull = !world.diskFull;
            world.trace.line("disk full: " + world.diskFull);
            world.disk.usableBytes(world.diskFull ? random.nextInt(100_000) : USABLE_BYTES);
        } else if (choice < 989) {
            refuse();
        } else if (choice < 991) {
            backlog.begin(peer());
        } else if (choice < 993) {
            operators.rule();
        } else if (choice < 995) {
            settle();
        } else {
            end();
        }
    }

    private void pass(long nanos) {
        // In between it is looked, because who gets what was taken from another may hold it for too long as well.
        for (long left = nanos; left > 0; left -= PASS_NANOS) {
            world.life.timer.advance(Math.min(left, PASS_NANOS));
            world.observe();
        }
        if (world.life.timer.elapsedNanos() - tickedAt > TICK_NANOS) {
            tickedAt = world.life.timer.elapsedNanos();
            world.life.host.tick();
        }
    }

    private void settle() {
        boolean settled = world.settle();
        if (world.life.failure() != null || world.diskFull || !settled) {
            return;
        }
        invariants.often();
        invariants.quiet();
        if (random.nextInt(15) == 0) {
            world.replay();
        }
    }

    /** The disk refuses something soon. */
    private void refuse() {
        boolean segment = random.nextInt(3) == 0;
        world.trace.line("the disk refuses, segment: " + segment);
        if (segment) {
            world.faulty.failOnce(Operation.WRITE, "segment", 1, Fault.ENOSPC);
        } else {
            world.faulty.failOnce(
                    random.nextBoolean() ? Operation.FORCE : Operation.WRITE, "wal", 1 + random.nextInt(3), Fault.EIO);
            figures().refusedFlushes++;
        }
    }

    private void end() {
        int choice = random.nextInt(10);
        tickedAt = 0;
        if (choice < 6) {
            if (random.nextBoolean()) {
                // In the middle of what the workers do.
                world.trace.line("the power goes soon");
                world.disk.cutPowerAt(1 + random.nextInt(8));
                world.settle();
            }
            world.crash(true);
        } else if (choice < 9 || world.diskFull) {
            world.trace.line("kill");
            world.crash(false);
        } else {
            world.trace.line("stop");
            if (!world.stop()) {
                world.crash(false);
            }
        }
    }

    /** The disk works again, and one client takes everything: nothing may stay. */
    private void drain() {
        world.ledger.beginStep();
        world.faulty.heal();
        world.disk.usableBytes(USABLE_BYTES);
        world.diskFull = false;
        world.settle();
        if (world.life.failure() != null) {
            world.crash(true);
        }
        for (Peer peer : List.copyOf(world.peers)) {
            world.vanish(peer);
            world.observe();
        }
        pass(2_000_000_000L); // A full disk is tried again after a while.
        world.settle();
        Peer last = world.connect(Peer.Mode.PLAIN);
        for (ModelQueue queue : List.copyOf(world.ledger.live.queues.values())) {
            if (!queue.isHidden()) {
                consumers.consume(last, queue, 100, false, false, 0, 0);
                world.observe();
            }
        }
        long end = latest() + DRAIN_MILLIS;
        while (!isEmpty() && world.life.millis() < end) {
            world.ledger.beginStep();
            accept(last);
            world.settle();
            pass(DRAIN_NANOS);
            world.settle();
            invariants.always();
        }
        invariants.often();
        invariants.quiet();
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            if (!queue.copies.isEmpty()) {
                throw new Breach("not drained within " + DRAIN_MILLIS + " ms: " + queue + ", ready "
                        + world.life.probe.ready(queue.id) + ", dying " + world.life.probe.dying(queue.id) + ", held "
                        + queue.held.keySet() + ": " + queue.copies.values());
            }
        }
        world.replay();
    }

    /** When the last message is due, now or later. */
    private long latest() {
        long latest = world.life.millis();
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            for (Copy copy : queue.copies.values()) {
                latest = Math.max(latest, copy.due);
            }
        }
        return latest;
    }

    private boolean isEmpty() {
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            if (!queue.copies.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void accept(Peer peer) {
        for (Holder holder : new ArrayList<>(peer.holders)) {
            @Nullable Long first = holder.held.isEmpty() ? null : holder.held.firstKey();
            if (holder.stopped) {
                consumers.settle(peer, holder, holder.lost, holder.lost, Outcome.ACCEPTED);
            } else if (first != null) {
                consumers.settle(peer, holder, first, holder.held.lastKey(), Outcome.ACCEPTED);
                world.observe();
            }
        }
    }
}
