package io.millrace.server.runtime;

import io.millrace.core.model.BindingSpec;
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

/** Gives every message back at once, and allocates nothing. */
final class MirrorHost implements Commands, Turns {
    private long sequence;
    long settled;

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        lane.outlet().deliver(1, 7, ++sequence, false, 0, record, recordAt);
        lane.outlet().confirmed(number);
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        settled++;
    }

    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public void connect(Client client) {}

    @Override
    public void disconnect(Client client) {}

    @Override
    public void openLane(Lane lane) {}

    @Override
    public void closeLane(Lane lane) {}

    @Override
    public void resume(Lane lane) {}

    @Override
    public void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {}

    @Override
    public void checkExchange(Lane lane, String name, Reply<Void> reply) {}

    @Override
    public void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {}

    @Override
    public void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply) {}

    @Override
    public void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {}

    @Override
    public void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {}

    @Override
    public void purge(Lane lane, String queue, Reply<Long> reply) {}

    @Override
    public void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {}

    @Override
    public void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {}

    @Override
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {}

    @Override
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {}

    @Override
    public void get(Lane lane, String queue, boolean settledAtOnce, Reply<Void> onRefusal) {}

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {}

    @Override
    public void commit(Lane lane, Reply<Void> reply) {}

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {}

    @Override
    public void window(Lane lane, int window) {}
}
