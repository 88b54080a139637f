package io.millrace.core.vhost;

import io.millrace.core.event.Cause;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.DeathReason;
import io.millrace.core.model.Outcome;
import io.millrace.core.queue.QueueState;
import io.millrace.core.routing.ConsumeArguments;
import io.millrace.core.routing.Refusals;

/** Consumers and what they hold: consume, cancel, get, settle, and the end of a lane. */
final class Subscriptions {
    private final Host host;
    private final Declaring declaring;

    Subscriptions(Host host, Declaring declaring) {
        this.host = host;
        this.declaring = declaring;
    }

    void consume(Lane lane, Subscription wanted, Reply<Void> reply) {
        if (wanted.queue().startsWith(ReplyAddress.PREFIX)) {
            host.replies.consume(lane, wanted, reply);
            return;
        }
        Queue queue = declaring.usable(lane, wanted.queue(), reply);
        if (queue == null) {
            return;
        }
        try {
            ConsumeArguments.check(host.name(), queue.state().spec(), wanted.arguments());
        } catch (BrokerException why) {
            host.refuse(lane, reply, why);
            return;
        }
        if (wanted.exclusive() && queue.features().singleActiveConsumer()) {
            host.refuse(lane, reply, Refusals.exclusiveUse(host.name(), queue.name()));
            return;
        }
        Consumer other = queue.dispatch().consumers().first();
        if (other != null && (wanted.exclusive() || other.exclusive())) {
            host.refuse(lane, reply, Refusals.exclusiveUse(host.name(), queue.name()));
            return;
        }
        Consumer consumer = new Consumer(lane, queue, wanted);
        lane.add(consumer);
        queue.dispatch().add(consumer);
        host.reply(lane, false, () -> {
            reply.done(Reply.nothing());
            consumer.start();
            queue.dispatch().rouse(consumer);
            host.dirty(queue);
        });
    }

    void cancel(Lane lane, int number, Reply<Void> reply) {
        Consumer consumer = lane.subscription(number);
        if (host.replies.cancel(lane, number)) {
            host.reply(lane, false, () -> reply.done(Reply.nothing()));
            return;
        }
        if (consumer != null && !consumer.isCancelled()) {
            end(consumer);
            if (consumer.inFlight() == 0) {
                lane.remove(consumer);
            }
        }
        host.reply(lane, false, () -> reply.done(Reply.nothing()));
    }

    void get(Lane lane, String name, boolean settled, Reply<Void> reply) {
        Queue queue = declaring.usable(lane, name, reply);
        if (queue == null) {
            return;
        }
        Consumer first = queue.dispatch().consumers().first();
        if (first != null && first.exclusive()) {
            host.refuse(lane, reply, Refusals.exclusiveUse(host.name(), name));
            return;
        }
        queue.used(host.now());
        host.reply(lane, false, () -> {
            // At once, so that the answer keeps its place among the lane's answers unless a record has to be read
            // first.
            if (queue.state().hasDues()) {
                // What came in this turn and has no time is for consumers, not for a get behind it.
                host.dispatcher.dispatch(queue);
            }
            queue.dispatch().gets().addLast(new Dispatch.Get(lane, settled));
            host.dispatcher.dispatch(queue);
        });
    }

    void settle(Lane lane, int number, int queueId, long first, long last, Outcome outcome) {
        Queue queue = host.state.queues().numbered(queueId);
        Consumer consumer = queue == null ? null : lane.consumer(number, queue);
        if (queue == null || consumer == null) {
            return;
        }
        if (consumer.isStopped()) {
            consumer.goOn();
            rouse(consumer);
            host.dirty(queue);
        }
        int count = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            if (queue.dispatch().inFlight().remove(sequence, consumer)) {
                count++;
                settleOne(queue, sequence, outcome);
            }
        }
        if (count > 0) {
            consumer.gaveBack(count);
            rouse(consumer);
            host.dirty(queue);
            host.lengthLimits.enforceNow();
            if (consumer.isCancelled() && consumer.inFlight() == 0) {
                lane.remove(consumer);
            }
        }
    }

    private void settleOne(Queue queue, long sequence, Outcome outcome) {
        switch (outcome) {
            case ACCEPTED -> {
                if (queue.state().isLogged(sequence)) {
                    host.writer.settled(queue.id(), sequence, sequence, Cause.ACCEPTED);
                }
                host.state.removed(queue, sequence, sequence);
                host.counters.countSettled(Cause.ACCEPTED, 1);
            }
            case RELEASED -> release(queue, sequence);
            case REJECTED -> host.deadLetters.died(queue, sequence, DeathReason.REJECTED);
        }
    }

    /** Takes a message away from somebody who held it for too long. */
    void takeBack(Queue queue, long sequence, Consumer holder) {
        if (!queue.dispatch().inFlight().remove(sequence, holder)) {
            return;
        }
        holder.gaveBack(1);
        release(queue, sequence);
        if (holder.number() != Consumer.GETTER) {
            holder.stop();
            queue.dispatch().stopped(holder);
        }
        rouse(holder);
        host.dirty(queue);
        if (holder.isCancelled() && holder.inFlight() == 0) {
            holder.lane().remove(holder);
        }
    }

    private void release(Queue queue, long sequence) {
        QueueState state = queue.state();
        if (!state.live().contains(sequence)) {
            return;
        }
        if (state.attempts().of(sequence) >= queue.features().deliveryLimit()) {
            host.deadLetters.died(queue, sequence, DeathReason.DELIVERY_LIMIT);
            return;
        }
        if (state.isLogged(sequence)) {
            host.writer.requeued(queue.id(), sequence, sequence);
        }
        state.requeued(sequence, sequence);
        if (!queue.state().hasDues() || !host.expiry.takes(queue, sequence)) {
            queue.dispatch().ready().add(sequence);
        }
        host.counters.countRequeued(1);
        if (queue.features().lengthLimit() != null) {
            host.lengthLimits.grown(queue);
        }
    }

    private void rouse(Consumer consumer) {
        if (consumer.lane().isLimited()) {
            resume(consumer.lane());
        } else {
            consumer.queue().dispatch().rouse(consumer);
        }
    }

    /** The lane's outlet or window has room again. */
    void resume(Lane lane) {
        for (Consumer consumer : lane.consumers()) {
            if (consumer.number() != Consumer.GETTER && !consumer.isCancelled()) {
                consumer.queue().dispatch().rouse(consumer);
                host.dirty(consumer.queue());
            }
        }
    }

    /** Ends all of a lane: its consumers go, what it holds returns to its places. */
    void close(Lane lane) {
        lane.close();
        host.replies.close(lane);
        for (Consumer consumer : lane.takeConsumers()) {
            host.endings.add(() -> closed(consumer));
        }
    }

    private void closed(Consumer consumer) {
        Queue queue = consumer.queue();
        if (!queue.isDeleted() && consumer.inFlight() > 0) {
            giveBack(queue, consumer.lane());
        }
        consumer.gaveBack(consumer.inFlight());
        if (!consumer.isCancelled() && consumer.number() != Consumer.GETTER) {
            end(consumer);
        }
        if (!queue.isDeleted()) {
            host.dirty(queue);
        }
    }

    /** For all consumers that the lane has at that queue at once: a look at what is held is not short. */
    private void giveBack(Queue queue, Lane lane) {
        InFlight inFlight = queue.dispatch().inFlight();
        for (long sequence : inFlight.heldBy(lane)) {
            Consumer holder = inFlight.holder(sequence);
            if (holder != null && inFlight.remove(sequence, holder)) {
                holder.gaveBack(1);
                release(queue, sequence);
            }
        }
    }

    private void end(Consumer consumer) {
        consumer.cancel();
        Queue queue = consumer.queue();
        queue.used(host.now());
        queue.dispatch().remove(consumer);
        if (!queue.isDeleted()
                && queue.features().deletedWithLastConsumer()
                && queue.dispatch().isAbandoned()) {
            declaring.delete(queue);
        } else if (!queue.isDeleted() && queue.features().singleActiveConsumer()) {
            // Another one may be the active one now.
            host.dirty(queue);
        }
    }
}
