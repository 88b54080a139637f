package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.feature.QueueFeatures;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.routing.Declarations;
import io.millrace.core.routing.QueueArguments;
import io.millrace.core.routing.Refusals;
import io.millrace.core.routing.Topology;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Declares, binds, purges and deletes. What is durable is logged; the answer waits until it is flushed. */
final class Declaring {
    private static final String GENERATED = "amq.gen-";

    private final Host host;
    private final Topology topology;

    Declaring(Host host) {
        this.host = host;
        this.topology = host.state.topology();
    }

    /** Whether a binding is logged: both of its ends are. */
    static boolean isLogged(HostState state, BindingSpec binding) {
        ExchangeSpec exchange = state.topology().exchange(binding.exchange());
        if (exchange == null || !exchange.durable()) {
            return false;
        }
        if (binding.toExchange()) {
            ExchangeSpec destination = state.topology().exchange(binding.destination());
            return destination != null && destination.durable();
        }
        Queue queue = state.queues().named(binding.destination());
        return queue != null && queue.state().spec().logged();
    }

    static QueueStatus status(Queue queue) {
        return new QueueStatus(
                queue.name(),
                queue.dispatch().ready().size(),
                queue.dispatch().consumers().size());
    }

    void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {
        decide(lane, reply, () -> {
            boolean logged = false;
            if (Declarations.declaresExchange(host.name(), topology, spec)) {
                logged = spec.durable();
                if (logged) {
                    host.writer.exchangeDeclared(spec);
                }
                host.state.exchangeDeclared(spec);
                host.delays.declared(spec);
            }
            done(lane, logged, reply);
        });
    }

    void checkExchange(Lane lane, String name, Reply<Void> reply) {
        decide(lane, reply, () -> {
            Declarations.requireExchange(host.name(), topology, name);
            done(lane, false, reply);
        });
    }

    void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {
        decide(lane, reply, () -> {
            boolean logged = false;
            if (Declarations.deletesExchange(host.name(), topology, name, ifUnused)) {
                logged = removeExchanges(List.of(name));
            }
            done(lane, logged, reply);
        });
    }

    void declareQueue(Lane lane, QueueSpec declared, Reply<QueueStatus> reply) {
        if (ReplyAddress.covers(declared.name())) {
            host.replies.check(lane, declared.name(), reply);
            return;
        }
        decide(lane, reply, () -> {
            QueueSpec wanted = QueueDefaults.filled(declared, host.rules.defaultQueueType());
            Queue queue = host.state.queues().named(wanted.name());
            boolean logged = false;
            if (queue != null) {
                requireAccess(lane, queue);
                queue.used(host.now());
                Declarations.requireEquivalent(host.name(), queue.state().spec(), wanted);
            } else {
                queue = create(lane, wanted);
                logged = queue.state().spec().logged();
            }
            answerStatus(lane, queue, logged, reply);
        });
    }

    void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {
        if (ReplyAddress.covers(name)) {
            host.replies.check(lane, name, reply);
            return;
        }
        Queue queue = usable(lane, name, reply);
        if (queue != null) {
            queue.used(host.now());
            answerStatus(lane, queue, false, reply);
        }
    }

    void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {
        if (host.state.queues().named(name) == null) {
            host.reply(lane, false, () -> reply.done(0L));
            return;
        }
        Queue queue = usable(lane, name, reply);
        if (queue == null) {
            return;
        }
        if (ifUnused && !queue.dispatch().consumers().isEmpty()) {
            host.refuse(lane, reply, Refusals.queueInUse(host.name(), name));
        } else if (ifEmpty && !queue.state().live().isEmpty()) {
            host.refuse(lane, reply, Refusals.queueNotEmpty(host.name(), name));
        } else {
            long ready = queue.dispatch().ready().size();
            boolean logged = queue.state().spec().logged();
            delete(queue);
            host.reply(lane, logged, () -> reply.done(ready));
        }
    }

    void purge(Lane lane, String name, Reply<Long> reply) {
        Queue queue = usable(lane, name, reply);
        if (queue == null) {
            return;
        }
        Ready ready = queue.dispatch().ready();
        long count = ready.size();
        boolean logged = queue.state().spec().logged() && count > 0;
        new Purge(queue, logged).all(ready);
        ready.clear();
        host.counters.countSettled(Cause.PURGED, count);
        host.reply(lane, logged, () -> reply.done(count));
    }

    /** What is ready goes in stretches between what is in flight: a queue with many gaps is not many events for that. */
    private final class Purge {
        private final Queue queue;
        private final boolean logged;
        private long first = -1;
        private long last = -1;

        Purge(Queue queue, boolean logged) {
            this.queue = queue;
            this.logged = logged;
        }

        void all(Ready ready) {
            ready.ranges(0, Long.MAX_VALUE - 1, (from, to) -> {
                if (first < 0 || queue.state().live().next(last + 1) != from) {
                    remove();
                    first = from;
                }
                last = to;
            });
            remove();
        }

        private void remove() {
            if (first >= 0) {
                if (logged) {
                    host.writer.settled(queue.id(), first, last, Cause.PURGED);
                }
                host.state.removed(queue, first, last);
            }
        }
    }

    void discardDamaged(Lane lane, String name, Reply<List<Damage>> reply) {
        Queue queue = usable(lane, name, reply);
        if (queue != null) {
            List<Damage> gone = host.damages.discard(queue);
            boolean logged = queue.state().spec().logged() && !gone.isEmpty();
            host.reply(lane, logged, () -> reply.done(gone));
        }
    }

    void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        decide(lane, reply, () -> {
            boolean logged = false;
            boolean adds = Declarations.binds(host.name(), topology, spec);
            requireAccess(lane, spec);
            if (adds) {
                logged = isLogged(host.state, spec);
                if (logged) {
                    host.writer.bound(spec);
                }
                host.state.bound(spec);
                logged |= host.publishing.giveRecent(spec);
            }
            done(lane, logged, reply);
        });
    }

    void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        decide(lane, reply, () -> {
            boolean logged = false;
            boolean removes = Declarations.unbinds(topology, spec);
            requireAccess(lane, spec);
            if (removes) {
                logged = isLogged(host.state, spec);
                List<String> orphaned = topology.orphanedByUnbind(spec);
                if (logged) {
                    host.writer.unbound(spec);
                }
                host.state.unbound(spec);
                logged |= removeExchanges(orphaned);
            }
            done(lane, logged, reply);
        });
    }

    /** The queue of that name if this lane may use it; otherwise refuses and returns null. */
    @Nullable
    Queue usable(Lane lane, String name, Reply<?> reply) {
        Queue queue = host.state.queues().named(name);
        if (queue == null) {
            host.refuse(lane, reply, Refusals.noQueue(host.name(), name));
            return null;
        }
        try {
            requireAccess(lane, queue);
            return queue;
        } catch (BrokerException why) {
            host.refuse(lane, reply, why);
            return null;
        }
    }

    /** Deletes a queue: its consumers are told, its messages and bindings go. */
    void delete(Queue queue) {
        if (queue.isDeleted()) {
            return;
        }
        List<String> orphaned = topology.orphanedByQueue(queue.name());
        if (queue.state().spec().logged()) {
            host.writer.queueDeleted(queue.id());
        }
        host.reads.drop(queue);
        host.state.queueDeleted(queue);
        host.gone(queue);
        removeExchanges(orphaned);
        Client owner = queue.owner();
        if (owner != null) {
            owner.owned().remove(queue);
        }
        for (Consumer consumer : queue.dispatch().consumers().copy()) {
            Lane lane = consumer.lane();
            queue.dispatch().remove(consumer);
            consumer.cancel();
            consumer.gaveBack(consumer.inFlight());
            lane.remove(consumer);
            if (lane.isOpen()) {
                host.outlet(lane).consumerCancelled(consumer.number());
            }
        }
        for (Dispatch.Get get : queue.dispatch().gets()) {
            if (get.lane().isOpen()) {
                host.outlet(get.lane()).gotNothing();
            }
        }
        queue.dispatch().gets().clear();
    }

    /** Deletes the exclusive queues of a client that is gone. */
    void deleteOwned(Client client) {
        for (Queue queue : List.copyOf(client.owned())) {
            host.endings.add(() -> delete(queue));
        }
    }

    private Queue create(Lane lane, QueueSpec wanted) {
        QueueSpec spec = wanted;
        if (wanted.name().isEmpty()) {
            Declarations.requireNameless(wanted);
            spec = new QueueSpec(
                    GENERATED + host.setup.names().get(),
                    wanted.durable(),
                    wanted.exclusive(),
                    wanted.autoDelete(),
                    wanted.arguments());
        } else {
            Declarations.requireUnreserved(wanted.name());
        }
        long queuesMax = host.rules.queuesMax();
        if (queuesMax >= 0 && host.state.queues().visible().size() >= queuesMax) {
            throw Refusals.queueLimit(host.name(), spec.name(), queuesMax);
        }
        Declarations.requireDeclarable(host.name(), spec);
        QueueFeatures features = host.state.features(spec);
        Client owner = features.ownerOnly() ? lane.client() : null;
        int id = host.state.queues().nextId();
        if (spec.logged()) {
            host.writer.queueDeclared(id, spec);
        }
        Queue queue = host.state.queueDeclared(id, spec, owner);
        if (owner != null) {
            owner.owned().add(queue);
        }
        host.changed(queue);
        List<String> legacy = QueueArguments.legacy(spec);
        if (!legacy.isEmpty()) {
            host.setup.listener().withoutEffect(queue.name(), legacy);
        }
        return queue;
    }

    private void requireAccess(Lane lane, Queue queue) {
        if (queue.features().ownerOnly() && queue.owner() != lane.client()) {
            throw Refusals.queueLocked(host.name(), queue.name());
        }
    }

    private void requireAccess(Lane lane, BindingSpec binding) {
        Queue queue = binding.toExchange() ? null : host.state.queues().named(binding.destination());
        if (queue != null) {
            requireAccess(lane, queue);
        }
    }

    /** Removes exchanges, and those that go because they were bound to nothing else. */
    private boolean removeExchanges(List<String> names) {
        boolean logged = false;
        Deque<String> open = new ArrayDeque<>(names);
        while (!open.isEmpty()) {
            String name = open.remove();
            ExchangeSpec spec = topology.exchange(name);
            if (spec == null) {
                continue;
            }
            open.addAll(topology.orphanedByExchange(name));
            if (spec.durable()) {
                host.writer.exchangeDeleted(name);
                logged = true;
            }
            host.state.exchangeDeleted(name);
            Queue keeper = host.state.queues().keeper(name);
            if (keeper != null) {
                delete(keeper);
            }
        }
        return logged;
    }

    private void answerStatus(Lane lane, Queue queue, boolean logged, Reply<QueueStatus> reply) {
        host.reply(lane, logged, () -> reply.done(status(queue)));
    }

    private void done(Lane lane, boolean logged, Reply<Void> reply) {
        host.reply(lane, logged, () -> reply.done(Reply.nothing()));
    }

    private void decide(Lane lane, Reply<?> reply, Runnable decision) {
        try {
            decision.run();
        } catch (BrokerException why) {
            host.refuse(lane, reply, why);
        }
    }
}
