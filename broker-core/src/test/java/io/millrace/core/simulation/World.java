package io.millrace.core.simulation;

import io.millrace.core.disk.FaultyDisk;
import io.millrace.core.disk.SimulatedDisk;
import io.millrace.core.model.Outcome;
import io.millrace.core.policy.Policies;
import io.millrace.core.simulation.Ledger.Intent;
import io.millrace.core.simulation.Ledger.Place;
import io.millrace.core.vhost.HostProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One disk, one broker at a time, its clients, and what is known of them. */
final class World {
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final long SETTLE_NANOS = 10_000_000;
    private static final int SETTLE_ROUNDS = 400;
    private static final String CHECKPOINTS = "vhost/1/checkpoint";

    final SplittableRandom random;
    final SimulatedDisk disk = new SimulatedDisk();
    final FaultyDisk faulty = new FaultyDisk(disk);
    final Ledger ledger = new Ledger();
    final List<Seen> seen = new ArrayList<>();
    final List<Peer> peers = new ArrayList<>();
    final Observer observer = new Observer(ledger, seen);
    final Tampering tampering;
    final Trace trace = new Trace();
    Life life;
    /** Whether the disk takes what is written. */
    boolean diskFull;
    /** Whether a clean stop was begun. */
    private boolean stopping;

    private int peerNumbers;
    private long salts;
    private long nextMessage = 1;

    World(SplittableRandom random, Tampering tampering) {
        this.random = random;
        this.tampering = tampering;
        this.life = open(START_MILLIS);
        disk.forgetForces(tampering.forgetsForces());
    }

    private Life open(long millis) {
        salts += 1000;
        try {
            Policies policies = tampering.policies(Operators.policies(ledger.live.rules()));
            return new Life(faulty, millis, salts, policies, tampering);
        } catch (IOException | RuntimeException e) {
            throw (Breach) new Breach("D19: it does not start: " + e).initCause(e);
        }
    }

    /** A durable message to one queue. */
    Message message(String queue, int bodyBytes) {
        return new Message(nextMessage(), "", queue, true, false, 0, -1, 0, 0, bodyBytes);
    }

    long nextMessage() {
        return nextMessage++;
    }

    /** Commands in a turn of their own, before which the model learns what the turn's beginning has done. */
    void turn(Runnable commands) {
        life.turn(() -> {
            observer.gone(life);
            observer.takenBack(life);
            commands.run();
        });
    }

    Peer connect(Peer.Mode mode) {
        Peer peer = new Peer(++peerNumbers, mode, seen, () -> life.log.durable(), () -> life.millis(), tampering);
        turn(() -> {
            life.host.connect(peer.client);
            life.host.openLane(peer.lane);
        });
        peers.add(peer);
        return peer;
    }

    Asked ask(String what) {
        Asked asked = new Asked(what, seen, () -> life.log.durable());
        ledger.asked.add(asked);
        return asked;
    }

    /** A client is gone, with everything that it held. */
    void vanish(Peer peer) {
        Tx committing = peer.committing;
        if (committing != null) {
            ledger.intents.values().removeIf(intent -> intent.tx() == committing);
            forget(committing);
        }
        forget(peer.tx);
        for (Holder holder : peer.holders) {
            for (long sequence : holder.held.keySet()) {
                ledger.intents.put(new Place(holder.queue, sequence), new Intent(Outcome.RELEASED, null, holder));
                ledger.queue(holder.queue).held.remove(sequence);
            }
            holder.held.clear();
            end(holder);
        }
        for (ModelQueue queue : ledger.live.queues.values()) {
            if (queue.owner == peer) {
                ledger.deletable.add(queue.id);
            }
        }
        peer.open = false;
        peers.remove(peer);
        turn(() -> life.host.disconnect(peer.client));
    }

    private static void forget(Tx tx) {
        for (Message message : tx.messages) {
            message.refused |= message.position == 0 && message.arrived.isEmpty();
        }
    }

    /** A consumer gets nothing any more. */
    void end(Holder holder) {
        holder.cancelled = true;
        ModelQueue queue = ledger.live.queues.get(holder.queue);
        if (queue == null || !queue.consumers.remove(holder)) {
            return;
        }
        queue.usedAt = life.millis();
        if (queue.active == holder) {
            queue.succeed();
        }
        if (queue.spec.autoDelete() && queue.consumers.isEmpty()) {
            ledger.deletable.add(queue.id);
        }
    }

    /** After what was done in a step: looks at it and judges it. */
    void observe() {
        observer.observe(life);
        Breach.unless(
                life.damages.isEmpty() || !disk.powerIsOn(),
                () -> "D14: what is whole counts as damaged: " + life.damages);
        Breach.unless(ledger.goneEarly.isEmpty(), () -> "D4: queues are gone without an event: " + ledger.goneEarly);
    }

    /** Lets everything happen that is under way, the lazy flush included; false if it does not come to an end. */
    boolean settle() {
        turn(() -> {});
        for (int i = 0; i < SETTLE_ROUNDS; i++) {
            life.owner.runAll();
            observe();
            life.io.runAll();
            life.owner.runAll();
            observe();
            life.timer.advance(SETTLE_NANOS);
            if (life.isQuiet()) {
                observe();
                return true;
            }
        }
        return false;
    }

    /** The power goes, or only the process. */
    void crash(boolean power) {
        observe();
        long millis = life.millis();
        if (power) {
            SimulatedDisk.CrashMode[] modes = SimulatedDisk.CrashMode.values();
            SimulatedDisk.CrashMode mode = modes[random.nextInt(modes.length)];
            trace.line("crash: " + mode);
            disk.crash(mode, random);
            ledger.figures.crashes++;
        } else {
            disk.kill();
            ledger.figures.kills++;
        }
        restart(millis, false);
    }

    /** A stop that leaves nothing to be done; false if it could not be carried out. */
    boolean stop() {
        for (Peer peer : List.copyOf(peers)) {
            vanish(peer);
            observe();
        }
        boolean[] stopped = new boolean[1];
        if (!settle()) {
            return false;
        }
        stopping = true;
        life.host.stop(() -> stopped[0] = true);
        settle();
        if (!stopped[0]) {
            return false;
        }
        try {
            life.segments.close();
            life.io.runAll();
            life.log.close();
        } catch (IOException e) {
            return false;
        }
        ledger.flushed(life.log.last());
        disk.kill();
        ledger.figures.cleanStops++;
        restart(life.millis(), true);
        return true;
    }

    private void restart(long millis, boolean clean) {
        faulty.heal();
        for (Peer peer : peers) {
            peer.open = false;
        }
        peers.clear();
        seen.clear();
        long jump = random.nextInt(8) == 0 ? random.nextLong(-60_000, 60_000) : random.nextLong(50);
        life = open(millis + jump);
        // A stop that was cut short may have written its checkpoint, which knows exactly what was seen.
        ledger.restarted(life.foundUpTo, stopping ? life.probe::offered : null);
        stopping = false;
        compare("D5: after a restart", ledger.live.state(), life.probe.state());
        for (ModelQueue queue : ledger.live.queues.values()) {
            long next = life.probe.next(queue.id);
            Breach.unless(
                    next >= queue.next,
                    () -> "sequences of " + queue + " go on with " + next + " before " + queue.next);
            queue.next = next;
            queue.scanned = next;
            queue.usedAt = life.millis();
            if (!clean) {
                ledger.unclean.put(queue.id, next - 1);
            }
            queue.uncleanUpTo = ledger.unclean.getOrDefault(queue.id, 0L);
        }
    }

    static void compare(String when, List<String> expected, List<String> met) {
        if (!expected.equals(met)) {
            List<String> missing = new ArrayList<>(expected);
            missing.removeAll(met);
            List<String> more = new ArrayList<>(met);
            more.removeAll(expected);
            throw new Breach(when + " there is not " + missing + ", and there is " + more);
        }
    }

    private static List<String> unoffered(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceAll(" offered [0-9]+$", ""))
                .toList();
    }

    /** The log behind each of its checkpoints has to lead to what is there. Only when nothing is under way. */
    void replay() {
        if (!life.isQuiet() || life.failure() != null) {
            return;
        }
        ledger.figures.replays++;
        List<String> now = life.probe.state();
        compare("the model and the broker differ:", ledger.live.state(), now);
        try {
            SimulatedDisk copy = disk.copy();
            compare("replayed from the newest checkpoint", now, HostProbe.replayed(copy));
            List<String> checkpoints = new ArrayList<>(copy.list(CHECKPOINTS));
            checkpoints.removeIf(name -> !name.endsWith(".ckp"));
            if (checkpoints.size() > 1) {
                SimulatedDisk older = disk.copy();
                older.delete(CHECKPOINTS + "/" + checkpoints.get(checkpoints.size() - 1));
                // A clean stop knows better what was seen than the checkpoint before it.
                compare("replayed from the checkpoint before", unoffered(now), unoffered(HostProbe.replayed(older)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
