package io.millrace.core.simulation;

import io.millrace.core.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A queue that grows and is taken from until little is left in its segments, while what the broker does now and then is done
 * with each step: moves to segments, checkpoints, compaction. Everything else goes on meanwhile.
 */
final class Backlog {
    private static final int MESSAGES = 36;
    private static final int BODY_BYTES_MAX = 5000;
    private static final int STEPS = 50;
    private static final int TAKE_AT = 40;
    private static final int THIN_AT = 34;
    private static final int TICKS = 3;
    private static final int TRIES = 8;
    private static final int KEPT_EVERY = 6;

    private final World world;
    private final SplittableRandom random;
    private final Publishers publishers;
    private final Consumers consumers;
    private @Nullable String queue;
    private @Nullable Holder taker;
    private int left;

    Backlog(World world, Publishers publishers, Consumers consumers) {
        this.world = world;
        this.random = world.random;
        this.publishers = publishers;
        this.consumers = consumers;
    }

    /** Fills a queue. */
    void begin(Peer peer) {
        left = STEPS;
        String name = lasting();
        queue = name;
        taker = null;
        world.trace.line("a backlog in " + name);
        for (int i = 0; i < MESSAGES; i += 6) {
            publishers.publish(peer, 6, () -> world.message(name, 1 + random.nextInt(BODY_BYTES_MAX)));
            world.observe();
        }
    }

    /** A queue that keeps what it gets, if a few tries find one. */
    private String lasting() {
        String name = "";
        for (int i = 0; i < TRIES; i++) {
            name = Names.QUEUES.get(random.nextInt(Names.QUEUES.size()));
            ModelQueue found = world.ledger.live.named(name);
            if (found != null && !found.isLimited() && found.ttl() < 0 && found.expires() == 0) {
                break;
            }
        }
        return name;
    }

    /** After each step. */
    void step() {
        if (left == 0 || world.life.failure() != null) {
            return;
        }
        left--;
        if (left == TAKE_AT) {
            take();
        } else if (left == THIN_AT && taker != null) {
            thin(taker);
        }
        for (int i = 0; i < TICKS; i++) {
            world.observe();
            world.life.host.tick();
            world.life.io.step();
            world.life.owner.step();
        }
        world.observe();
    }

    private void take() {
        ModelQueue from = queue == null ? null : world.ledger.live.named(queue);
        if (from == null) {
            return;
        }
        Peer peer = world.connect(Peer.Mode.PLAIN);
        consumers.consume(peer, from, 2 * MESSAGES, false, false, 5, -1);
        taker = peer.holders.isEmpty() ? null : peer.holders.get(0);
    }

    /** Accepts most of what was handed out, singly. */
    private void thin(Holder holder) {
        List<Long> held = new ArrayList<>(holder.held.keySet());
        for (int i = 0; i < held.size() && holder.peer.open; i++) {
            if (i % KEPT_EVERY != 0 && holder.held.containsKey(held.get(i))) {
                consumers.settle(holder.peer, holder, held.get(i), held.get(i), Outcome.ACCEPTED);
                world.observe();
            }
        }
    }
}
