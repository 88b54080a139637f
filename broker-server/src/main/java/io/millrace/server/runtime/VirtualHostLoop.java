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
 * Runs one virtual host, turn by turn, on one thread at a time: the event loop that has commands for it, if no other loop is
 * at it or has been busy with it, or else that one; see {@link Baton}.
 *
 * <p>A turn carries out a bounded number of command batches from other loops, or one read burst of a connection on the
 * loop that runs it, or one task of the virtual host's own; then it ends, and what came of it is handed over. Whoever
 * finds another loop at it leaves his commands in a queue and goes on: the one who runs it looks into the queue after he
 * has let go. So nothing is lost, nobody waits, and a loop is woken only if no loop is awake for this virtual host.
 *
 * <p>Any thread reaches it by {@link #post} and {@link #execute}; what says that it is for the runner is called by the loop
 * that runs it.
 */
public final class VirtualHostLoop implements Executor {
    /** Bytes of commands that may wait for the virtual host before those who publish stop reading. */
    public static final long WAITING_BYTES_MAX = 64L << 20;

    private static final int TURN_BATCHES_MAX = 64;
    private static final long TURN_NANOS_MAX = 500_000;

    private final BatchPool pool;
    private final Consumer<Throwable> onFailure;

    /** What is to be done, in order: a {@link Batch}, a {@link Retiring}, or a task. */
    private final MpscUnboundedArrayQueue<Object> waiting = new MpscUnboundedArrayQueue<>(256);

    private final MpscUnboundedArrayQueue<RelayCourier> held = new MpscUnboundedArrayQueue<>(256);
    /** All that is not volatile or a queue belongs to the loop that holds it. */
    private final Baton baton;

    private final AtomicBoolean drainPending = new AtomicBoolean();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Set<Attached> attached = new LinkedHashSet<>();
    private final List<Attached> answered = new ArrayList<>();

    private volatile @Nullable Turns turns;
    private volatile boolean failed;
    private boolean turnOpen;
    /** Commands are taken from the queue, or a turn ends: nothing may be commanded directly. */
    private boolean inside;

    private @Nullable String blockedReason;

    /** Its end, outside of any turn. */
    private record Retiring(String why, Runnable then) {}

    /** Looks, on one event loop, for what waits. */
    private final class Drain implements Runnable {
        private final EventExecutor on;

        Drain(EventExecutor on) {
            this.on = on;
        }

        @Override
        public void run() {
            drainPending.set(false);
            if (baton.take(on)) {
                carryOn(on);
            }
        }
    }

    /**
     * @param loop the event loop that runs it until another one does
     * @param pool where batches come from and go back to
     * @param onFailure told once if the virtual host throws; it runs no more after that
     */
    public VirtualHostLoop(EventExecutor loop, BatchPool pool, Consumer<Throwable> onFailure) {
        this.baton = new Baton(loop);
        this.pool = pool;
        this.onFailure = onFailure;
    }

    /** Sets what brackets a turn, before the first command; tasks that came earlier are run now. Any thread. */
    public void turns(Turns brackets) {
        turns = brackets;
        wake();
    }

    /** The way of a connection to this virtual host. On the connection's loop. */
    public Courier courier(Commands commands, Edge edge) {
        return Relay.courier(this, commands, edge, pool);
    }

    /** Runs a task of the virtual host's own in a turn of its own. Any thread; tasks of one thread keep their order. */
    @Override
    public void execute(Runnable task) {
        waiting.offer(task);
        wakeIfFree();
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

    /** Leaves commands to whoever runs it next; any thread. */
    void post(Batch batch) {
        waitingBytes.addAndGet(batch.bytes());
        waiting.offer(batch);
        wakeIfFree();
    }

    /**
     * The end of a read burst on that loop, and not in the middle of any other call: the turn that was entered ends. What
     * was collected instead is carried out by this loop, unless another one is at it.
     */
    void submit(EventExecutor by, @Nullable Batch collected) {
        if (collected != null) {
            waitingBytes.addAndGet(collected.bytes());
            waiting.offer(collected);
        }
        if (isRunBy(by)) {
            if (!inside) {
                carryOn(by);
            }
        } else if (collected != null) {
            if (baton.ask(by)) {
                carryOn(by);
            } else {
                wakeIfFree();
            }
        }
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

    /** Whether that loop runs it now. */
    boolean isRunBy(EventExecutor loop) {
        return baton.isHeldBy(loop);
    }

    /**
     * Whether that loop may command directly until its next {@link #submit}: it runs the virtual host, or does so from now
     * on because nobody does and nothing waits. The turn is open then.
     */
    boolean enter(EventExecutor by) {
        if (isRunBy(by)) {
            if (inside || failed) {
                return false;
            }
        } else {
            if (failed || turns == null || !waiting.isEmpty() || !baton.ask(by)) {
                return false;
            }
            if (!waiting.isEmpty()) {
                release(by);
                return false;
            }
        }
        openTurn();
        return !failed;
    }

    /** A command was carried out directly. For the runner. */
    void worked(long bytes) {
        baton.worked(bytes);
    }

    /** That connection has collected something in this turn. For the runner. */
    void hasAnswers(Attached connection) {
        answered.add(connection);
    }

    /** For the runner. */
    void attach(Attached connection) {
        attached.add(connection);
        if (blockedReason != null) {
            connection.publishersBlocked(blockedReason);
        }
    }

    /** For the runner. */
    void detach(Attached connection) {
        attached.remove(connection);
    }

    /** The virtual host is in no known state any more: nothing is answered, and everybody is told. For the runner. */
    void fail(Throwable defect) {
        if (!failed) {
            end("the virtual host has stopped: " + defect);
            onFailure.accept(defect);
        }
    }

    /**
     * Takes no more turns; whoever is still there is told why. Any thread.
     *
     * @param then runs afterwards, on an event loop
     */
    public void retire(String why, Runnable then) {
        waiting.offer(new Retiring(why, then));
        wake();
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

    /** Carries out what waits, as much as a turn may, ends the turn, and lets go. */
    private void carryOn(EventExecutor by) {
        inside = true;
        if (turns != null) {
            drain();
            endTurn();
            releaseHeld();
        }
        inside = false;
        release(by);
    }

    private void drain() {
        if (waiting.isEmpty()) {
            return;
        }
        long begun = System.nanoTime();
        for (int taken = 0; taken < TURN_BATCHES_MAX; taken++) {
            Object next = waiting.relaxedPoll();
            if (next == null) {
                break;
            }
            if (next instanceof Batch batch) {
                carryOut(batch);
            } else if (next instanceof Retiring last) {
                endTurn();
                if (!failed) {
                    end(last.why());
                }
                last.then().run();
            } else {
                runAlone((Runnable) next);
            }
            if (System.nanoTime() - begun > TURN_NANOS_MAX) {
                break;
            }
        }
    }

    private void carryOut(Batch batch) {
        try {
            if (!failed) {
                openTurn();
                baton.worked(batch.bytes());
                CommandStream.read(batch, batch.relay().host());
            }
        } catch (Throwable defect) {
            fail(defect);
        } finally {
            waitingBytes.addAndGet(-batch.bytes());
            pool.give(batch);
        }
    }

    private void runAlone(Runnable task) {
        endTurn();
        if (failed) {
            return;
        }
        try {
            openTurn();
            task.run();
        } catch (Throwable defect) {
            fail(defect);
        }
        endTurn();
    }

    private void openTurn() {
        Turns brackets = turns;
        if (!turnOpen && !failed && brackets != null) {
            turnOpen = true;
            try {
                brackets.begin();
            } catch (Throwable defect) {
                fail(defect);
            }
        }
    }

    private void endTurn() {
        Turns brackets = turns;
        if (turnOpen && brackets != null) {
            turnOpen = false;
            try {
                brackets.end();
            } catch (Throwable defect) {
                fail(defect);
            }
            handOverAnswers();
        }
    }

    /** Lets go. Whoever put something into a queue before saw a runner and left it to him, so it is looked for once more. */
    private void release(EventExecutor by) {
        baton.letGo(by);
        if (turns != null && (!waiting.isEmpty() || (!held.isEmpty() && roomAgain()))) {
            again();
        }
    }

    private void wakeIfFree() {
        if (baton.isFree()) {
            wake();
        }
    }

    private void wake() {
        if (!drainPending.get() && drainPending.compareAndSet(false, true)) {
            EventExecutor last = baton.last();
            last.execute(new Drain(last));
        }
    }

    /** Goes on only after the loop has served its sockets: tasks that re-submit themselves would keep it from them. */
    private void again() {
        if (!drainPending.get() && drainPending.compareAndSet(false, true)) {
            EventExecutor last = baton.last();
            if (last instanceof SingleThreadEventLoop sockets) {
                sockets.executeAfterEventLoopIteration(new Drain(last));
            } else {
                last.execute(new Drain(last));
            }
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
}
