package io.millrace.server.runtime;

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
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stand-in for a virtual host: gives every message back to the lane that published it, confirms it, and answers
 * commands, all in the order in which they came and at the end of the turn. Checks that it is called as promised.
 */
final class EchoHost implements Commands, Turns {
    private final Map<Lane, Waiting> lanes = new HashMap<>();
    private final Map<Client, Boolean> clients = new HashMap<>();
    private Thread owner = Thread.currentThread();
    private boolean inTurn;
    private long settledLast;
    int turns;
    int publishes;
    int resumes;
    final AtomicInteger disconnects = new AtomicInteger();
    volatile int clientsNow;
    volatile long settled;

    private static final class Waiting {
        final ArrayDeque<Object> answers = new ArrayDeque<>();
        long sequence;
        long confirmed;
    }

    private record Message(ByteBuffer record, long number) {}

    @Override
    public void begin() {
        owner = Thread.currentThread();
        check(!inTurn, "a turn in a turn");
        inTurn = true;
        turns++;
    }

    @Override
    public void end() {
        check(inTurn, "the end of no turn");
        lanes.forEach(this::answer);
        inTurn = false;
    }

    private void answer(Lane lane, Waiting waiting) {
        boolean any = false;
        long confirmed = waiting.confirmed;
        while (!waiting.answers.isEmpty()) {
            if (waiting.answers.peek() instanceof Runnable run) {
                run.run();
            } else if (waiting.answers.peek() instanceof Message message) {
                if (!lane.outlet().hasRoom()) {
                    break;
                }
                lane.outlet().deliver(1, 7, ++waiting.sequence, false, 0, message.record(), 0);
                waiting.confirmed = message.number();
            }
            waiting.answers.remove();
            any = true;
        }
        if (waiting.confirmed > confirmed) {
            lane.outlet().confirmed(waiting.confirmed);
        }
        if (any) {
            lane.outlet().flush();
        }
    }

    private Waiting in(Lane lane) {
        check(inTurn, "a command outside of a turn");
        check(Thread.currentThread() == owner, "a command on another thread");
        Waiting waiting = lanes.get(lane);
        if (waiting == null) {
            throw new IllegalStateException("a command for a lane that is not open");
        }
        return waiting;
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    @Override
    public void connect(Client client) {
        check(clients.put(client, true) == null, "connected twice");
        clientsNow = clients.size();
    }

    @Override
    public void disconnect(Client client) {
        check(clients.remove(client) != null, "disconnected and not connected");
        lanes.keySet().removeIf(lane -> lane.client() == client);
        clientsNow = clients.size();
        disconnects.incrementAndGet();
    }

    @Override
    public void openLane(Lane lane) {
        check(lanes.put(lane, new Waiting()) == null, "opened twice");
    }

    @Override
    public void closeLane(Lane lane) {
        in(lane);
        lanes.remove(lane);
    }

    @Override
    public void resume(Lane lane) {
        in(lane);
        resumes++;
    }

    @Override
    public void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply) {
        in(lane).answers.add((Runnable) () -> reply.done(new QueueStatus(spec.name(), 0, 0)));
    }

    @Override
    public void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {
        in(lane).answers.add((Runnable) () -> reply.refused(new BrokerException(ErrorCode.NOT_FOUND, name)));
    }

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        Waiting waiting = in(lane);
        int length = MessageRecord.length(record, recordAt);
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, record, recordAt, length);
        waiting.answers.add(new Message(copy, number));
        publishes++;
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        in(lane);
        check(consumer == 1 && queue == 7 && outcome == Outcome.ACCEPTED, "another settlement than was sent");
        settledLast += last - first + 1;
        settled = settledLast;
    }

    @Override
    public void purge(Lane lane, String queue, Reply<Long> reply) {
        if (queue.equals("defect")) {
            throw new IllegalStateException("the test's defect");
        }
        in(lane).answers.add((Runnable) () -> reply.done(5L));
    }

    @Override
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void get(Lane lane, String queue, boolean settledAtOnce, Reply<Void> onRefusal) {
        Waiting waiting = in(lane);
        waiting.answers.add((Runnable) () -> lane.outlet().gotNothing());
    }

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void commit(Lane lane, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void window(Lane lane, int window) {
        in(lane);
    }

    @Override
    public void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkExchange(Lane lane, String name, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        throw new UnsupportedOperationException();
    }
}
