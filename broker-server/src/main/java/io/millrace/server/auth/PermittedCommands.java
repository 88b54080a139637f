package io.millrace.server.auth;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.User;
import io.millrace.core.system.UserLimits;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.QueueStatus;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.ReplyAddress;
import io.millrace.core.vhost.Subscription;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets only those commands pass that a user has permission for. What each command needs is what users of this protocol
 * family know: configure to declare and delete, write to publish, read to consume; a binding needs write on the
 * destination and read on the source. Permissions that change act at once. On the connection's event loop.
 */
public final class PermittedCommands implements Commands {
    private final Commands commands;
    private final AccessCheck access;

    private final Supplier<SystemState> definitions;
    private final Visits.Visit visit;

    private PermittedCommands(
            Commands commands, AccessCheck access, Supplier<SystemState> definitions, Visits.Visit visit) {
        this.commands = commands;
        this.access = access;
        this.definitions = definitions;
        this.visit = visit;
    }

    /**
     * The commands behind a user's permissions as they are at each command.
     *
     * @param definitions the permissions and limits as they are now
     * @param visit whose channels are counted
     */
    public static PermittedCommands of(
            Commands commands,
            Supplier<SystemState> definitions,
            VirtualHostDefinition virtualHost,
            Visits.Visit visit) {
        AccessCheck access = new AccessCheck(definitions, visit.user(), virtualHost.id(), virtualHost.name());
        return new PermittedCommands(commands, access, definitions, visit);
    }

    /** The commands behind the permissions of a user who has no connection of his own, and opens no lane. */
    public static PermittedCommands withoutConnection(
            Commands commands, Supplier<SystemState> definitions, VirtualHostDefinition virtualHost, String user) {
        return of(commands, definitions, virtualHost, new Visits().begin(user, virtualHost.id(), reason -> {}));
    }

    @Override
    public void connect(Client client) {
        commands.connect(client);
    }

    @Override
    public void disconnect(Client client) {
        visit.end();
        commands.disconnect(client);
    }

    /**
     * Opens a lane.
     *
     * @throws BrokerException {@link ErrorCode#NOT_ALLOWED} if the user has as many as it may have
     */
    @Override
    public void openLane(Lane lane) {
        User user = definitions.get().user(visit.user());
        long max = user == null ? UserLimits.NONE.channelsMax() : user.limits().channelsMax();
        if (!visit.openChannel(max)) {
            throw new BrokerException(
                    ErrorCode.NOT_ALLOWED,
                    "number of channels opened for user '" + visit.user()
                            + "' has reached the maximum allowed user limit of (" + max + ")");
        }
        commands.openLane(lane);
    }

    @Override
    public void closeLane(Lane lane) {
        visit.closeChannel();
        commands.closeLane(lane);
    }

    @Override
    public void resume(Lane lane) {
        commands.resume(lane);
    }

    @Override
    public void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {
        try {
            access.configureExchange(spec.name());
            String alternate = text(spec.arguments(), "alternate-exchange");
            if (alternate != null) {
                access.readExchange(spec.name());
                access.writeExchange(alternate);
            }
        } catch (BrokerException refusal) {
            reply.refused(refusal);
            return;
        }
        commands.declareExchange(lane, spec, reply);
    }

    @Override
    public void checkExchange(Lane lane, String name, Reply<Void> reply) {
        commands.checkExchange(lane, name, reply);
    }

    @Override
    public void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {
        try {
            access.configureExchange(name);
        } catch (BrokerException refusal) {
            reply.refused(refusal);
            return;
        }
        commands.deleteExchange(lane, name, ifUnused, reply);
    }

    @Override
    public void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply) {
        try {
            if (!ReplyAddress.covers(spec.name())) {
                access.configureQueue(spec.name());
            }
            String deadLetters = text(spec.arguments(), "x-dead-letter-exchange");
            if (deadLetters != null) {
                access.readQueue(spec.name());
                access.writeExchange(deadLetters);
            }
        } catch (BrokerException refusal) {
            reply.refused(refusal);
            return;
        }
        commands.declareQueue(lane, spec, reply);
    }

    @Override
    public void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {
        commands.checkQueue(lane, name, reply);
    }

    @Override
    public void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {
        try {
            access.configureQueue(name);
        } catch (BrokerException refusal) {
            reply.refused(refusal);
            return;
        }
        commands.deleteQueue(lane, name, ifUnused, ifEmpty, reply);
    }

    @Override
    public void purge(Lane lane, String queue, Reply<Long> reply) {
        if (mayRead(queue, reply)) {
            commands.purge(lane, queue, reply);
        }
    }

    @Override
    public void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        if (mayBind(spec, reply)) {
            commands.bind(lane, spec, reply);
        }
    }

    @Override
    public void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        if (mayBind(spec, reply)) {
            commands.unbind(lane, spec, reply);
        }
    }

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        try {
            access.publish(record, recordAt);
        } catch (BrokerException refusal) {
            // The edge closes the lane for it and publishes nothing more on it.
            lane.outlet().failed(refusal);
            return;
        }
        commands.publish(lane, number, flags, record, recordAt);
    }

    @Override
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {
        // Whoever may connect may wait for replies: the address is one that the edge has made.
        if (ReplyAddress.covers(subscription.queue()) || mayRead(subscription.queue(), reply)) {
            commands.consume(lane, subscription, reply);
        }
    }

    @Override
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {
        commands.cancel(lane, consumer, reply);
    }

    @Override
    public void get(Lane lane, String queue, boolean settled, Reply<Void> onRefusal) {
        if (mayRead(queue, onRefusal)) {
            commands.get(lane, queue, settled, onRefusal);
        }
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        commands.settle(lane, consumer, queue, first, last, outcome);
    }

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        commands.settleAtCommit(lane, consumer, queue, first, last, outcome);
    }

    @Override
    public void commit(Lane lane, Reply<Void> reply) {
        commands.commit(lane, reply);
    }

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {
        commands.rollback(lane, reply);
    }

    @Override
    public void window(Lane lane, int window) {
        commands.window(lane, window);
    }

    /** Whether the user may read from that queue; if not, the reply is refused. */
    public boolean mayRead(String queue, Reply<?> reply) {
        try {
            access.readQueue(queue);
            return true;
        } catch (BrokerException refusal) {
            reply.refused(refusal);
            return false;
        }
    }

    private boolean mayBind(BindingSpec spec, Reply<?> reply) {
        try {
            if (spec.toExchange()) {
                access.writeExchange(spec.destination());
            } else {
                access.writeQueue(spec.destination());
            }
            access.readExchange(spec.exchange());
            access.readTopic(spec.exchange(), spec.routingKey());
            return true;
        } catch (BrokerException refusal) {
            reply.refused(refusal);
            return false;
        }
    }

    private static @Nullable String text(Arguments arguments, String name) {
        return arguments.get(name) instanceof String text ? text : null;
    }
}
