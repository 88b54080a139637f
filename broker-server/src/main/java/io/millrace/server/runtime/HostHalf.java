package io.millrace.server.runtime;

import io.millrace.core.vhost.Client;
import io.millrace.core.vhost.Commands;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Reply;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The half of a {@link Relay} on the side of the virtual host: carries out the commands, and collects what comes back into
 * one batch for each turn; or, while the connection's own loop runs the virtual host, gives it to the outlets at once. For
 * the loop that runs the virtual host.
 */
final class HostHalf implements Attached {
    private final Relay relay;
    private final VirtualHostLoop loop;
    private final Commands commands;
    private final Edge edge;
    private final ConnectionLoop connectionLoop;
    private final EventExecutor connectionExecutor;
    private final BatchPool pool;
    /** The open lanes by their number, with this half as their outlet. */
    private @Nullable Lane[] lanes = new Lane[4];

    private final List<Lane> stalled = new ArrayList<>();
    private final BitSet shut = new BitSet();
    private @Nullable Batch answers;
    private boolean answeredDirectly;
    private boolean gone;

    HostHalf(Relay relay, VirtualHostLoop loop, Commands commands, Edge edge, BatchPool pool) {
        this.relay = relay;
        this.loop = loop;
        this.commands = commands;
        this.edge = edge;
        this.connectionLoop = edge.loop();
        this.connectionExecutor = connectionLoop.executor();
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

    /** @param near the lane as the connection knows it */
    void openLane(Client client, int number, int generation, Lane near) {
        if (number >= lanes.length) {
            lanes = Arrays.copyOf(lanes, Math.max(number + 1, lanes.length * 2));
        }
        Lane lane = new Lane(client, number, new RelayOutlet(this, number, generation, near, edge));
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

    /** Whether this is the connection's loop: nothing that belongs to it may be touched from any other. */
    boolean isHere() {
        return loop.isRunBy(connectionExecutor);
    }

    /** Whether the next answer may be given to the connection at once: it is on this loop, and would overtake nothing. */
    boolean isDirect() {
        return answers == null && isHere() && !relay.anyUnderWay();
    }

    /** An answer is given to the connection at once. */
    void answersDirectly() {
        if (!answeredDirectly) {
            answeredDirectly = true;
            loop.hasAnswers(this);
        }
    }

    /** Whether that lane is open still, as the connection sees it. On the connection's loop. */
    boolean isOpen(Lane near) {
        return relay.courier().isOpen(near);
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

    /** Whether the connection said that this lane has no room. */
    boolean isShut(int number) {
        return shut.get(number);
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
        if (answeredDirectly) {
            answeredDirectly = false;
            edge.flush();
        }
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
