package io.millrace.server.amqp091;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.QueueStatus;
import io.millrace.core.vhost.Reply;
import io.netty.buffer.ByteBuf;

/** The methods of class queue, and the queue that an empty name means. */
final class QueueMethods {
    private final Channel091 channel;
    private final Connection091 connection;
    private final Commands commands;
    private final Lane lane;
    /** The queue that was declared last in this channel; empty if none was. */
    private String lastDeclared = "";

    QueueMethods(Channel091 channel, Connection091 connection, Commands commands, Lane lane) {
        this.channel = channel;
        this.connection = connection;
        this.commands = commands;
        this.lane = lane;
    }

    void method(MethodReader reader, int method) {
        switch (method) {
            case Method.QUEUE_DECLARE -> declare(reader);
            case Method.QUEUE_BIND -> bind(reader);
            case Method.QUEUE_UNBIND -> unbind(reader);
            case Method.QUEUE_PURGE -> purge(reader);
            case Method.QUEUE_DELETE -> delete(reader);
            default -> throw Channel091.unimplemented(method);
        }
    }

    /** The name of a queue as a method gave it: an empty one means the queue that was declared last. */
    String orLastDeclared(String name, int method) {
        if (!name.isEmpty()) {
            return name;
        }
        if (lastDeclared.isEmpty()) {
            throw WireException.of(ReplyCode.NOT_FOUND, "no previously declared queue", method);
        }
        return lastDeclared;
    }

    private void declare(MethodReader reader) {
        reader.shortUint();
        String name = reader.name();
        boolean passive = reader.bit();
        boolean durable = reader.bit();
        boolean exclusive = reader.bit();
        boolean autoDelete = reader.bit();
        boolean noWait = reader.bit();
        Arguments arguments = new Arguments(reader.table());
        reader.finish();
        boolean generated = !passive && name.isEmpty();
        if (generated) {
            // Methods that follow may mean this queue by an empty name, so none is read before the name is known.
            connection.stall(lane);
        } else {
            lastDeclared = name;
        }
        Reply<QueueStatus> reply = new Declared(noWait, generated);
        if (passive) {
            commands.checkQueue(lane, name, reply);
        } else {
            commands.declareQueue(lane, new QueueSpec(name, durable, exclusive, autoDelete, arguments), reply);
        }
    }

    private final class Declared extends Pending<QueueStatus> {
        private final boolean generated;

        Declared(boolean noWait, boolean generated) {
            super(channel, Method.QUEUE_DECLARE, noWait);
            this.generated = generated;
        }

        @Override
        void took(QueueStatus status) {
            lastDeclared = status.name();
            if (generated) {
                connection.unstall(lane);
            }
        }

        @Override
        void tookRefusal() {
            if (generated) {
                connection.unstall(lane);
            }
        }

        @Override
        void answer(Output output, int channelNumber, QueueStatus status) {
            ByteBuf out = output.begin(channelNumber, Method.QUEUE_DECLARE_OK, 264);
            FieldTableWriter.shortString(out, status.name());
            output.end(out.writeInt(clamp(status.ready())).writeInt(status.consumers()));
        }
    }

    private void bind(MethodReader reader) {
        reader.shortUint();
        String queue = reader.name();
        String exchange = reader.name();
        String routingKey = reader.shortString();
        boolean noWait = reader.bit();
        Arguments arguments = new Arguments(reader.table());
        reader.finish();
        commands.bind(
                lane,
                binding(queue, exchange, routingKey, arguments, Method.QUEUE_BIND),
                Pending.ok(channel, Method.QUEUE_BIND, Method.QUEUE_BIND_OK, noWait));
    }

    private void unbind(MethodReader reader) {
        reader.shortUint();
        String queue = reader.name();
        String exchange = reader.name();
        String routingKey = reader.shortString();
        Arguments arguments = new Arguments(reader.table());
        reader.finish();
        commands.unbind(
                lane,
                binding(queue, exchange, routingKey, arguments, Method.QUEUE_UNBIND),
                Pending.ok(channel, Method.QUEUE_UNBIND, Method.QUEUE_UNBIND_OK, false));
    }

    private BindingSpec binding(String queue, String exchange, String routingKey, Arguments arguments, int method) {
        String to = orLastDeclared(queue, method);
        String key = queue.isEmpty() && routingKey.isEmpty() ? to : routingKey;
        return new BindingSpec(exchange, to, key, arguments);
    }

    private void purge(MethodReader reader) {
        reader.shortUint();
        String queue = orLastDeclared(reader.name(), Method.QUEUE_PURGE);
        boolean noWait = reader.bit();
        reader.finish();
        commands.purge(lane, queue, Pending.count(channel, Method.QUEUE_PURGE, Method.QUEUE_PURGE_OK, noWait));
    }

    private void delete(MethodReader reader) {
        reader.shortUint();
        String queue = orLastDeclared(reader.name(), Method.QUEUE_DELETE);
        boolean ifUnused = reader.bit();
        boolean ifEmpty = reader.bit();
        boolean noWait = reader.bit();
        reader.finish();
        commands.deleteQueue(
                lane,
                queue,
                ifUnused,
                ifEmpty,
                noWait ? Pending.count(channel, Method.QUEUE_DELETE, Method.QUEUE_DELETE_OK, true) : new Deleted());
    }

    /** An awaited deletion: the consumers of this channel that went with the queue are told of after its answer. */
    private final class Deleted extends Pending<Long> {
        Deleted() {
            super(channel, Method.QUEUE_DELETE, false);
            channel.cancelNotices().deleteAwaited();
        }

        @Override
        void answer(Output output, int channelNumber, Long messages) {
            output.end(output.begin(channelNumber, Method.QUEUE_DELETE_OK, 4).writeInt(clamp(messages)));
            channel.cancelNotices().deleteAnswered();
        }

        @Override
        void tookRefusal() {
            channel.cancelNotices().deleteAnswered();
        }
    }
}
