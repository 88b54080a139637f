package io.millrace.core.simulation;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What clients define and delete. */
final class Definers {
    private final World world;
    private final SplittableRandom random;

    Definers(World world) {
        this.world = world;
        this.random = world.random;
    }

    /** What is there at the beginning. */
    void begin(Peer peer) {
        for (String exchange : Names.EXCHANGES) {
            declareExchange(peer, exchange);
            world.observe();
        }
        for (String queue : Names.QUEUES) {
            declareQueue(peer, queue);
            world.observe();
        }
        for (int i = 0; i < 14; i++) {
            bind(peer);
            world.observe();
        }
    }

    void define(Peer peer) {
        if (peer.failed || peer.committing != null) {
            return;
        }
        int choice = random.nextInt(100);
        if (choice < 22) {
            bind(peer);
        } else if (choice < 32) {
            unbind(peer);
        } else if (choice < 50) {
            declareQueue(peer, anyName());
        } else if (choice < 58) {
            deleteQueue(peer);
        } else if (choice < 72) {
            declareExchange(peer, Names.EXCHANGES.get(random.nextInt(Names.EXCHANGES.size())));
        } else if (choice < 76) {
            deleteExchange(peer);
        } else {
            purge(peer);
        }
        world.ledger.lastUnlogged = world.life.log.last();
    }

    private String anyName() {
        return random.nextInt(3) > 0
                ? Names.QUEUES.get(random.nextInt(Names.QUEUES.size()))
                : Names.PASSING.get(random.nextInt(Names.PASSING.size()));
    }

    @Nullable
    ModelQueue anyQueue() {
        return world.ledger.live.named(anyName());
    }

    private void declareExchange(Peer peer, String name) {
        if (world.ledger.live.exchanges.containsKey(name)) {
            return;
        }
        String type = Names.type(name);
        boolean durable = !name.equals("inner") || random.nextBoolean();
        Arguments arguments = name.equals("later") ? new Arguments(Map.of("x-delayed-type", "direct")) : Arguments.NONE;
        ExchangeSpec spec = new ExchangeSpec(name, type, durable, false, false, arguments);
        Asked asked = world.ask("declare exchange " + name + " durable " + durable);
        world.trace.line(asked.what);
        world.turn(() -> {
            world.life.host.declareExchange(peer.lane, spec, asked.reply());
            if (!durable) {
                world.ledger.change(new Effect.ExchangeDeclared(spec));
            }
        });
    }

    private void deleteExchange(Peer peer) {
        String name = Names.EXCHANGES.get(random.nextInt(Names.EXCHANGES.size()));
        Asked asked = world.ask("delete exchange " + name);
        world.trace.line(asked.what);
        world.turn(() -> {
            ExchangeSpec spec = world.ledger.live.exchanges.get(name);
            world.life.host.deleteExchange(peer.lane, name, false, asked.reply());
            if (spec != null && !spec.durable()) {
                world.ledger.change(new Effect.ExchangeDeleted(name));
            }
        });
    }

    private void declareQueue(Peer peer, String name) {
        boolean passing = Names.PASSING.contains(name);
        boolean exclusive = passing && random.nextInt(3) == 0;
        boolean autoDelete = passing && random.nextInt(3) == 0;
        QueueSpec spec = new QueueSpec(name, !passing || random.nextInt(3) == 0, exclusive, autoDelete, arguments());
        if (passing && spec.logged()) {
            return;
        }
        Asked asked = world.ask("declare queue " + spec);
        world.trace.line(asked.what);
        world.turn(() -> {
            if (world.ledger.live.named(name) != null) {
                return;
            }
            world.ledger.wanted.put(name, spec);
            world.life.host.declareQueue(peer.lane, world.tampering.declared(spec), asked.reply());
            int number = world.life.probe.number(name);
            if (number > 0 && !spec.logged()) {
                world.ledger.change(new Effect.QueueDeclared(number, spec));
                world.ledger.queue(number).usedAt = world.life.millis();
                world.ledger.queue(number).owner = exclusive ? peer : null;
            }
        });
    }

    private Arguments arguments() {
        Map<String, Object> arguments = new HashMap<>();
        maybe(arguments, 3, "x-message-ttl", 1 + random.nextInt(4000));
        maybe(arguments, 4, "x-max-length", 1 + random.nextInt(20));
        maybe(arguments, 8, "x-max-length-bytes", 500 + random.nextInt(20_000));
        maybe(arguments, 3, "x-delivery-limit", 1 + random.nextInt(3));
        maybe(arguments, 5, "x-max-priority", 1 + random.nextInt(5));
        maybe(arguments, 10, "x-expires", 500 + random.nextInt(5000));
        maybe(arguments, 6, "x-consumer-timeout", 500 + random.nextInt(4000));
        if (random.nextInt(4) == 0) {
            arguments.put("x-message-deduplication", true);
            maybe(arguments, 2, "x-cache-size", 1 + random.nextInt(12));
            maybe(arguments, 3, "x-cache-ttl", 500 + random.nextInt(8000));
        }
        if (random.nextInt(6) == 0) {
            arguments.put("x-single-active-consumer", true);
        }
        List<String> overflows = List.of("drop-head", "reject-publish", "reject-publish-dlx");
        if (random.nextInt(2) == 0) {
            arguments.put("x-overflow", overflows.get(random.nextInt(3)));
        }
        int dead = random.nextInt(6);
        if (dead < 2) {
            arguments.put("x-dead-letter-exchange", "");
            arguments.put("x-dead-letter-routing-key", Names.QUEUES.get(random.nextInt(Names.QUEUES.size())));
        } else if (dead < 4) {
            arguments.put("x-dead-letter-exchange", random.nextBoolean() ? "dead" : "fanout");
            if (random.nextBoolean()) {
                arguments.put("x-dead-letter-routing-key", "k");
            }
        }
        return new Arguments(arguments);
    }

    private void maybe(Map<String, Object> arguments, int oneIn, String name, long value) {
        if (random.nextInt(oneIn) == 0) {
            arguments.put(name, value);
        }
    }

    private void deleteQueue(Peer peer) {
        ModelQueue queue = anyQueue();
        if (queue == null) {
            return;
        }
        boolean ifEmpty = random.nextInt(3) == 0;
        boolean ifUnused = random.nextInt(3) == 0;
        Asked asked = world.ask("delete " + queue + (ifEmpty ? " if empty" : "") + (ifUnused ? " if unused" : ""));
        world.trace.line(asked.what);
        world.turn(() -> {
            boolean wanted = (!ifUnused || queue.consumers.isEmpty())
                    && (!ifEmpty || world.life.probe.isThere(queue.id) && world.life.probe.live(queue.id) == 0);
            if (wanted) {
                world.ledger.deletable.add(queue.id);
            }
            world.life.host.deleteQueue(peer.lane, queue.spec.name(), ifUnused, ifEmpty, asked.reply());
        });
    }

    private void purge(Peer peer) {
        ModelQueue queue = anyQueue();
        if (queue == null) {
            return;
        }
        Asked asked = world.ask("purge " + queue);
        asked.defines =
                false; // Something else may be defined in its turn, such as the end of a queue that nobody uses.
        world.trace.line(asked.what);
        world.ledger.purged.add(queue.id);
        world.turn(() -> world.life.host.purge(peer.lane, queue.spec.name(), asked.reply()));
        world.observe();
        world.observer.reconcile(world.life);
    }

    private BindingSpec anyBinding() {
        String exchange = Names.EXCHANGES.get(random.nextInt(Names.EXCHANGES.size()));
        List<String> keys = exchange.equals("topic") ? Names.PATTERNS : Names.KEYS;
        String key = keys.get(random.nextInt(keys.size()));
        if (random.nextInt(5) == 0) {
            List<String> to = List.of("inner", "direct", "fanout", "topic");
            return BindingSpec.between(exchange, to.get(random.nextInt(to.size())), key, Arguments.NONE);
        }
        return new BindingSpec(exchange, anyName(), key, Arguments.NONE);
    }

    private boolean isPossible(BindingSpec binding) {
        Model model = world.ledger.live;
        boolean destination = binding.toExchange()
                ? model.exchanges.containsKey(binding.destination())
                : model.named(binding.destination()) != null;
        return destination && model.exchanges.containsKey(binding.exchange());
    }

    private void bind(Peer peer) {
        BindingSpec binding = anyBinding();
        if (!isPossible(binding)) {
            return;
        }
        Asked asked = world.ask("bind " + binding);
        world.trace.line(asked.what);
        world.turn(() -> {
            if (!isPossible(binding)) {
                return;
            }
            ModelQueue queue = binding.toExchange() ? null : world.ledger.live.named(binding.destination());
            if (queue != null && queue.spec.exclusive() && queue.owner != peer) {
                return;
            }
            world.life.host.bind(peer.lane, binding, asked.reply());
            if (!world.ledger.live.isLogged(binding)) {
                world.ledger.change(new Effect.Bound(binding));
            }
        });
    }

    private void unbind(Peer peer) {
        List<BindingSpec> all = new ArrayList<>(world.ledger.live.bindings);
        if (all.isEmpty()) {
            return;
        }
        BindingSpec binding = all.get(random.nextInt(all.size()));
        Asked asked = world.ask("unbind " + binding);
        world.trace.line(asked.what);
        world.turn(() -> {
            ModelQueue queue = binding.toExchange() ? null : world.ledger.live.named(binding.destination());
            if (queue != null && queue.spec.exclusive() && queue.owner != peer) {
                return;
            }
            boolean there = world.ledger.live.bindings.contains(binding);
            world.life.host.unbind(peer.lane, binding, asked.reply());
            if (there && !world.ledger.live.isLogged(binding)) {
                world.ledger.change(new Effect.Unbound(binding));
            }
        });
    }
}
