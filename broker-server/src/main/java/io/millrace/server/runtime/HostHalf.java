package io.millrace.server.runtime;

import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The half of a {@link Relay} on the virtual host's loop: carries out the batches of commands, and collects what comes
 * back into one batch for each turn.
 */
final class HostHalf implements Attached {
    private final Relay relay;
    private final VirtualHostLoop loop;
    private final Commands commands;
    private final ConnectionLoop connectionLoop;
    private final BatchPool pool;
    /** The open lanes by their number, with this half as their outlet. */
    private @Nullable Lane[] lanes = new Lane[4];

    private final List<Lane> stalled = new ArrayList<>();
    private final BitSet shut = new BitSet();
    private @Nullable Batch answers;
    private boolean gone;

    HostHalf(Relay relay, VirtualHostLoop loop, Commands commands, ConnectionLoop connectionLoop, BatchPool pool) {
        this.relay = relay;
        this.loop = loop;
        this.commands = commands;
        this.connectionLoop = connectionLoop;
        this.pool = pool;
    }

    Commands commands() {
        return commands;
    }

    /** The open lane of that number. */
    Lane lane(int number) {
        Lane lane = number < lanes.length ? lanes[number] : null;
        if (lane == null) {
            throw new IllegalStateException("command for lane " + number + ", which is not open");
        }
        return lane;
    }

    void connect(Client client) {
        loop.attach(this);
        commands.connect(client);
    }

    void disconnect(Client client) {
        for (int number = 0; number < lanes.length; number++) {
            if (lanes[number] != null) {
                closeLane(number);
            }
        }
        commands.disconnect(client);
        gone = true;
        loop.detach(this);
    }

    void openLane(Client client, int number, int generation) {
        if (number >= lanes.length) {
            lanes = Arrays.copyOf(lanes, Math.max(number + 1, lanes.length * 2));
        }
        Lane lane = new Lane(client, number, new RelayOutlet(this, number, generation));
        lanes[number] = lane;
        shut.clear(number);
        commands.openLane(lane);
    }

    void closeLane(int number) {
        Lane lane = lane(number);
        stalled.remove(lane);
        commands.closeLane(lane);
        lanes[number] = null;
    }

    /** The reply that carries the answer back to the connection's loop. */
    <T> Reply<T> relayed(int number, int generation, Reply<T> reply) {
        return new RelayedReply<>(this, number, generation, reply);
    }

    /** The lane's own outlet has no room, or has room again. */
    void shut(int number, boolean hasNoRoom) {
        shut.set(number, hasNoRoom);
        if (!hasNoRoom) {
            commands.resume(lane(number));
        }
    }

    /** Whether another delivery may be collected; if not, that lane is resumed later. */
    boolean hasRoom(int number) {
        if (shut.get(number)) {
            return false;
        }
        Batch collecting = answers;
        if (relay.hasRoom(collecting == null ? 0 : collecting.bytes())) {
            return true;
        }
        Lane lane = lane(number);
        if (!stalled.contains(lane)) {
            stalled.add(lane);
        }
        return false;
    }

    /** The connection has room again. */
    void resumeAll() {
        relay.goOn();
        List<Lane> waiting = List.copyOf(stalled);
        stalled.clear();
        for (Lane lane : waiting) {
            commands.resume(lane);
        }
    }

    /** The batch that the next answer is written to. */
    Batch answers() {
        Batch collecting = answers;
        if (collecting != null && collecting.full()) {
            handOver(collecting);
            collecting = null;
        }
        if (collecting == null) {
            collecting = pool.take();
            collecting.relay(relay);
            answers = collecting;
            loop.hasAnswers(this);
        }
        return collecting;
    }

    @Override
    public void endOfTurn() {
        Batch collected = answers;
        if (collected != null) {
            handOver(collected);
        }
    }

    @Override
    public void publishersBlocked(@Nullable String reason) {
        AnswerStream.publishersBlocked(answers(), reason);
    }

    @Override
    public void virtualHostFailed(String why) {
        gone = true;
        AnswerStream.virtualHostFailed(answers(), why);
    }

    /** Whether the connection has gone, or the virtual host: commands mean nothing any more. */
    boolean gone() {
        return gone;
    }

    private void handOver(Batch collected) {
        answers = null;
        relay.handedOver(collected.bytes());
        connectionLoop.post(collected);
    }
}
