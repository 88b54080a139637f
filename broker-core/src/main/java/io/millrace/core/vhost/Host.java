package io.millrace.core.vhost;

import io.millrace.core.event.EventWriter;
import io.millrace.core.model.BrokerException;
import io.millrace.core.routing.RouteCache;
import io.millrace.core.store.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a virtual host share: its state, its writer, and the turn they are in. A turn is begun, takes
 * commands, dispatches what became ready, seals its events into one frame, and flushes the outlets it touched.
 */
final class Host implements Parked.Release {
    final HostSetup setup;
    final HostState state;
    final Arena arena;
    final EventWriter writer;
    final RouteCache routes;
    final HostCounters counters = new HostCounters();

    /** What has to be done at some time. */
    final Agenda agenda;
    /** Those who act on queues by themselves, in the order in which they hear of them. */
    final List<QueueWatch> watches = new ArrayList<>();

    /** What an operator rules for this virtual host; changes at run time. */
    HostRules rules;
    /** Its bounds; change at run time. */
    HostLimits limits;

    private final Parked parked = new Parked();
    private final List<Queue> dirty = new ArrayList<>();
    private final List<Lane> touched = new ArrayList<>();
    private final List<Lane> confirming = new ArrayList<>();
    private long now;
    private int depth;
    private boolean failed;

    final Damages damages;
    final ColdReads reads;
    final Dispatcher dispatcher;
    final Publishing publishing;
    final DeadLetters deadLetters;
    final Replies replies;
    final Expiry expiry;
    final Delays delays;
    final HoldTimes holdTimes;
    final LengthLimits lengthLimits;
    final Duplicates duplicates;
    final Admission admission;
    final Endings endings;

    Host(HostSetup setup, HostState state, Arena arena) {
        this.setup = setup;
        this.rules = HostRules.of(setup.policies());
        this.limits = setup.limits();
        this.state = state;
        this.arena = arena;
        this.writer = new EventWriter(arena, setup.log());
        this.routes = new RouteCache(state.topology(), setup.headers());
        this.damages = new Damages(this);
        watches.add(damages);
        this.reads = new ColdReads(this);
        this.dispatcher = new Dispatcher(this, reads);
        this.publishing = new Publishing(this);
        this.deadLetters = new DeadLetters(this, publishing);
        this.delays = new Delays(this);
        this.expiry = new Expiry(this);
        watches.add(expiry);
        this.holdTimes = new HoldTimes(this);
        watches.add(holdTimes);
        this.replies = new Replies(this);
        this.agenda = new Agenda(setup.clock(), setup.timer(), setup.owner());
        this.lengthLimits = new LengthLimits(this);
        this.duplicates = new Duplicates(this);
        this.admission = new Admission(this, duplicates);
        this.endings = new Endings(this);
        watches.add(lengthLimits);
        watches.add(admission);
        watches.add(deadLetters);
    }

    String name() {
        return setup.name();
    }

    /** The time of this turn. */
    long now() {
        return now;
    }

    boolean isFailed() {
        return failed;
    }

    void fail() {
        failed = true;
    }

    void begin() {
        if (depth++ == 0) {
            now = setup.clock().millis();
            writer.begin(now);
            lengthLimits.begin();
            if (!failed) {
                agenda.run(now);
            }
        }
    }

    /** A queue is new, was restored, or has got other features. */
    void changed(Queue queue) {
        for (QueueWatch watch : watches) {
            watch.changed(queue);
        }
    }

    /** A queue was deleted. */
    void gone(Queue queue) {
        for (QueueWatch watch : watches) {
            watch.gone(queue);
        }
        setup.listener().gone(queue.name());
    }

    /** Runs something in a turn of its own, or in the one that is under way. */
    void turn(Runnable action) {
        begin();
        try {
            action.run();
        } finally {
            end();
        }
    }

    /** Ends a turn: what became ready is handed out, the events are sealed, what is durable is answered. */
    void end() {
        if (depth > 1) {
            depth--;
            return;
        }
        do {
            for (int i = 0; i < dirty.size(); i++) {
                Queue queue = dirty.get(i);
                queue.markClean();
                dispatcher.dispatch(queue);
            }
            dirty.clear();
            lengthLimits.enforceNow();
            settleConfirms();
            writer.seal();
            if (!failed) {
                parked.release(setup.log().durable(), this);
            }
        } while (!dirty.isEmpty() || !confirming.isEmpty() || !writer.isEmpty());
        for (int i = 0; i < touched.size(); i++) {
            Lane lane = touched.get(i);
            lane.untouch();
            if (lane.isOpen()) {
                lane.outlet().flush();
            }
        }
        touched.clear();
        depth = 0;
    }

    /** Whether a turn is under way. */
    boolean inTurn() {
        return depth > 0;
    }

    /** The queue is to be dispatched at the end of the turn. */
    void dirty(Queue queue) {
        if (queue.markDirty()) {
            dirty.add(queue);
        }
    }

    /** The lane's outlet, which will be flushed at the end of the turn. */
    Outlet outlet(Lane lane) {
        if (lane.touch()) {
            touched.add(lane);
        }
        return lane.outlet();
    }

    /** A publish of that lane wants a confirm: once this turn's events are durable, or at once if it was not logged. */
    void wantsConfirm(Lane lane, long number, boolean logged) {
        if (lane.wantsConfirm(number, logged)) {
            confirming.add(lane);
        }
        if (logged) {
            writer.urgent();
        }
    }

    /** Answers behind what the lane waits for already and, if {@code logged}, once all that was written is durable. */
    void reply(Lane lane, boolean logged, Runnable answer) {
        boolean waits = logged && position() > setup.log().durable();
        if (waits) {
            writer.urgent();
            setup.log().hurry();
        }
        if (waits || lane.hasParked()) {
            parked.action(position(), lane, answer);
        } else {
            run(lane, answer);
        }
    }

    /** Refuses, in the lane's order. */
    void refuse(Lane lane, Reply<?> reply, BrokerException why) {
        reply(lane, false, () -> reply.refused(why));
    }

    /** Runs something, in a turn, when everything written so far is durable. */
    void whenDurable(Runnable action) {
        writer.urgent();
        setup.log().hurry();
        parked.action(position(), null, action);
    }

    /** Where the event written last will stand, or stands. Never falls, so what is parked is in order. */
    long position() {
        return setup.log().last() + (writer.isEmpty() ? 0 : 1);
    }

    private void settleConfirms() {
        for (int i = 0; i < confirming.size(); i++) {
            Lane lane = confirming.get(i);
            boolean logged = lane.confirmIsLogged();
            long upTo = lane.takeConfirm();
            if (lane.hasParked() || (logged && position() > setup.log().durable())) {
                parked.confirm(position(), lane, upTo);
            } else {
                confirm(lane, upTo);
            }
        }
        confirming.clear();
    }

    @Override
    public void confirm(Lane lane, long upTo) {
        if (lane.isOpen() && !failed) {
            outlet(lane).confirmed(upTo);
        }
    }

    @Override
    public void run(@Nullable Lane lane, Runnable action) {
        if (lane == null) {
            action.run();
        } else if (lane.isOpen() && !failed) {
            outlet(lane);
            action.run();
        }
    }
}
