package io.millrace.server.runtime;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.QueueStatus;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.Subscription;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a connection that lives on its virtual host's own loop: direct calls, one turn for each read burst. What
 * comes back passes a guard, so that a defect of this connection is not taken for one of the virtual host.
 */
final class DirectCourier implements Courier, Attached {
    private final VirtualHostLoop host;
    private final Commands commands;
    private final Edge edge;
    private final OpenLanes lanes = new OpenLanes();
    private boolean answered;
    private boolean closed;
    private @Nullable Client client;

    DirectCourier(VirtualHostLoop host, Commands commands, Edge edge) {
        this.host = host;
        this.commands = commands;
        this.edge = edge;
    }

    @Override
    public void submit() {
        host.leave();
    }

    @Override
    public void abandon() {
        Client left = client;
        if (left != null && !closed) {
            disconnect(left);
        }
    }

    @Override
    public void writable() {
        // The outlets say themselves whether they have room.
    }

    @Override
    public void connect(Client connecting) {
        client = connecting;
        host.attach(this);
        run(() -> commands.connect(connecting));
    }

    @Override
    public void disconnect(Client leaving) {
        closed = true;
        for (Lane far : lanes.closeAll()) {
            run(() -> commands.closeLane(far));
        }
        host.detach(this);
        run(() -> commands.disconnect(leaving));
        host.leave();
    }

    @Override
    public void openLane(Lane lane) {
        lanes.open(lane);
        Lane far = new Lane(lane.client(), lane.number(), new GuardedOutlet(lane.outlet(), edge));
        lanes.stands(lane, far);
        run(() -> commands.openLane(far));
    }

    @Override
    public void closeLane(Lane lane) {
        Lane far = lanes.far(lane);
        lanes.close(lane);
        run(() -> commands.closeLane(far));
    }

    @Override
    public void resume(Lane lane) {
        if (lanes.isOpen(lane)) {
            Lane far = lanes.far(lane);
            run(() -> commands.resume(far));
        }
    }

    @Override
    public void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {
        ask(lane, reply, (far, guarded) -> commands.declareExchange(far, spec, guarded));
    }

    @Override
    public void checkExchange(Lane lane, String name, Reply<Void> reply) {
        ask(lane, reply, (far, guarded) -> commands.checkExchange(far, name, guarded));
    }

    @Override
    public void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {
        ask(lane, reply, (far, guarded) -> commands.deleteExchange(far, name, ifUnused, guarded));
    }

    @Override
    public void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply) {
        ask(lane, reply, (far, guarded) -> commands.declareQueue(far, spec, guarded));
    }

    @Override
    public void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {
        ask(lane, reply, (far, guarded) -> commands.checkQueue(far, name, guarded));
    }

    @Override
    public void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {
        ask(lane, reply, (far, guarded) -> commands.deleteQueue(far, name, ifUnused, ifEmpty, guarded));
    }

    @Override
    public void purge(Lane lane, String queue, Reply<Long> reply) {
        ask(lane, reply, (far, guarded) -> commands.purge(far, queue, guarded));
    }

    @Override
    public void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        ask(lane, reply, (far, guarded) -> commands.bind(far, spec, guarded));
    }

    @Override
    public void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        ask(lane, reply, (far, guarded) -> commands.unbind(far, spec, guarded));
    }

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        Lane far = lanes.far(lane);
        if (entered()) {
            try {
                commands.publish(far, number, flags, record, recordAt);
            } catch (RuntimeException | Error defect) {
                host.fail(defect);
            }
        }
    }

    @Override
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {
        ask(lane, reply, (far, guarded) -> commands.consume(far, subscription, guarded));
    }

    @Override
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {
        ask(lane, reply, (far, guarded) -> commands.cancel(far, consumer, guarded));
    }

    @Override
    public void get(Lane lane, String queue, boolean settled, Reply<Void> onRefusal) {
        ask(lane, onRefusal, (far, guarded) -> commands.get(far, queue, settled, guarded));
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        Lane far = lanes.far(lane);
        if (entered()) {
            try {
                commands.settle(far, consumer, queue, first, last, outcome);
            } catch (RuntimeException | Error defect) {
                host.fail(defect);
            }
        }
    }

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        Lane far = lanes.far(lane);
        run(() -> commands.settleAtCommit(far, consumer, queue, first, last, outcome));
    }

    @Override
    public void commit(Lane lane, Reply<Void> reply) {
        ask(lane, reply, commands::commit);
    }

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {
        ask(lane, reply, commands::rollback);
    }

    @Override
    public void window(Lane lane, int window) {
        Lane far = lanes.far(lane);
        run(() -> commands.window(far, window));
    }

    @Override
    public void endOfTurn() {
        answered = false;
        if (!closed) {
            edge.flush();
        }
    }

    @Override
    public void publishersBlocked(@Nullable String reason) {
        edge.publishersBlocked(reason);
    }

    @Override
    public void virtualHostFailed(String why) {
        edge.virtualHostFailed(why);
    }

    private boolean entered() {
        try {
            host.enter();
        } catch (RuntimeException | Error defect) {
            host.fail(defect);
        }
        return !host.failed();
    }

    private void run(Runnable command) {
        if (entered()) {
            try {
                command.run();
            } catch (RuntimeException | Error defect) {
                host.fail(defect);
            }
        }
    }

    /** A command that is answered by a reply. */
    @FunctionalInterface
    private interface Question<T> {
        void ask(Lane far, Reply<T> reply);
    }

    private <T> void ask(Lane lane, Reply<T> reply, Question<T> question) {
        Lane far = lanes.far(lane);
        run(() -> question.ask(far, new Guarded<>(lane, reply)));
    }

    /** Passes an answer on while its lane is open, and sees to it that it leaves. */
    private final class Guarded<T> implements Reply<T> {
        private final Lane lane;
        private final Reply<T> reply;

        Guarded(Lane lane, Reply<T> reply) {
            this.lane = lane;
            this.reply = reply;
        }

        @Override
        public void done(T result) {
            if (answering()) {
                try {
                    reply.done(result);
                } catch (RuntimeException | Error defect) {
                    edge.broken(defect);
                }
            }
        }

        @Override
        public void refused(BrokerException why) {
            if (answering()) {
                try {
                    reply.refused(why);
                } catch (RuntimeException | Error defect) {
                    edge.broken(defect);
                }
            }
        }

        private boolean answering() {
            if (!lanes.isOpen(lane)) {
                return false;
            }
            if (!answered) {
                answered = true;
                host.hasAnswers(DirectCourier.this);
            }
            return true;
        }
    }
}
