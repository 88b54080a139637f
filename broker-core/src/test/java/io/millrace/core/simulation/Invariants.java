package io.millrace.core.simulation;

import io.millrace.core.vhost.HostProbe;

/** What has to hold between steps, whatever happened. */
final class Invariants {
    private static final long LATE_MILLIS = 1000;

    private final World world;

    Invariants(World world) {
        this.world = world;
    }

    /** After every step; its cost goes with the number of queues. */
    void always() {
        HostProbe probe = world.life.probe;
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            long live = probe.live(queue.id);
            int held = probe.held(queue.id);
            if (live != probe.ready(queue.id) + held + probe.dying(queue.id)) {
                throw new Breach(queue + " has " + live + " messages, of them " + probe.ready(queue.id) + " ready, "
                        + held + " held, " + probe.dying(queue.id) + " dying");
            }
            queue.dyingBefore = probe.dying(queue.id);
            queue.hadRuns = probe.hasRuns(queue.id);
            if (held != queue.held.size()) {
                throw new Breach("consumers of " + queue + " hold " + queue.held + ", the broker says " + held);
            }
            if (live > queue.copies.size()) {
                throw new Breach(queue + " has messages " + probe.sequences(queue.id)
                        + ", of those that came and did not" + " leave there are " + queue.copies.keySet());
            }
        }
    }

    /** At intervals: looks at each message. */
    void often() {
        world.observer.reconcile(world.life);
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            long live = world.life.probe.live(queue.id);
            if (live != queue.copies.size()) {
                throw new Breach(queue + " has messages " + world.life.probe.sequences(queue.id) + ", has to have "
                        + queue.copies.keySet());
            }
            bytes(queue);
        }
        String why = world.life.probe.disagreement();
        if (why != null) {
            throw new Breach("accounts differ: " + why);
        }
    }

    /** What a queue with a limit for bytes counts is what is ready in it. */
    private void bytes(ModelQueue queue) {
        if (queue.maxBytes() == Long.MAX_VALUE || !world.life.begun()) {
            return;
        }
        HostProbe probe = world.life.probe;
        long expected = 0;
        for (Copy copy : queue.copies.values()) {
            expected += probe.countedBytes(queue.id, copy.sequence, copy.message.bodyBytes());
        }
        if (probe.readyBytes(queue.id) != expected) {
            throw new Breach("accounts differ: " + queue + " counts " + probe.readyBytes(queue.id)
                    + " bytes, there are " + expected);
        }
    }

    /** Nobody has a message for longer than he may, but for the time until that is noticed. */
    private void heldTooLong(ModelQueue queue, long now) {
        queue.held.forEach((sequence, holder) -> {
            long timeout = holder.timeout(queue);
            long since = holder.since.getOrDefault(sequence, now);
            Breach.unless(
                    timeout == 0 || now - since <= timeout + timeout / 8 + LATE_MILLIS,
                    () -> "held for " + (now - since) + " ms, at most " + timeout + " by " + holder + ": "
                            + queue.copies.get(sequence));
        });
    }

    /** When nothing is under way and the disk works: nobody may wait for anything. */
    void quiet() {
        HostProbe probe = world.life.probe;
        long now = world.life.millis();
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            Breach.unless(
                    probe.ready(queue.id) == 0 || probe.isStalled(queue.id) || !probe.hasAble(queue.id),
                    () -> queue + " has " + probe.ready(queue.id) + " ready messages and a consumer that gets none");
            Breach.unless(
                    queue.refuses() || probe.ready(queue.id) <= queue.maxLength(),
                    () -> queue + " has " + probe.ready(queue.id) + " ready messages, at most " + queue.maxLength());
            Breach.unless(
                    queue.refuses() || probe.hasRuns(queue.id) || probe.readyBytes(queue.id) <= queue.maxBytes(),
                    () -> queue + " has " + probe.readyBytes(queue.id) + " bytes ready, at most " + queue.maxBytes());
            Breach.unless(
                    !queue.single()
                            || queue.active == null
                            || !queue.active.stopped
                            || queue.active.peer.committing != null
                            || queue.consumers.stream().allMatch(holder -> holder.stopped),
                    () -> "the active one is stopped, and others are not: " + queue);
            heldTooLong(queue, now);
            for (Copy copy : queue.copies.values()) {
                Breach.unless(
                        copy.due == 0
                                || copy.due + LATE_MILLIS > now
                                || queue.held.containsKey(copy.sequence)
                                || !probe.isLive(queue.id, copy.sequence),
                        () -> "D12: still there at " + now + ", " + probe.ready(queue.id) + " ready, "
                                + probe.dying(queue.id) + " dying: " + copy);
            }
        }
        for (Peer peer : world.peers) {
            Breach.unless(peer.failed || peer.unconfirmed.isEmpty(), () -> "D1: not answered: " + peer.unconfirmed);
        }
        Breach.unless(world.ledger.intents.isEmpty(), () -> "not done: " + world.ledger.intents);
    }
}
