package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.routing.DelayedExchange;
import io.millrace.core.routing.RecordMessage;
import io.millrace.core.routing.Targets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets messages of {@link DelayedExchange delayed exchanges} go when their time has come: they move, as one event, from the
 * hidden queue of their exchange to where its bindings lead then. {@link Expiry} finds them; what waits costs what a message
 * with a time in any other queue costs.
 */
final class Delays {
    private final Host host;
    private final RecordMessage routed;
    private final Targets targets = new Targets();

    Delays(Host host) {
        this.host = host;
        this.routed = new RecordMessage(host.setup.headers());
    }

    /** An exchange is there: one that delays gets its hidden queue. */
    void declared(ExchangeSpec exchange) {
        if (!DelayedExchange.is(exchange)) {
            return;
        }
        QueueSpec spec = new QueueSpec(
                DelayedExchange.keeper(exchange.name()), exchange.durable(), false, false, Arguments.NONE);
        int id = host.state.queues().nextId();
        if (spec.logged()) {
            host.writer.queueDeclared(id, spec);
        }
        host.changed(host.state.queueDeclared(id, spec, null));
    }

    /** The hidden queues whose exchange is gone. After making those that are missing: a crash may come between the two. */
    List<Queue> mended() {
        List<Queue> orphans = new ArrayList<>();
        for (Queue queue : host.state.queues().hidden()) {
            String exchange = DelayedExchange.exchangeOf(queue.name());
            if (!DelayedExchange.is(host.state.topology().exchange(exchange))) {
                orphans.add(queue);
            }
        }
        for (ExchangeSpec exchange : host.state.topology().exchanges()) {
            if (host.state.queues().keeper(exchange.name()) == null) {
                declared(exchange);
            }
        }
        return orphans;
    }

    /** When a message that comes to a hidden queue has to go, milliseconds since the epoch. */
    long due(ByteBuffer record, int at) {
        long due = host.now() + routed.at(record, at).delay();
        routed.release();
        return due;
    }

    /** Routes a message whose time has come and whose record is at hand; it is not ready any more. */
    void release(Queue keeper, long sequence, ByteBuffer record, int at) {
        ByteBuffer released =
                ByteBuffer.allocate(MessageRecord.length(record, at)).order(record.order());
        released.put(0, record, at, released.capacity());
        MessageRecord.delayed(released, 0, host.now());
        targets.clear();
        String exchange = DelayedExchange.exchangeOf(keeper.name());
        host.state.topology().route(exchange, routed.at(released, 0), targets);
        routed.release();
        if (targets.size() > 0 && !targets.isExhausted()) {
            host.deadLetters.write(keeper, sequence, targets.toArray(), released);
            return;
        }
        host.counters.countUnroutable();
        if (keeper.state().isLogged(sequence)) {
            host.writer.settled(keeper.id(), sequence, sequence, Cause.UNROUTED);
        }
        host.counters.countSettled(Cause.UNROUTED, host.state.removed(keeper, sequence, sequence));
    }
}
