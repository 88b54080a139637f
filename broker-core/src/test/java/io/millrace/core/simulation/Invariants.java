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
        }
        String why = world.life.probe.disagreement();
        if (why != null) {
            throw new Breach("accounts differ: " + why);
        }
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
