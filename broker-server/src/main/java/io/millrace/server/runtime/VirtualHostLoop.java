package io.millrace.server.runtime;

import io.millrace.core.vhost.Commands;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs one virtual host on one event loop, turn by turn.
 *
 * <p>A turn carries out a bounded number of command batches from other loops, or one read burst of a connection on the
 * same loop, or one task of the virtual host's own; then it ends, and what came of it is handed over. Other threads reach
 * it by {@link #post} and {@link #execute}; everything else is for the loop only.
 */
public final class VirtualHostLoop implements Executor {
    /** Bytes of commands that may wait for the virtual host before those who publish stop reading. */
    public static final long WAITING_BYTES_MAX = 64L << 20;

    private static final int TURN_BATCHES_MAX = 64;
    private static final long TURN_NANOS_MAX = 500_000;

    private final EventExecutor loop;
    private final BatchPool pool;
    private final Consumer<Throwable> onFailure;
    private final Runnable drain = this::drain;

    private final MpscUnboundedArrayQueue<Batch> waiting = new MpscUnboundedArrayQueue<>(256);
    private final MpscUnboundedArrayQueue<RelayCourier> held = new MpscUnboundedArrayQueue<>(256);
    private final AtomicBoolean drainPending = new AtomicBoolean();
    private final AtomicLong waitingBytes = new AtomicLong();

    private final Set<Attached> attached = new LinkedHashSet<>();
    private final List<Attached> answered = new ArrayList<>();
    /** Tasks from a virtual host that is still being opened. */
    private final List<Runnable> early = new ArrayList<>();

    private @Nullable Turns turns;
    private boolean turnOpen;
    private boolean failed;
    private @Nullable String blockedReason;

    /**
     * @param loop the event loop that owns the virtual host
     * @param pool where batches come from and go back to
     * @param onFailure told once, on the loop, if the virtual host throws; it runs no more after that
     */
    public VirtualHostLoop(EventExecutor loop, BatchPool pool, Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.pool = pool;
        this.onFailure = onFailure;
    }

    /** Sets what brackets a turn, before the first command; tasks that came earlier are run now. Any thread. */
    public void turns(Turns brackets) {
        loop.execute(() -> {
            turns = brackets;
            early.forEach(this::inTurn);
            early.clear();
        });
    }

    /** The way of a connection to this virtual host. On the connection's loop. */
    public Courier courier(Commands commands, Edge edge) {
        return edge.loop().is(loop)
                ? new DirectCourier(this, commands, edge)
                : Relay.courier(this, commands, edge, pool);
    }

    /** Runs a task of the virtual host's own in a turn. Any thread; tasks of one thread keep their order. */
    @Override
    public void execute(Runnable task) {
        loop.execute(() -> inTurn(task));
    }

    /** Stops or releases everybody who publishes; null releases. Any thread. */
    void block(@Nullable String reason) {
        execute(() -> {
            boolean unchanged = (blockedReason == null) == (reason == null);
            blockedReason = reason;
            if (unchanged) {
                return;
            }
            for (Attached each : List.copyOf(attached)) {
                each.publishersBlocked(reason);
            }
        });
    }

    /** Hands commands over; any thread. */
    void post(Batch batch) {
        waitingBytes.addAndGet(batch.bytes());
        waiting.offer(batch);
        wake();
    }

    /** Whether no command waits; any thread. */
    public boolean idle() {
        return waitingBytes.get() == 0;
    }

    /** Whether more waits than should; any thread. */
    boolean full() {
        return waitingBytes.get() > WAITING_BYTES_MAX;
    }

    /** Will tell that connection once there is room again; any thread. */
    void tellOfRoom(RelayCourier courier) {
        held.offer(courier);
        if (roomAgain()) {
            // The last batch was taken before the courier stood in the queue: nobody else would look into it.
            wake();
        }
    }

    /** Begins a turn unless one is open. */
    void enter() {
        if (!turnOpen && !failed) {
            turnOpen = true;
            present().begin();
        }
    }

    /** Ends the turn if one is open. */
    void leave() {
        if (turnOpen) {
            turnOpen = false;
            try {
                present().end();
            } catch (Throwable defect) {
                fail(defect);
            }
            handOverAnswers();
        }
    }

    /** Whether the virtual host runs no more. */
    boolean failed() {
        return failed;
    }

    /** That connection has collected something in this turn. */
    void hasAnswers(Attached connection) {
        answered.add(connection);
    }

    void attach(Attached connection) {
        attached.add(connection);
        if (blockedReason != null) {
            connection.publishersBlocked(blockedReason);
        }
    }

    void detach(Attached connection) {
        attached.remove(connection);
    }

    /** The virtual host is in no known state any more: nothing is answered, and everybody is told. */
    void fail(Throwable defect) {
        if (!failed) {
            end("the virtual host has stopped: " + defect);
            onFailure.accept(defect);
        }
    }

    /**
     * Takes no more turns; whoever is still there is told why. Any thread.
     *
     * @param then runs on the loop afterwards
     */
    public void retire(String why, Runnable then) {
        loop.execute(() -> {
            if (!failed) {
                end(why);
            }
            then.run();
        });
    }

    private void end(String why) {
        failed = true;
        turnOpen = false;
        for (Attached each : List.copyOf(attached)) {
            each.virtualHostFailed(why);
        }
        attached.clear();
        handOverAnswers();
    }

    private void inTurn(Runnable task) {
        if (failed) {
            return;
        }
        if (turns == null) {
            early.add(task);
            return;
        }
        boolean mine = !turnOpen;
        try {
            enter();
            task.run();
        } catch (Throwable defect) {
            fail(defect);
        }
        if (mine) {
            leave();
        }
    }

    private void drain() {
        long deadline = System.nanoTime() + TURN_NANOS_MAX;
        boolean mine = !turnOpen;
        for (int taken = 0; taken < TURN_BATCHES_MAX; taken++) {
            Batch batch = waiting.relaxedPoll();
            if (batch == null) {
                break;
            }
            carryOut(batch);
            if (System.nanoTime() - deadline > 0) {
                break;
            }
        }
        if (mine) {
            leave();
        }
        releaseHeld();
        if (!waiting.isEmpty()) {
            again();
            return;
        }
        drainPending.set(false);
        if (!waiting.isEmpty() || (!held.isEmpty() && roomAgain())) {
            wake();
        }
    }

    private void carryOut(Batch batch) {
        try {
            if (!failed) {
                enter();
                CommandStream.read(batch, batch.relay().host());
            }
        } catch (Throwable defect) {
            fail(defect);
        } finally {
            waitingBytes.addAndGet(-batch.bytes());
            pool.give(batch);
        }
    }

    private void wake() {
        if (!drainPending.get() && drainPending.compareAndSet(false, true)) {
            loop.execute(drain);
        }
    }

    /** Drains on only after the loop has served its sockets: tasks that re-submit themselves would keep it from them. */
    private void again() {
        if (loop instanceof SingleThreadEventLoop sockets) {
            sockets.executeAfterEventLoopIteration(drain);
        } else {
            loop.execute(drain);
        }
    }

    private boolean roomAgain() {
        return waitingBytes.get() <= WAITING_BYTES_MAX / 2;
    }

    private void releaseHeld() {
        while (!held.isEmpty() && roomAgain()) {
            RelayCourier courier = held.poll();
            if (courier != null) {
                courier.roomAgain();
            }
        }
    }

    private void handOverAnswers() {
        for (int i = 0; i < answered.size(); i++) {
            answered.get(i).endOfTurn();
        }
        answered.clear();
    }

    private Turns present() {
        Turns brackets = turns;
        if (brackets == null) {
            throw new IllegalStateException("a command came before the virtual host was opened");
        }
        return brackets;
    }
}
