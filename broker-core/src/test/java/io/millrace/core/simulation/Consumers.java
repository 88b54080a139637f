package io.millrace.core.simulation;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.Outcome;
import io.millrace.core.simulation.Ledger.Intent;
import io.millrace.core.simulation.Ledger.Place;
import io.millrace.core.vhost.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What consumers do. */
final class Consumers {
    private final World world;
    private final SplittableRandom random;

    Consumers(World world) {
        this.world = world;
        this.random = world.random;
    }

    void consume(Peer peer, @Nullable ModelQueue queue) {
        if (peer.failed || peer.committing != null || queue == null || peer.holders.size() > 6) {
            return;
        }
        boolean settled = random.nextInt(8) == 0;
        boolean exclusive = random.nextInt(12) == 0;
        long priority = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
        // What a transaction has settled and not committed is not taken back here: a stale part of it could settle it
        // anew.
        long timeout = peer.mode == Peer.Mode.TX
                ? 0
                : random.nextInt(4) == 0 ? random.nextInt(2) * (500 + random.nextInt(4000)) : -1;
        consume(peer, queue, 1 + random.nextInt(8), settled, exclusive, priority, timeout);
    }

    void consume(
            Peer peer, ModelQueue queue, int window, boolean settled, boolean exclusive, long priority, long timeout) {
        boolean alone = exclusive && !queue.single();
        Holder holder = new Holder(peer, ++peer.consumers, queue.id, window, settled, alone, priority, timeout);
        Asked asked = world.ask(peer + " consumes from " + queue + " as " + holder.number + ", window " + window
                + (settled ? ", settled" : "") + (holder.exclusive ? ", exclusive" : "") + ", priority " + priority);
        asked.defines = false;
        asked.then = () -> holder.started = true;
        asked.otherwise = () -> {
            peer.holders.remove(holder);
            world.end(holder);
        };
        peer.holders.add(holder);
        Arguments arguments = new Arguments(
                timeout < 0
                        ? Map.of("x-priority", priority)
                        : Map.of("x-priority", priority, "x-consumer-timeout", timeout));
        world.trace.line(asked.what);
        world.turn(() -> {
            if (!world.ledger.live.queues.containsKey(queue.id)) {
                holder.cancelled = true;
            }
            boolean refused = !mayUse(peer, queue) || (holder.exclusive && !queue.consumers.isEmpty());
            if (!refused && !holder.cancelled) {
                queue.consumers.add(holder);
                if (queue.active == null || queue.active.stopped) {
                    queue.active = holder;
                }
            }
            Subscription wanted = new Subscription(
                    holder.number,
                    "tag" + holder.number,
                    queue.spec.name(),
                    settled,
                    holder.exclusive,
                    settled ? 0 : window,
                    world.tampering.consumed(arguments));
            world.life.host.consume(peer.lane, wanted, asked.reply());
        });
    }

    /** Neither is the queue another client's, nor has it a consumer that wants it for itself: else nothing is a use of it. */
    private static boolean mayUse(Peer peer, ModelQueue queue) {
        return (queue.owner == null || queue.owner == peer)
                && queue.consumers.stream().noneMatch(other -> other.exclusive);
    }

    void cancel(Peer peer) {
        List<Holder> candidates = new ArrayList<>(peer.holders);
        candidates.removeIf(holder -> holder.number == 0 || holder.cancelled || !holder.started);
        if (candidates.isEmpty() || peer.committing != null) {
            return;
        }
        Holder holder = candidates.get(random.nextInt(candidates.size()));
        Asked asked = world.ask("cancel " + holder);
        asked.defines = false; // A queue that goes with it is not logged.
        world.trace.line(asked.what);
        world.turn(() -> {
            world.end(holder);
            world.life.host.cancel(peer.lane, holder.number, asked.reply());
        });
    }

    void get(Peer peer, @Nullable ModelQueue queue) {
        if (peer.failed || peer.committing != null || peer.getting != null || queue == null) {
            return;
        }
        boolean settled = random.nextInt(4) == 0;
        Asked asked = world.ask(peer + " gets from " + queue + (settled ? ", settled" : ""));
        asked.defines = false;
        asked.otherwise = () -> peer.getting = null;
        peer.getting = settled;
        world.trace.line(asked.what);
        world.turn(() -> {
            if (mayUse(peer, queue)) {
                queue.usedAt = world.life.millis();
            }
            world.life.host.get(peer.lane, queue.spec.name(), settled, asked.reply());
        });
    }

    /** Settles one message, or all that a consumer holds up to one; false if there is none. */
    boolean settle(Peer peer) {
        List<Holder> candidates = new ArrayList<>(peer.holders);
        candidates.removeIf(holder -> holder.held.isEmpty() && !holder.stopped);
        if (candidates.isEmpty() || peer.failed || peer.committing != null) {
            return false;
        }
        Holder holder = candidates.get(random.nextInt(candidates.size()));
        if (holder.held.isEmpty()) {
            settle(peer, holder, holder.lost, holder.lost, Outcome.ACCEPTED); // Too late, it changes nothing.
            return true;
        }
        List<Long> sequences = new ArrayList<>(holder.held.keySet());
        long last = sequences.get(random.nextInt(sequences.size()));
        int choice = random.nextInt(10);
        Outcome outcome = choice < 5 ? Outcome.ACCEPTED : choice < 8 ? Outcome.RELEASED : Outcome.REJECTED;
        if (peer.mode == Peer.Mode.TX && holder.ownTimeout == 0 && random.nextInt(4) > 0) {
            settleAtCommit(peer, holder, last, outcome);
            return true;
        }
        long first = random.nextInt(3) == 0 ? sequences.get(0) : last;
        if (peer.tx.settles(holder, first, last)) {
            return true; // An edge refuses to settle a delivery twice.
        }
        settle(peer, holder, first, last, outcome);
        return true;
    }

    void settle(Peer peer, Holder holder, long first, long last, Outcome outcome) {
        world.trace.line(peer + " settles " + first + " to " + last + " of " + holder + ": " + outcome);
        world.turn(() -> {
            ModelQueue queue = world.ledger.live.queues.get(holder.queue);
            if (queue == null) {
                return;
            }
            for (long s :
                    List.copyOf(holder.held.subMap(first, true, last, true).keySet())) {
                holder.held.remove(s);
                queue.held.remove(s);
                world.ledger.intents.put(new Place(queue.id, s), new Intent(outcome, null, holder));
            }
            holder.stopped = false;
            holder.unsure = false;
            queue.rouse(holder);
            world.life.host.settle(peer.lane, holder.number, holder.queue, first, last, outcome);
        });
    }

    private void settleAtCommit(Peer peer, Holder holder, long sequence, Outcome outcome) {
        if (peer.tx.settles(holder, sequence, sequence)) {
            return;
        }
        peer.tx.settlements.add(new Tx.Settlement(holder, sequence, sequence, outcome));
        world.trace.line(peer + " settles at commit " + sequence + " of " + holder + ": " + outcome);
        world.turn(() ->
                world.life.host.settleAtCommit(peer.lane, holder.number, holder.queue, sequence, sequence, outcome));
    }

    /** A client does not read for a while, or reads again. */
    void room(Peer peer) {
        peer.room = !peer.room;
        world.trace.line(peer + " reads: " + peer.room);
        if (peer.room) {
            world.turn(() -> world.life.host.resume(peer.lane));
        }
    }
}
