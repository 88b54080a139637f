package io.millrace.server.amqp091;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.Outcome;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.Subscription;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The methods of class basic except publish. */
final class BasicMethods {
    private final Channel091 channel;
    private final Connection091 connection;
    private final Commands commands;
    private final Lane lane;
    private final Consumers consumers;
    private final Unsettled unsettled;
    private final Settlements settlements;
    private final QueueMethods queues;
    private final TxMethods tx;
    private final DirectReplies replies;
    /** Prefetch of the consumers that are made from now on; 0 = no limit. */
    private int window;
    /** Prefetch of all consumers together; 0 = no limit. */
    private int globalWindow;

    BasicMethods(
            Channel091 channel,
            Connection091 connection,
            Consumers consumers,
            Unsettled unsettled,
            Settlements settlements,
            QueueMethods queues,
            TxMethods tx,
            DirectReplies replies) {
        this.channel = channel;
        this.connection = connection;
        this.commands = channel.commands();
        this.lane = channel.lane();
        this.consumers = consumers;
        this.unsettled = unsettled;
        this.settlements = settlements;
        this.queues = queues;
        this.tx = tx;
        this.replies = replies;
    }

    int window() {
        return window;
    }

    int globalWindow() {
        return globalWindow;
    }

    void method(MethodReader reader, int method) {
        switch (method) {
            case Method.BASIC_QOS -> qos(reader);
            case Method.BASIC_CONSUME -> consume(reader);
            case Method.BASIC_CANCEL -> cancel(reader);
            case Method.BASIC_GET -> get(reader);
            case Method.BASIC_RECOVER -> recover(reader, true);
            case Method.BASIC_RECOVER_ASYNC -> recover(reader, false);
            case Method.BASIC_CANCEL_OK -> {}
            default -> throw Channel091.unimplemented(method);
        }
    }

    void ack(MethodReader reader) {
        long tag = reader.longLong();
        boolean multiple = reader.bit();
        reader.finish();
        settle(tag, multiple, Outcome.ACCEPTED, Method.BASIC_ACK);
    }

    void nack(MethodReader reader) {
        long tag = reader.longLong();
        boolean multiple = reader.bit();
        boolean requeue = reader.bit();
        reader.finish();
        settle(tag, multiple, requeue ? Outcome.RELEASED : Outcome.REJECTED, Method.BASIC_NACK);
    }

    void reject(MethodReader reader) {
        long tag = reader.longLong();
        boolean requeue = reader.bit();
        reader.finish();
        settle(tag, false, requeue ? Outcome.RELEASED : Outcome.REJECTED, Method.BASIC_REJECT);
    }

    private void settle(long tag, boolean multiple, Outcome outcome, int method) {
        boolean known = true;
        if (!multiple) {
            known = unsettled.settle(tag, outcome, settlements);
        } else if (tag == 0) {
            unsettled.settleAll(outcome, settlements);
        } else {
            known = unsettled.settleUpTo(tag, outcome, settlements);
        }
        if (!known) {
            throw WireException.of(
                    ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + Long.toUnsignedString(tag), method);
        }
    }

    private void recover(MethodReader reader, boolean answer) {
        boolean requeue = reader.bit();
        reader.finish();
        if (!requeue) {
            throw WireException.of(ReplyCode.NOT_IMPLEMENTED, "requeue=false", reader.method());
        }
        tx.recover();
        if (answer) {
            channel.output().method(channel.number(), Method.BASIC_RECOVER_OK);
        }
    }

    private void qos(MethodReader reader) {
        long prefetchBytes = reader.longUint();
        int prefetch = reader.shortUint();
        boolean global = reader.bit();
        reader.finish();
        if (prefetchBytes != 0) {
            throw WireException.of(
                    ReplyCode.NOT_IMPLEMENTED, "prefetch_size!=0 (" + prefetchBytes + ")", Method.BASIC_QOS);
        }
        if (global) {
            commands.window(lane, prefetch);
            globalWindow = prefetch;
        } else {
            window = prefetch;
            if (globalWindow != 0) {
                // As RabbitMQ does: a prefetch of consumers takes the place of the one that they share.
                globalWindow = 0;
                commands.window(lane, 0);
            }
        }
        channel.output().method(channel.number(), Method.BASIC_QOS_OK);
    }

    private void consume(MethodReader reader) {
        reader.shortUint();
        String queue = queues.orLastDeclared(reader.name(), Method.BASIC_CONSUME);
        String givenTag = reader.name();
        reader.bit();
        boolean settled = reader.bit();
        boolean exclusive = reader.bit();
        boolean noWait = reader.bit();
        Arguments arguments = new Arguments(reader.table());
        reader.finish();
        String tag = givenTag.isEmpty() ? connection.newConsumerTag() : givenTag;
        if (consumers.hasTag(tag)) {
            throw WireException.of(
                    ReplyCode.NOT_ALLOWED, "attempt to reuse consumer tag '" + tag + "'", Method.BASIC_CONSUME);
        }
        int consumersMax = connection.settings().consumersMax();
        if (consumers.size() >= consumersMax) {
            throw WireException.ofChannel(
                    ReplyCode.RESOURCE_ERROR,
                    "the channel has " + consumersMax + " consumers, the most allowed; cancel one first",
                    Method.BASIC_CONSUME);
        }
        Consumer091 consumer = consumers.add(tag, settled);
        String from = replies.begin(queue, consumer);
        Subscription subscription =
                new Subscription(consumer.number(), tag, from, settled, exclusive, window, arguments);
        commands.consume(lane, subscription, new Subscribed(consumer, noWait));
    }

    private final class Subscribed extends Pending<Void> {
        private final Consumer091 consumer;

        Subscribed(Consumer091 consumer, boolean noWait) {
            super(channel, Method.BASIC_CONSUME, noWait);
            this.consumer = consumer;
        }

        @Override
        void answer(Output output, int channelNumber, Void result) {
            ByteBuf out = output.begin(channelNumber, Method.BASIC_CONSUME_OK, 256);
            output.end(out.writeBytes(consumer.tagField()));
        }

        @Override
        void tookRefusal() {
            replies.ended(consumer);
            consumers.remove(consumer);
        }
    }

    private void cancel(MethodReader reader) {
        String tag = reader.shortString();
        boolean noWait = reader.bit();
        reader.finish();
        Consumer091 consumer = consumers.freeTag(tag);
        if (consumer == null) {
            if (!noWait) {
                ByteBuf out = channel.output().begin(channel.number(), Method.BASIC_CANCEL_OK, 256);
                FieldTableWriter.shortString(out, tag);
                channel.output().end(out);
            }
            return;
        }
        replies.ended(consumer);
        commands.cancel(lane, consumer.number(), new Cancelled(consumer, noWait));
    }

    private final class Cancelled extends Pending<Void> {
        private final Consumer091 consumer;

        Cancelled(Consumer091 consumer, boolean noWait) {
            super(channel, Method.BASIC_CANCEL, noWait);
            this.consumer = consumer;
        }

        @Override
        void took(Void result) {
            consumers.remove(consumer);
        }

        @Override
        void answer(Output output, int channelNumber, Void result) {
            ByteBuf out = output.begin(channelNumber, Method.BASIC_CANCEL_OK, 256);
            output.end(out.writeBytes(consumer.tagField()));
        }
    }

    private void get(MethodReader reader) {
        reader.shortUint();
        String queue = queues.orLastDeclared(reader.name(), Method.BASIC_GET);
        boolean settled = reader.bit();
        reader.finish();
        channel.outlet().beginGet(settled);
        commands.get(lane, queue, settled, new GetRefused());
    }

    /** A get is answered by the outlet; only its refusal comes here. */
    private final class GetRefused implements Reply<Void> {
        @Override
        public void done(@Nullable Void result) {
            // Not called: the outlet has answered.
        }

        @Override
        public void refused(BrokerException why) {
            channel.outlet().endGet();
            channel.fail(ReplyCode.of(why, Method.BASIC_GET));
        }
    }
}
