package io.millrace.core.simulation;

import io.millrace.core.vhost.Commands;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** What clients publish. */
final class Publishers {
    private static final int BURST = 5;

    private final World world;
    private final SplittableRandom random;

    Publishers(World world) {
        this.world = world;
        this.random = world.random;
    }

    void publish(Peer peer) {
        if (peer.failed || peer.committing != null || (world.life.isBlocked() && random.nextInt(3) > 0)) {
            world.life.io.step();
            world.life.owner.step();
            return;
        }
        publish(peer, 1 + random.nextInt(BURST), this::next);
    }

    /** Publishes so many in one turn. */
    void publish(Peer peer, int count, Supplier<Message> messages) {
        if (peer.committing != null) {
            return;
        }
        world.turn(() -> {
            for (int i = 0; i < count && !peer.failed; i++) {
                publishOne(peer, messages.get());
            }
        });
    }

    private void publishOne(Peer peer, Message message) {
        Ledger ledger = world.ledger;
        ledger.messages.put(message.id, message);
        ledger.figures.messages++;
        message.lane = peer.number;
        message.expected = ledger.live.route(message.exchange, message.key, message.delay);
        boolean failing = message.expected == null;
        int flags = message.mandatory ? Commands.MANDATORY : 0;
        if (peer.mode == Peer.Mode.TX) {
            flags |= Commands.TRANSACTIONAL;
            message.tx = peer.tx;
            peer.tx.messages.add(message);
        } else {
            ledger.published.add(message);
            refusals(message);
        }
        mayBeKnown(message);
        if (peer.mode == Peer.Mode.CONFIRM) {
            message.number = ++peer.published;
            if (!failing) {
                peer.unconfirmed.put(message.number, message);
            }
        }
        world.trace.line(peer + " publishes " + message);
        world.life.host.publish(peer.lane, message.number, flags, Records.view(message.record.clone()), 0);
        if (failing) {
            message.refused = true;
            peer.failed = true; // And is told so.
        }
    }

    /** Whether a queue may refuse it, and whether one must. */
    private void refusals(Message message) {
        for (int id : message.expected == null ? Set.<Integer>of() : message.expected) {
            ModelQueue queue = world.ledger.live.queues.get(id);
            if (queue == null || !queue.refuses()) {
                continue;
            }
            boolean full = world.life.probe.ready(id) + 1 > queue.maxLength()
                    || world.life.probe.readyBytes(id) + message.bodyBytes() > queue.maxBytes();
            message.mayBeRefused |= full;
            message.mustBeRefused |= full
                    && !(queue.deduplicates() && message.dedup > 0)
                    && queue.consumers.isEmpty()
                    && world.life.probe.gets(id) == 0
                    && !mayExpire(queue);
        }
    }

    /** Its id is remembered without the log where it is not logged; a transaction may lead it anywhere. */
    private void mayBeKnown(Message message) {
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            boolean target = message.tx != null || message.expected != null && message.expected.contains(queue.id);
            if (message.dedup > 0 && target && !(message.durable && queue.isLogged())) {
                queue.mayKnow.add(message.remembered());
            }
        }
    }

    /** Whether a message may leave that queue now because its time is over. */
    private boolean mayExpire(ModelQueue queue) {
        long now = world.life.millis();
        return queue.ttl() >= 0
                || queue.copies.values().stream().anyMatch(copy -> copy.due != 0 && copy.due <= now)
                || world.ledger.published.stream().anyMatch(message -> message.expiration >= 0);
    }

    private Message next() {
        List<String> exchanges = Names.EXCHANGES;
        String exchange = random.nextInt(5) < 2 ? "" : exchanges.get(random.nextInt(exchanges.size()));
        String key = Names.KEYS.get(random.nextInt(Names.KEYS.size()));
        boolean durable = random.nextInt(5) > 0;
        boolean mandatory = random.nextInt(6) == 0;
        int priority = random.nextInt(6);
        long expiration = random.nextInt(8) == 0 ? random.nextInt(3000) : -1;
        long delay = exchange.equals("later") && random.nextInt(4) > 0 ? 1 + random.nextInt(3000) : 0;
        long dedup = random.nextInt(3) == 0 ? 1 + random.nextInt(30) : 0;
        int size = random.nextInt(50);
        int body = size == 0 ? random.nextInt(30_000) : size < 8 ? random.nextInt(4_000) : random.nextInt(300);
        return new Message(
                world.nextMessage(), exchange, key, durable, mandatory, priority, expiration, delay, dedup, body);
    }

    void commit(Peer peer) {
        Tx tx = peer.tx;
        if (peer.failed || peer.committing != null || tx.isEmpty()) {
            return;
        }
        world.ledger.figures.transactions++;
        tx.committing = true;
        peer.tx = new Tx();
        peer.committing = tx;
        for (Tx.Settlement settlement : tx.settlements) {
            Holder holder = settlement.holder();
            holder.goOn();
            if (holder.held.containsKey(settlement.first())) {
                world.ledger.intents.put(
                        new Ledger.Place(holder.queue, settlement.first()),
                        new Ledger.Intent(settlement.outcome(), tx, holder));
            }
        }
        Asked asked = world.ask(peer + " commits " + tx.messages.size() + " and " + tx.settlements.size());
        asked.tx = tx;
        asked.then = () -> {
            peer.committing = null;
            tx.settlements.forEach(settlement -> settlement.holder().goOn());
        };
        asked.otherwise = () -> {
            Breach.unless(tx.position == 0, () -> "D7: refused and done: " + asked.what);
            world.ledger.intents.values().removeIf(intent -> intent.tx() == tx);
            tx.messages.forEach(message -> message.refused = true);
            peer.committing = null;
            peer.failed |= false;
        };
        world.trace.line(asked.what);
        world.turn(() -> world.life.host.commit(peer.lane, asked.reply()));
    }

    void rollback(Peer peer) {
        if (peer.failed || peer.committing != null) {
            return;
        }
        Tx tx = peer.tx;
        peer.tx = new Tx();
        tx.messages.forEach(message -> message.refused = true);
        Asked asked = world.ask(peer + " rolls back");
        asked.defines = false;
        world.trace.line(asked.what);
        world.turn(() -> world.life.host.rollback(peer.lane, asked.reply()));
    }
}
