package io.millrace.server.amqp091;

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

/** The cheapest virtual host: every message goes to consumer 1 of its lane at once and is confirmed. Allocates nothing. */
final class LoopCommands implements Commands {
    long published;
    long settled;

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        published++;
        lane.outlet().deliver(1, 1, published, false, 0, record, recordAt);
        if ((published & 63) == 0) {
            lane.outlet().confirmed(number);
        }
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        settled += last - first + 1;
    }

    @Override
    @SuppressWarnings("NullAway") // there is no Void to give
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {
        reply.done(null);
    }

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
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {}

    @Override
    public void get(Lane lane, String queue, boolean settled, Reply<Void> onRefusal) {}

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {}

    @Override
    public void commit(Lane lane, Reply<Void> reply) {}

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {}

    @Override
    public void window(Lane lane, int window) {}
}
