package io.millrace.core.vhost;

import io.millrace.core.feature.QueueFeatures;
import io.millrace.core.queue.QueueState;
import org.jspecify.annotations.Nullable;

/** A queue whole: its durable state, its soft dispatch state, its features and who may use it. */
final class Queue {
    private final QueueState state;
    private QueueFeatures features;
    private final @Nullable Client owner;
    private final Dispatch dispatch;
    private final QueueCounters counters = new QueueCounters();
    private @Nullable ColdWindow cold;
    private @Nullable Overdue overdue;
    private Agenda.@Nullable Entry holdCheck;
    private long usedAt;
    private final boolean hidden;
    private boolean deleted;
    private boolean dirty;

    Queue(QueueState state, QueueFeatures features, @Nullable Client owner) {
        this.state = state;
        this.features = features;
        this.owner = owner;
        this.hidden = state.spec().hidden();
        this.dispatch = new Dispatch(state.priorities(), features.singleActiveConsumer());
    }

    int id() {
        return state.id();
    }

    String name() {
        return state.spec().name();
    }

    QueueState state() {
        return state;
    }

    QueueFeatures features() {
        return features;
    }

    /** Its features are these from now on: a policy has changed. */
    void features(QueueFeatures changed) {
        features = changed;
    }

    @Nullable
    Client owner() {
        return owner;
    }

    Dispatch dispatch() {
        return dispatch;
    }

    /** What it lost and did not take since the start. */
    QueueCounters counters() {
        return counters;
    }

    /** What was read of this queue from segments; null if nothing ever was. */
    @Nullable
    ColdWindow cold() {
        return cold;
    }

    ColdWindow coldOrNew() {
        ColdWindow known = cold;
        if (known == null) {
            known = new ColdWindow();
            cold = known;
        }
        return known;
    }

    /** What is over and has not left yet; null if no message of the queue ever had a time. */
    @Nullable
    Overdue overdue() {
        return overdue;
    }

    void overdue(Overdue made) {
        overdue = made;
    }

    /** When those who hold its messages are looked at; null if nobody ever held one. */
    Agenda.@Nullable Entry holdCheck() {
        return holdCheck;
    }

    void holdCheck(Agenda.Entry made) {
        holdCheck = made;
    }

    /** When it was declared, asked or left by a consumer last, milliseconds since the epoch; 0 = not since the start. */
    long usedAt() {
        return usedAt;
    }

    void used(long now) {
        usedAt = now;
    }

    /** Whether it is the broker's own: no client can see, name or reach it. */
    boolean isHidden() {
        return hidden;
    }

    boolean isDeleted() {
        return deleted;
    }

    void markDeleted() {
        deleted = true;
    }

    /** Marks that it is to be dispatched at the end of the turn; true the first time. */
    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    void markClean() {
        dirty = false;
    }
}
