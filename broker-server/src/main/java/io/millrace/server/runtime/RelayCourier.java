package io.millrace.server.runtime;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.MessageRecord;
import io.millrace.core.model.Outcome;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Outlet;
import io.millrace.core.vhost.QueueStatus;
import io.millrace.core.vhost.Reply;
import io.millrace.core.vhost.Subscription;
import io.netty.util.concurrent.EventExecutor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The half of a {@link Relay} on the connection's loop: carries commands out while this loop may run the virtual host, writes
 * them into batches otherwise, and gives answers to the outlets and replies.
 */
final class RelayCourier implements Courier, AnswerStream.Receiver {
    private final Relay relay;
    private final VirtualHostLoop host;
    private final Edge edge;
    private final EventExecutor here;
    private final BatchPool pool;
    private final OpenLanes lanes = new OpenLanes();
    private final List<Lane> answered = new ArrayList<>();
    private @Nullable Batch commands;
    private boolean held;
    private boolean closed;
    private @Nullable Client client;
    private boolean broken;
    /** Answer bytes that were given to outlets and do not count as sent yet, because the socket is behind. */
    private long unsentBytes;

    RelayCourier(Relay relay, VirtualHostLoop host, Edge edge, BatchPool pool) {
        this.relay = relay;
        this.host = host;
        this.edge = edge;
        this.here = edge.loop().executor();
        this.pool = pool;
    }

    @Override
    public void submit() {
        Batch collected = commands;
        commands = null;
        boolean publishes = collected != null && collected.recordBytes() > 0;
        host.submit(here, collected);
        if (publishes) {
            holdIfFull();
        }
    }

    private void holdIfFull() {
        if (!held && host.full()) {
            held = true;
            edge.handOffFull(true);
            host.tellOfRoom(this);
        }
    }

    /** Whether commands may be carried out at once; what was collected before comes first. */
    private boolean direct() {
        return commands == null && host.enter(here);
    }

    /** Whether that lane is open. */
    boolean isOpen(Lane lane) {
        return lanes.isOpen(lane);
    }

    /** There is room for what this connection publishes; any thread. */
    void roomAgain() {
        edge.loop().execute(() -> {
            held = false;
            if (!closed) {
                edge.handOffFull(false);
            }
        });
    }

    @Override
    public void connect(Client connecting) {
        client = connecting;
        rare(half -> half.connect(connecting));
    }

    @Override
    public void disconnect(Client leaving) {
        lanes.closeAll();
        closed = true;
        rare(half -> half.disconnect(leaving));
        submit();
    }

    @Override
    public void openLane(Lane lane) {
        int generation = lanes.open(lane);
        int number = lane.number();
        Client whose = lane.client();
        rare(half -> half.openLane(whose, number, generation, lane));
    }

    @Override
    public void closeLane(Lane lane) {
        int number = lanes.numberOf(lane);
        lanes.close(lane);
        rare(half -> half.closeLane(number));
    }

    @Override
    public void resume(Lane lane) {
        if (lanes.isOpen(lane)) {
            int number = lane.number();
            lanes.shut(number, false);
            rare(half -> half.shut(number, false));
        }
    }

    @Override
    public void abandon() {
        Client left = client;
        if (left != null && !closed) {
            disconnect(left);
        }
    }

    @Override
    public void writable() {
        long bytes = unsentBytes;
        unsentBytes = 0;
        if (relay.sent(bytes) && !closed) {
            rare(HostHalf::resumeAll);
            submit();
        }
    }

    @Override
    public void declareExchange(Lane lane, ExchangeSpec spec, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().declareExchange(half.lane(number), spec, relayed));
    }

    @Override
    public void checkExchange(Lane lane, String name, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().checkExchange(half.lane(number), name, relayed));
    }

    @Override
    public void deleteExchange(Lane lane, String name, boolean ifUnused, Reply<Void> reply) {
        ask(
                lane,
                reply,
                (half, number, relayed) -> half.commands().deleteExchange(half.lane(number), name, ifUnused, relayed));
    }

    @Override
    public void declareQueue(Lane lane, QueueSpec spec, Reply<QueueStatus> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().declareQueue(half.lane(number), spec, relayed));
    }

    @Override
    public void checkQueue(Lane lane, String name, Reply<QueueStatus> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().checkQueue(half.lane(number), name, relayed));
    }

    @Override
    public void deleteQueue(Lane lane, String name, boolean ifUnused, boolean ifEmpty, Reply<Long> reply) {
        ask(
                lane,
                reply,
                (half, number, relayed) ->
                        half.commands().deleteQueue(half.lane(number), name, ifUnused, ifEmpty, relayed));
    }

    @Override
    public void purge(Lane lane, String queue, Reply<Long> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().purge(half.lane(number), queue, relayed));
    }

    @Override
    public void bind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().bind(half.lane(number), spec, relayed));
    }

    @Override
    public void unbind(Lane lane, BindingSpec spec, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().unbind(half.lane(number), spec, relayed));
    }

    @Override
    public void publish(Lane lane, long number, int flags, ByteBuffer record, int recordAt) {
        int laneNumber = lanes.numberOf(lane);
        if (!direct()) {
            CommandStream.publish(batch(), laneNumber, number, flags, record, recordAt);
            return;
        }
        try {
            HostHalf half = relay.host();
            host.worked(MessageRecord.length(record, recordAt));
            half.commands().publish(half.lane(laneNumber), number, flags, record, recordAt);
        } catch (RuntimeException | Error defect) {
            host.fail(defect);
        }
    }

    @Override
    public void consume(Lane lane, Subscription subscription, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().consume(half.lane(number), subscription, relayed));
    }

    @Override
    public void cancel(Lane lane, int consumer, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().cancel(half.lane(number), consumer, relayed));
    }

    @Override
    public void get(Lane lane, String queue, boolean settled, Reply<Void> onRefusal) {
        ask(
                lane,
                onRefusal,
                (half, number, relayed) -> half.commands().get(half.lane(number), queue, settled, relayed));
    }

    @Override
    public void settle(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        int laneNumber = lanes.numberOf(lane);
        if (!direct()) {
            CommandStream.settle(batch(), laneNumber, consumer, queue, first, last, outcome);
            return;
        }
        try {
            HostHalf half = relay.host();
            host.worked(0);
            half.commands().settle(half.lane(laneNumber), consumer, queue, first, last, outcome);
        } catch (RuntimeException | Error defect) {
            host.fail(defect);
        }
    }

    @Override
    public void settleAtCommit(Lane lane, int consumer, int queue, long first, long last, Outcome outcome) {
        int laneNumber = lanes.numberOf(lane);
        if (!direct()) {
            CommandStream.settleAtCommit(batch(), laneNumber, consumer, queue, first, last, outcome);
            return;
        }
        try {
            HostHalf half = relay.host();
            half.commands().settleAtCommit(half.lane(laneNumber), consumer, queue, first, last, outcome);
        } catch (RuntimeException | Error defect) {
            host.fail(defect);
        }
    }

    @Override
    public void commit(Lane lane, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().commit(half.lane(number), relayed));
    }

    @Override
    public void rollback(Lane lane, Reply<Void> reply) {
        ask(lane, reply, (half, number, relayed) -> half.commands().rollback(half.lane(number), relayed));
    }

    @Override
    public void window(Lane lane, int window) {
        int number = lanes.numberOf(lane);
        rare(half -> half.commands().window(half.lane(number), window));
    }

    /** Takes a batch of answers. */
    void receive(Batch batch) {
        long bytes = batch.bytes();
        try {
            if (!closed && !broken) {
                AnswerStream.read(batch, this);
                flushAnswered();
                edge.flush();
            }
        } catch (Throwable defect) {
            answered.clear();
            broken = true;
            edge.broken(defect);
        } finally {
            relay.received();
            pool.give(batch);
        }
        if (!closed && !broken) {
            unsentBytes += bytes;
            if (edge.writable()) {
                writable();
            }
        }
    }

    @Override
    public @Nullable Outlet outlet(int number, int generation) {
        Lane lane = lanes.find(number, generation);
        if (lane == null) {
            return null;
        }
        if (answered.isEmpty() || answered.get(answered.size() - 1) != lane) {
            answered.add(lane);
        }
        return lane.outlet();
    }

    @Override
    public void publishersBlocked(@Nullable String reason) {
        edge.publishersBlocked(reason);
    }

    @Override
    public void virtualHostFailed(String why) {
        edge.virtualHostFailed(why);
    }

    private void flushAnswered() {
        for (int i = 0; i < answered.size(); i++) {
            Lane lane = answered.get(i);
            if (lanes.isOpen(lane)) {
                lane.outlet().flush();
                shutIfFull(lane);
            }
        }
        answered.clear();
    }

    /**
     * What the socket can take is counted for the connection; a lane may have a bound of its own besides, such as for
     * deliveries that are not settled, and then the virtual host has to hear of it.
     */
    private void shutIfFull(Lane lane) {
        int number = lane.number();
        if (!lanes.isShut(number) && edge.writable() && !lane.outlet().hasRoom()) {
            lanes.shut(number, true);
            rare(half -> half.shut(number, true));
            submit();
        }
    }

    /** A command that is answered by a reply. */
    @FunctionalInterface
    private interface Question<T> {
        void ask(HostHalf half, int number, Reply<T> reply);
    }

    private <T> void ask(Lane lane, Reply<T> reply, Question<T> question) {
        int number = lanes.numberOf(lane);
        int generation = lanes.generationOf(number);
        rare(half -> question.ask(half, number, half.relayed(number, generation, reply)));
    }

    private void rare(CommandStream.Rare command) {
        if (!direct()) {
            CommandStream.rare(batch(), command);
            return;
        }
        try {
            command.carryOut(relay.host());
        } catch (RuntimeException | Error defect) {
            host.fail(defect);
        }
    }

    private Batch batch() {
        Batch collecting = commands;
        if (collecting != null && collecting.full()) {
            // Not carried out here: this may be the middle of whatever the connection does.
            commands = null;
            host.post(collecting);
            holdIfFull();
            collecting = null;
        }
        if (collecting == null) {
            collecting = pool.take();
            collecting.relay(relay);
            commands = collecting;
        }
        return collecting;
    }
}
