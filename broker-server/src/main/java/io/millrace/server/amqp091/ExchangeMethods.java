package io.millrace.server.amqp091;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;

/** The methods of class exchange. */
final class ExchangeMethods {
    private final Channel091 channel;
    private final Commands commands;
    private final Lane lane;

    ExchangeMethods(Channel091 channel, Commands commands, Lane lane) {
        this.channel = channel;
        this.commands = commands;
        this.lane = lane;
    }

    void method(MethodReader reader, int method) {
        switch (method) {
            case Method.EXCHANGE_DECLARE -> declare(reader);
            case Method.EXCHANGE_DELETE -> delete(reader);
            case Method.EXCHANGE_BIND -> bind(reader);
            case Method.EXCHANGE_UNBIND -> unbind(reader);
            default -> throw Channel091.unimplemented(method);
        }
    }

    private void declare(MethodReader reader) {
        reader.shortUint();
        String name = reader.name();
        String type = reader.shortString();
        boolean passive = reader.bit();
        boolean durable = reader.bit();
        boolean autoDelete = reader.bit();
        boolean internal = reader.bit();
        boolean noWait = reader.bit();
        Arguments arguments = new Arguments(reader.table());
        reader.finish();
        Reply<Void> reply = Pending.ok(channel, Method.EXCHANGE_DECLARE, Method.EXCHANGE_DECLARE_OK, noWait);
        if (passive) {
            commands.checkExchange(lane, name, reply);
        } else {
            ExchangeSpec spec = new ExchangeSpec(name, type, durable, autoDelete, internal, arguments);
            commands.declareExchange(lane, spec, reply);
        }
    }

    private void bind(MethodReader reader) {
        reader.shortUint();
        String destination = reader.name();
        String source = reader.name();
        String routingKey = reader.shortString();
        boolean noWait = reader.bit();
        Arguments arguments = new Arguments(reader.table());
        reader.finish();
        commands.bind(
                lane,
                BindingSpec.between(source, destination, routingKey, arguments),
                Pending.ok(channel, Method.EXCHANGE_BIND, Method.EXCHANGE_BIND_OK, noWait));
    }

    private void unbind(MethodReader reader) {
        reader.shortUint();
        String destination = reader.name();
        String source = reader.name();
        String routingKey = reader.shortString();
        boolean noWait = reader.bit();
        Arguments arguments = new Arguments(reader.table());
        reader.finish();
        commands.unbind(
                lane,
                BindingSpec.between(source, destination, routingKey, arguments),
                Pending.ok(channel, Method.EXCHANGE_UNBIND, Method.EXCHANGE_UNBIND_OK, noWait));
    }

    private void delete(MethodReader reader) {
        reader.shortUint();
        String name = reader.name();
        boolean ifUnused = reader.bit();
        boolean noWait = reader.bit();
        reader.finish();
        commands.deleteExchange(
                lane, name, ifUnused, Pending.ok(channel, Method.EXCHANGE_DELETE, Method.EXCHANGE_DELETE_OK, noWait));
    }
}
