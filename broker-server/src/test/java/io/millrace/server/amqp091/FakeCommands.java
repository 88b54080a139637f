package io.millrace.server.amqp091;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.QueueStatus;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.Subscription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records commands as lines of text. Answers at once, or when told to; refuses whatever names the queue or exchange
 * {@code nope}.
 */
final class FakeCommands implements Commands {
    final List<String> calls = new ArrayList<>();
    final Map<Integer, Lane> lanes = new HashMap<>();
    final ArrayDeque<Runnable> answers = new ArrayDeque<>();
    byte[] lastRecord = new byte[0];
    boolean hold;
    boolean connected;
    /** Whether a published message goes to every consumer of its lane at once. */
    boolean loop;

    private final Map<Lane, List<Integer>> consumers = new HashMap<>();
    private long sequence;
    private int generated;

    Lane lane(int number) {
        Lane lane = lanes.get(number);
        if (lane == null) {
            throw new AssertionError("no lane " + number + " in " + lanes.keySet());
        }
        return lane;
    }

    /** The calls since the last time. */
    List<String> taken() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    /** Gives the answers that were held back. */
    void answer() {
        while (!answers.isEmpty()) {
            answers.remove().run();
        }
    }

    private void check(Lane lane) {
        if (lanes.get(lane.number()) != lane) {
            throw new AssertionError("lane " + lane.number() + " is not open");
        }
    }

    private void say(Runnable answer) {
        if (hold) {
            answers.add(answer);
        } else {
            answer.run();
        }
    }

    private <T> void reply(String name, Reply<T> reply, T result) {
        if (name.equals("nope")) {
            say(() -> reply.refused(new BrokerException(ErrorCode.NOT_FOUND, "no queue 'nope' in vhost '/'")));
        } else {
            say(() -> reply.done(result));
        }
    }

    @SuppressWarnings("NullAway") // there is no Void to give
    private void reply(String name, Reply<Void> reply) {
        reply(name, reply, null);
    }

    @Override
    public void connect(Client client) {
        calls.add("connect");
        if (connected) {
            throw new AssertionError("connected twice");
        }
        connected = true;
    }

    @Override
    public void disconnect(Client client) {
        calls.add("disconnect");
        if (!connected) {
            throw new AssertionError("disconnected twice");
        }
        connected = false;
        lanes.clear();
    }

    @Override
    public void openLane(Lane lane) {
        calls.add("openLane " + lane.number());
        if (lanes.put(lane.number(), lane) != null) {
            throw new AssertionError("lane " + lane.number() + " is open");
        }
    }

    @Override
    public void closeLane(Lane lane) {
        calls.add("closeLane " + lane.number());
        if (!lanes.remove(lane.number(), lane)) {
            throw new AssertionError("lane " + lane.number() + " is not open");
        }
    }

    @Override
    public void resume(Lane lane) {
        check(lane);
        calls.add("resume " + lane.number());
    }

    @Override
    public void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {
        check(lane);
        calls.add("declareExchange " + spec);
        reply(spec.name(), reply);
    }

    @Override
    public void checkExchange(Lane lane, String name, Reply<Void> reply) {
        check(lane);
        calls.add("checkExchange " + name);
        reply(name, reply);
    }

    @Override
    public void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {
        check(lane);
        calls.add("deleteExchange " + name + " ifUnused=" + ifUnused);
        reply(name, reply);
    }

    @Override
    public void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply) {
        check(lane);
        calls.add("declareQueue " + spec);
        String name = spec.name().isEmpty() ? "amq.gen-" + ++generated : spec.name();
        reply(spec.name(), reply, new QueueStatus(name, 7, 2));
    }

    @Override
    public void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {
        check(lane);
        calls.add("checkQueue " + name);
        reply(name, reply, new QueueStatus(name, 7, 2));
    }

    @Override
    public void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {
        check(lane);
        calls.add("deleteQueue " + name + " ifUnused=" + ifUnused + " ifEmpty=" + ifEmpty);
        reply(name, reply, 3L);
    }

    @Override
    public void purge(Lane lane, String queue, Reply<Long> reply) {
        check(lane);
        calls.add("purge " + queue);
        reply(queue, reply, 5L);
    }

    @Override
    public void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        check(lane);
        calls.add("bind " + spec);
        reply(spec.destination(), reply);
    }

    @Override
    public void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        check(lane);
        calls.add("unbind " + spec);
        reply(spec.destination(), reply);
    }

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int at) {
        check(lane);
        byte[] body = new byte[MessageRecord.bodyLength(record, at)];
        record.get(MessageRecord.bodyAt(record, at), body);
        String text = body.length > 40 ? body.length + " bytes" : new String(body, StandardCharsets.UTF_8);
        calls.add("publish " + number + " flags=" + flags + " " + MessageRecord.exchange(record, at) + "/"
                + MessageRecord.routingKey(record, at) + " durable=" + MessageRecord.durable(record, at)
                + " priority=" + MessageRecord.priority(record, at) + " " + text);
        lastRecord = new byte[MessageRecord.length(record, at)];
        record.get(at, lastRecord);
        if (loop) {
            for (int consumer : consumers.getOrDefault(lane, List.of())) {
                if (lane.outlet().hasRoom()) {
                    lane.outlet().deliver(consumer, 1, ++sequence, false, (int) sequence % 3, record, at);
                }
            }
            if ((flags & MANDATORY) != 0) {
                lane.outlet().returned(number, record, at);
            }
            if (number > 0) {
                lane.outlet().confirmed(number);
            }
        }
        String exchange = MessageRecord.exchange(record, at);
        if (exchange.equals("nope")) {
            say(() ->
                    lane.outlet().failed(new BrokerException(ErrorCode.NOT_FOUND, "no exchange 'nope' in vhost '/'")));
        }
    }

    /** The last published record, as a virtual host would hand it out. */
    ByteBuffer record() {
        return ByteBuffer.wrap(lastRecord).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {
        check(lane);
        calls.add("consume " + subscription);
        consumers.computeIfAbsent(lane, any -> new ArrayList<>()).add(subscription.consumer());
        reply(subscription.queue(), reply);
    }

    @Override
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {
        check(lane);
        calls.add("cancel " + consumer);
        consumers.getOrDefault(lane, new ArrayList<>()).remove((Integer) consumer);
        reply("", reply);
    }

    @Override
    public void get(Lane lane, String queue, boolean settled, Reply<Void> onRefusal) {
        check(lane);
        calls.add("get " + queue + " settled=" + settled);
        if (queue.equals("nope")) {
            say(() -> onRefusal.refused(new BrokerException(ErrorCode.NOT_FOUND, "no queue 'nope' in vhost '/'")));
        } else if (queue.equals("empty") || lastRecord.length == 0) {
            say(() -> lane.outlet().gotNothing());
        } else {
            say(() -> lane.outlet().got(9, 100, false, 0, 41, record(), 0));
        }
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        check(lane);
        calls.add("settle " + consumer + " " + queue + " " + first + ".." + last + " " + outcome);
    }

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        check(lane);
        calls.add("settleAtCommit " + consumer + " " + queue + " " + first + ".." + last + " " + outcome);
    }

    @Override
    public void commit(Lane lane, Reply<Void> reply) {
        check(lane);
        calls.add("commit " + lane.number());
        reply("", reply);
    }

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {
        check(lane);
        calls.add("rollback " + lane.number());
        reply("", reply);
    }

    @Override
    public void window(Lane lane, int window) {
        check(lane);
        calls.add("window " + lane.number() + " " + window);
    }
}
