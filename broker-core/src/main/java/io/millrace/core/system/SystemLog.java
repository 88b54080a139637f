package io.millrace.core.system;

import io.millrace.core.log.Log;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogListener;
import io.millrace.core.policy.Policy;
import io.millrace.core.time.Clock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The broker's own definitions and the log that they live in.
 *
 * <p>Any thread may call; changes are carried out by the owner, one at a time: decide, append, apply. The stage that a
 * change returns completes once the change is durable and in effect, with the definitions as they are then; it fails with
 * a {@link io.millrace.core.model.BrokerException} if the change was refused, and with a {@link LogException} if the log
 * failed, which means that nobody knows.
 */
public final class SystemLog implements AutoCloseable {
    /** After so many frames the state is stored anew, so that a start reads no more than these. */
    private static final int FRAMES_BETWEEN_CHECKPOINTS = 1_000;

    private final Log log;
    private final Clock clock;
    private final Executor owner;
    private final Consumer<LogException> onFailure;

    /** The newest state, durable or not; owner only. */
    private SystemState applied;
    /** What waits for its frame to become durable, by position; owner only. */
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    /** Set once the log has failed; owner only. */
    private @Nullable LogException failure;

    private long checkpointAt;
    private boolean checkpointRunning;

    /** The newest durable state, and the position that it stands at (owner only). */
    private volatile SystemState durable;

    private long durableAt;
    private volatile Function<SystemState, CompletionStage<?>> effect =
            state -> CompletableFuture.completedFuture(null);

    private record Pending(long position, SystemState state, CompletableFuture<SystemState> reply) {}

    private SystemLog(Log log, Clock clock, Executor owner, Consumer<LogException> onFailure, SystemState state) {
        this.log = log;
        this.clock = clock;
        this.owner = owner;
        this.onFailure = onFailure;
        this.applied = state;
        this.durable = state;
    }

    /**
     * Reads the log. Blocking; before anything else is done with the log.
     *
     * @param owner carries out one task at a time, in their order
     * @param onFailure told once, on the owner, if the log fails later
     * @throws LogException if the log cannot be read
     */
    public static SystemLog open(Log log, Clock clock, Executor owner, Consumer<LogException> onFailure)
            throws LogException {
        Recovery recovery = new Recovery();
        Log.Checkpoint checkpoint = log.latestCheckpoint();
        if (checkpoint != null) {
            recovery.apply(checkpoint.state(), "the checkpoint at position " + checkpoint.position());
        }
        log.replay(
                checkpoint == null ? 1 : checkpoint.position() + 1,
                (position, millis, events, count) -> recovery.frame(position, events));
        if (recovery.damage != null) {
            throw recovery.damage;
        }
        SystemLog opened = new SystemLog(log, clock, owner, onFailure, recovery.draft.state());
        opened.checkpointAt = checkpoint == null ? 0 : checkpoint.position();
        opened.durableAt = log.last();
        log.listener(opened.new Watch());
        return opened;
    }

    /** The definitions as they are durable; immutable, any thread. */
    public SystemState state() {
        return durable;
    }

    /** Gives a new broker its first virtual host and its first user, an administrator who may do everything in it. */
    public CompletionStage<SystemState> begin(String virtualHost, String user, String passwordHash) {
        return change(state -> SystemDecisions.begin(state, virtualHost, user, passwordHash, clock.millis()));
    }

    /** Creates a virtual host; nothing happens if it is there. */
    public CompletionStage<SystemState> createVirtualHost(String name) {
        return change(state -> SystemDecisions.createVirtualHost(state, name, clock.millis()));
    }

    /** Deletes a virtual host with the permissions for it; nothing happens if it is not there. */
    public CompletionStage<SystemState> deleteVirtualHost(String name) {
        return change(state -> SystemDecisions.deleteVirtualHost(state, name));
    }

    /** Creates a user, or replaces its hash and tags. */
    public CompletionStage<SystemState> putUser(String name, String passwordHash, List<String> tags) {
        return change(state -> SystemDecisions.putUser(state, name, passwordHash, tags));
    }

    /** Deletes a user with all permissions; nothing happens if it is not there. */
    public CompletionStage<SystemState> deleteUser(String name) {
        return change(state -> SystemDecisions.deleteUser(state, name));
    }

    /** Sets what a user may do in a virtual host; both have to be there. */
    public CompletionStage<SystemState> putPermissions(String user, String virtualHost, Permissions permissions) {
        return change(state -> SystemDecisions.putPermissions(state, user, virtualHost, permissions));
    }

    /** Takes all permissions for a virtual host from a user; both have to be there. */
    public CompletionStage<SystemState> deletePermissions(String user, String virtualHost) {
        return change(state -> SystemDecisions.deletePermissions(state, user, virtualHost));
    }

    /** Replaces a user's hash by another one of the same password; nothing happens if it is not the old one any more. */
    public CompletionStage<SystemState> replaceHash(String user, String oldHash, String newHash) {
        return change(state -> SystemDecisions.replaceHash(state, user, oldHash, newHash));
    }

    /** Sets what is said of a virtual host; creates it if it is not there. */
    public CompletionStage<SystemState> putVirtualHost(String name, VirtualHostSettings settings) {
        return change(state -> SystemDecisions.putVirtualHost(state, name, settings, clock.millis()));
    }

    /** Changes the bounds of a virtual host, which has to be there. */
    public CompletionStage<SystemState> putVirtualHostLimits(
            String virtualHost, UnaryOperator<VirtualHostLimits> change) {
        return change(state -> SystemDecisions.putVirtualHostLimits(state, virtualHost, change));
    }

    /** Changes the bounds of a user, who has to be there. */
    public CompletionStage<SystemState> putUserLimits(String user, UnaryOperator<UserLimits> change) {
        return change(state -> SystemDecisions.putUserLimits(state, user, change));
    }

    /** Sets what a user may do by routing keys at one topic exchange; user and virtual host have to be there. */
    public CompletionStage<SystemState> putTopicPermissions(
            String user, String virtualHost, TopicPermissions permissions) {
        return change(state -> SystemDecisions.putTopicPermissions(state, user, virtualHost, permissions));
    }

    /**
     * Takes topic permissions from a user, whose rights are no longer bounded by routing keys then.
     *
     * @param exchanges those exchanges, or all of the virtual host if the list is empty
     */
    public CompletionStage<SystemState> deleteTopicPermissions(
            String user, String virtualHost, List<String> exchanges) {
        return change(state -> SystemDecisions.deleteTopicPermissions(state, user, virtualHost, exchanges));
    }

    /** Creates or replaces a user's or an operator's policy in a virtual host, which has to be there. */
    public CompletionStage<SystemState> putPolicy(String virtualHost, boolean byOperator, Policy policy) {
        return change(state -> SystemDecisions.putPolicy(state, virtualHost, byOperator, policy));
    }

    /** Deletes a policy; nothing happens if it is not there. */
    public CompletionStage<SystemState> deletePolicy(String virtualHost, boolean byOperator, String name) {
        return change(state -> SystemDecisions.deletePolicy(state, virtualHost, byOperator, name));
    }

    /** Sets a value for the whole broker, given as JSON. */
    public CompletionStage<SystemState> putGlobalParameter(String name, String json) {
        return change(state -> SystemDecisions.putGlobalParameter(state, name, json));
    }

    /** Deletes a value for the whole broker; nothing happens if it is not there. */
    public CompletionStage<SystemState> deleteGlobalParameter(String name) {
        return change(state -> SystemDecisions.deleteGlobalParameter(state, name));
    }

    /**
     * Says who makes changes take effect. From now on a change is answered once it is durable <em>and</em> in effect.
     *
     * @param carriedOut called on the owner with each durable state, in their order; must not block; what it returns
     *     completes when that state is in effect, exceptionally if a part of it cannot be
     */
    public void effect(Function<SystemState, CompletionStage<?>> carriedOut) {
        this.effect = carriedOut;
    }

    /**
     * Stores the state so that the next start has nothing to replay; completes once it is durable, or at once if the
     * log has failed.
     */
    public CompletionStage<Void> checkpoint() {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        owner.execute(() -> {
            if (failure != null || checkpointRunning || checkpointAt == durableAt) {
                stored.complete(null);
            } else {
                checkpoint(stored);
            }
        });
        return stored;
    }

    /** Closes the log. Blocking; neither on the owner nor while changes are under way. */
    @Override
    public void close() throws LogException {
        log.close();
    }

    private CompletionStage<SystemState> change(Function<SystemState, List<SystemEvent>> decision) {
        CompletableFuture<SystemState> reply = new CompletableFuture<>();
        owner.execute(() -> carryOut(decision, reply));
        return reply;
    }

    private void carryOut(Function<SystemState, List<SystemEvent>> decision, CompletableFuture<SystemState> reply) {
        if (failure != null) {
            reply.completeExceptionally(failure);
            return;
        }
        List<SystemEvent> events;
        try {
            events = decision.apply(applied);
        } catch (RuntimeException refused) {
            reply.completeExceptionally(refused);
            return;
        }
        if (events.isEmpty()) {
            // Already so, but perhaps by a change that is not durable yet: the answer has to wait for that one.
            await(log.last(), reply);
            return;
        }
        ByteBuffer frame = ByteBuffer.allocateDirect(Log.FRAME_HEADER_BYTES + SystemEvents.bytes(events))
                .order(ByteOrder.LITTLE_ENDIAN);
        frame.position(Log.FRAME_HEADER_BYTES);
        SystemEvents.write(events, frame);
        frame.flip();
        long position = log.append(frame, events.size(), clock.millis(), Log.Urgency.NOW);
        applied = applied.apply(events);
        await(position, reply);
    }

    private void inEffect(SystemState state, CompletableFuture<SystemState> reply) {
        CompletionStage<?> carriedOut;
        try {
            carriedOut = effect.apply(state);
        } catch (RuntimeException stopping) {
            carriedOut = CompletableFuture.failedFuture(stopping);
        }
        var unused = carriedOut.whenComplete((done, why) -> {
            if (why == null) {
                reply.complete(state);
            } else {
                reply.completeExceptionally(
                        why instanceof CompletionException && why.getCause() != null ? why.getCause() : why);
            }
        });
    }

    private void await(long position, CompletableFuture<SystemState> reply) {
        if (position <= durableAt) {
            durable = applied;
            inEffect(applied, reply);
        } else {
            pending.add(new Pending(position, applied, reply));
        }
    }

    private void becameDurable(long position) {
        Pending first = pending.peek();
        while (first != null && first.position() <= position) {
            pending.remove();
            durable = first.state();
            inEffect(first.state(), first.reply());
            first = pending.peek();
        }
        durableAt = Math.max(durableAt, position);
        if (!checkpointRunning && failure == null && durableAt - checkpointAt >= FRAMES_BETWEEN_CHECKPOINTS) {
            checkpoint(new CompletableFuture<>());
        }
    }

    private void checkpoint(CompletableFuture<Void> stored) {
        List<SystemEvent> events = durable.events();
        ByteBuffer state = ByteBuffer.allocateDirect(SystemEvents.bytes(events)).order(ByteOrder.LITTLE_ENDIAN);
        SystemEvents.write(events, state);
        state.flip();
        long position = durableAt;
        checkpointRunning = true;
        log.checkpoint(
                position,
                state,
                () -> owner.execute(() -> {
                    checkpointRunning = false;
                    // The log keeps two checkpoints: should the newer one not be whole, the older one needs its frames.
                    log.dropBefore(checkpointAt + 1);
                    checkpointAt = position;
                    stored.complete(null);
                }));
    }

    private void hasFailed(LogException cause) {
        if (failure != null) {
            return;
        }
        failure = cause;
        for (Pending each : pending) {
            each.reply().completeExceptionally(cause);
        }
        pending.clear();
        onFailure.accept(cause);
    }

    /** Hears from the thread that writes the log and passes it on to the owner. */
    private final class Watch implements LogListener {
        @Override
        public void durable(long position) {
            owner.execute(() -> becameDurable(position));
        }

        @Override
        public void failed(LogException cause) {
            owner.execute(() -> hasFailed(cause));
        }
    }

    /** Builds the state from a checkpoint and frames; keeps the first damage, because a reader may not throw it. */
    private static final class Recovery {
        private final SystemDraft draft = new SystemDraft(SystemState.EMPTY);
        private @Nullable LogException damage;

        void frame(long position, ByteBuffer events) {
            if (damage != null) {
                return;
            }
            try {
                apply(events, "the frame at position " + position);
            } catch (LogException e) {
                damage = e;
            }
        }

        void apply(ByteBuffer events, String where) throws LogException {
            for (SystemEvent event : SystemEvents.read(events, where + " of the system log")) {
                draft.apply(event);
            }
        }
    }
}
