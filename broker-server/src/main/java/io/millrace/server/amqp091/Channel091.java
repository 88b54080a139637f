package io.millrace.server.amqp091;

import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.server.report.ChannelReport;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One channel, AMQP 0-9-1 §1.5 and §4.2: takes its frames apart into commands of its lane, and closes. What comes back is
 * in {@link ChannelOutlet}, the methods are in {@link BasicMethods}, {@link QueueMethods} and {@link ExchangeMethods}.
 */
final class Channel091 {
    private enum State {
        OPEN,
        /** The client asked to close; answers that were asked for before are still sent. */
        DRAINING,
        /** The client made an error; answers that were asked for before are still sent, then comes channel.close. */
        FAILING,
        /** We have sent channel.close and pass over everything but its answer. */
        CLOSING,
        CLOSED
    }

    private final Connection091 connection;
    private final int number;
    private final Commands commands;
    private final Lane lane;
    private final ChannelOutlet outlet;
    private final Consumers consumers = new Consumers();
    private final Unsettled unsettled = new Unsettled();
    private final Settlements settlements;
    private final PublishAssembly assembly;
    private final CancelNotices cancelNotices;
    private final BasicMethods basic;
    private final TxMethods tx;
    private final QueueMethods queues;
    private final ExchangeMethods exchanges;

    private State state = State.OPEN;
    private boolean laneOpen = true;
    private boolean confirming;
    private long lastPublish;
    private int repliesAwaited;
    private boolean settling;
    private @Nullable WireException failure;
    private boolean closeAsked;

    Channel091(Connection091 connection, int number) {
        this.connection = connection;
        this.number = number;
        this.commands = connection.commands();
        this.outlet = new ChannelOutlet(this, connection, consumers, unsettled);
        this.lane = new Lane(connection.client(), number, outlet);
        this.settlements = new Settlements(commands, lane);
        DirectReplies replies = new DirectReplies(connection);
        this.assembly = connection.newAssembly(replies);
        this.cancelNotices = new CancelNotices(this, connection.capabilities().consumerCancelNotify());
        this.queues = new QueueMethods(this, connection, commands, lane);
        this.exchanges = new ExchangeMethods(this, commands, lane);
        this.tx = new TxMethods(this, unsettled, settlements);
        this.basic = new BasicMethods(this, connection, consumers, unsettled, settlements, queues, tx, replies);
        commands.openLane(lane);
    }

    int number() {
        return number;
    }

    Lane lane() {
        return lane;
    }

    ChannelOutlet outlet() {
        return outlet;
    }

    Output output() {
        return connection.output();
    }

    Commands commands() {
        return commands;
    }

    /** Whether it works: neither side has closed it. */
    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether its publishes are confirmed. */
    boolean isConfirming() {
        return confirming;
    }

    /** Whether answers may still be sent. */
    boolean isAnswering() {
        return state == State.OPEN || state == State.DRAINING || state == State.FAILING;
    }

    /** How it stands. */
    ChannelReport report(Session091 session) {
        return new ChannelReport(
                session.description(),
                number,
                session.user(),
                session.virtualHost(),
                consumers.size(),
                unsettled.held(),
                confirming ? lastPublish - outlet.lastConfirmed() : 0,
                basic.window(),
                basic.globalWindow(),
                confirming,
                tx.selected());
    }

    /** Whether a get waits for its answer. */
    boolean awaitsGet() {
        return outlet.awaitsGet();
    }

    /** Whether that method may not be carried out before the get is answered: all but the unanswered ones. */
    boolean mustFollowGet(ByteBuf in, int at, int end) {
        if (state != State.OPEN || assembly.begun() || end - at < 4) {
            return false;
        }
        return switch (in.getInt(at)) {
            case Method.BASIC_PUBLISH, Method.BASIC_ACK, Method.BASIC_NACK, Method.BASIC_REJECT -> false;
            default -> true;
        };
    }

    /** Takes a frame of this channel. */
    void frame(int type, ByteBuf in, int at, int end, MethodReader reader) {
        if (state != State.OPEN) {
            if (type == Frame.METHOD && end - at >= 4) {
                whileClosing(in.getInt(at));
            }
        } else if (type == Frame.METHOD) {
            method(reader, reader.begin(in, at, end));
        } else if (type == Frame.HEADER ? assembly.header(in, at, end) : assembly.body(in, at, end)) {
            publish();
        }
    }

    /** Sends the settlements of the read burst that ends. */
    void endBurst() {
        settling = false;
        if (laneOpen) {
            settlements.send();
            if (outlet.isStarved()) {
                connection.starved();
            }
        }
    }

    /** Ends the channel with an error that does not overtake the answers to earlier methods. */
    void failInTurn(WireException error) {
        if (error.connectionLevel() || repliesAwaited == 0) {
            fail(error);
        } else if (state == State.OPEN) {
            state = State.FAILING;
            failure = error;
            assembly.clear();
        }
    }

    /** Ends the channel with an error, or the connection if the error demands it. */
    void fail(WireException error) {
        if (!isAnswering()) {
            return;
        }
        if (error.connectionLevel()) {
            connection.fail(error);
            return;
        }
        state = State.CLOSING;
        CloseMethod.write(output(), number, Method.CHANNEL_CLOSE, error);
        if (closeAsked) {
            output().method(number, Method.CHANNEL_CLOSE_OK);
        }
        connection.channelFailed(number, error);
        connection.endLaneSoon(this);
    }

    /** Ends the lane; not to be called from within a call of the virtual host. */
    void endLane() {
        if (laneOpen) {
            settlements.send();
            laneOpen = false;
            assembly.clear();
            outlet.endGet();
            connection.unstall(lane);
            connection.repliesDropped(repliesAwaited);
            repliesAwaited = 0;
            commands.closeLane(lane);
        }
        if (state == State.DRAINING) {
            state = State.CLOSED;
            output().method(number, Method.CHANNEL_CLOSE_OK);
            connection.remove(this);
        }
    }

    /** The connection is gone and the virtual host closes the lane by itself. */
    void abandon() {
        if (laneOpen) {
            settlements.send();
        }
        laneOpen = false;
        state = State.CLOSED;
        assembly.clear();
    }

    /** Notes a method that waits for its answer. */
    void replyAwaited() {
        repliesAwaited++;
        connection.replyAwaited();
    }

    /** Notes an answer. */
    void replied() {
        repliesAwaited--;
        connection.replied();
        if (repliesAwaited > 0) {
            return;
        }
        WireException error = failure;
        if (state == State.DRAINING) {
            connection.endLaneSoon(this);
        } else if (state == State.FAILING && error != null) {
            fail(error);
        }
    }

    /** What tells the client of consumers that are gone. */
    CancelNotices cancelNotices() {
        return cancelNotices;
    }

    private void method(MethodReader reader, int method) {
        if (assembly.begun()) {
            throw assembly.unexpectedMethod();
        }
        switch (method) {
            case Method.BASIC_PUBLISH -> assembly.method(reader);
            case Method.BASIC_ACK -> {
                settling();
                basic.ack(reader);
            }
            case Method.BASIC_NACK -> {
                settling();
                basic.nack(reader);
            }
            case Method.BASIC_REJECT -> {
                settling();
                basic.reject(reader);
            }
            default -> {
                settlements.send();
                other(reader, method);
            }
        }
    }

    /** Notes that this read burst settles something. */
    void settling() {
        if (!settling) {
            settling = true;
            connection.settling(this);
        }
    }

    private void other(MethodReader reader, int method) {
        switch (method >>> 16) {
            case 20 -> channelMethod(reader, method);
            case 30 -> accessMethod(reader, method);
            case 40 -> exchanges.method(reader, method);
            case 50 -> queues.method(reader, method);
            case Method.CLASS_BASIC -> basic.method(reader, method);
            case 85 -> confirmMethod(reader, method);
            case 90 -> tx.method(reader, method);
            default -> throw unimplemented(method);
        }
    }

    /** What a method means that a client may not send, or that does not exist. */
    static WireException unimplemented(int method) {
        return WireException.of(ReplyCode.COMMAND_INVALID, "unimplemented method", method);
    }

    private void channelMethod(MethodReader reader, int method) {
        switch (method) {
            case Method.CHANNEL_CLOSE -> close();
            case Method.CHANNEL_FLOW -> {
                boolean active = reader.bit();
                reader.finish();
                if (!active) {
                    throw WireException.of(ReplyCode.NOT_IMPLEMENTED, "active=false", method);
                }
                output().end(output().begin(number, Method.CHANNEL_FLOW_OK, 1).writeByte(1));
            }
            case Method.CHANNEL_OPEN ->
                throw WireException.of(ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen", method);
            case Method.CHANNEL_FLOW_OK, Method.CHANNEL_CLOSE_OK -> {}
            default -> throw unimplemented(method);
        }
    }

    private void accessMethod(MethodReader reader, int method) {
        if (method != Method.ACCESS_REQUEST) {
            throw unimplemented(method);
        }
        reader.skipShortString();
        reader.bit();
        reader.finish();
        output().end(output().begin(number, Method.ACCESS_REQUEST_OK, 2).writeShort(1));
    }

    private void confirmMethod(MethodReader reader, int method) {
        if (method != Method.CONFIRM_SELECT) {
            throw unimplemented(method);
        }
        boolean noWait = reader.bit();
        reader.finish();
        if (tx.selected()) {
            throw WireException.of(ReplyCode.PRECONDITION_FAILED, "cannot switch from tx to confirm mode", method);
        }
        confirming = true;
        if (!noWait) {
            output().method(number, Method.CONFIRM_SELECT_OK);
        }
    }

    private void close() {
        state = State.DRAINING;
        if (repliesAwaited == 0) {
            connection.endLaneSoon(this);
        }
    }

    private void whileClosing(int method) {
        if (state == State.FAILING && method == Method.CHANNEL_CLOSE) {
            closeAsked = true;
        }
        if (state != State.CLOSING) {
            return;
        }
        if (method == Method.CHANNEL_CLOSE) {
            output().method(number, Method.CHANNEL_CLOSE_OK);
        } else if (method == Method.CHANNEL_CLOSE_OK) {
            state = State.CLOSED;
            connection.remove(this);
        }
    }

    private void publish() {
        ByteBuffer record = assembly.finish();
        connection.published();
        int flags = (assembly.mandatory() ? Commands.MANDATORY : 0) | (tx.selected() ? Commands.TRANSACTIONAL : 0);
        commands.publish(lane, confirming ? ++lastPublish : 0, flags, record, 0);
        assembly.clear();
    }
}
