package io.millrace.core.vhost;

import io.millrace.core.model.Arguments;
import io.millrace.core.routing.ConsumeArguments;
import org.jspecify.annotations.Nullable;

/** One subscription: a lane's number for it, its queue, and how much it may hold. Owner's thread. */
final class Consumer {
    /** The number under which a lane holds what it got without a subscription. */
    static final int GETTER = 0;

    private final Lane lane;
    private final int number;
    private final String tag;
    private final Queue queue;
    private final boolean settled;
    private final boolean exclusive;
    private final int window;
    private final Arguments arguments;
    private final long priority;
    private int inFlight;
    private Turns.@Nullable Rank rank;
    private final long timeout;
    private boolean stopped;
    private boolean started;
    private boolean cancelled;
    private boolean inRotation;
    private final Chain.Link membership = new Chain.Link(this);
    private final Chain.Link turn = new Chain.Link(this);

    Consumer(Lane lane, Queue queue, Subscription wanted) {
        this.lane = lane;
        this.number = wanted.consumer();
        this.tag = wanted.tag();
        this.queue = queue;
        this.settled = wanted.settled();
        this.exclusive = wanted.exclusive();
        this.window = wanted.settled() ? 0 : wanted.window();
        this.arguments = wanted.arguments();
        this.timeout = wanted.arguments().get(ConsumeArguments.TIMEOUT) instanceof Long given ? given : -1;
        this.priority = wanted.arguments().get(ConsumeArguments.PRIORITY) instanceof Long given ? given : 0;
    }

    /** Its place among the consumers of its queue. */
    Chain.Link membership() {
        return membership;
    }

    /** Its place among those of its priority that are able. */
    Chain.Link turn() {
        return turn;
    }

    /** How long it may hold a message, milliseconds; 0 = for ever, below 0 = what its queue says. */
    long timeout() {
        return timeout;
    }

    /** It held a message for too long: it gets none until it settles something. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** It gave a sign of life. */
    void goOn() {
        stopped = false;
    }

    /** What holds, for a lane, the messages of that queue that it got without a subscription. */
    static Consumer getter(Lane lane, Queue queue) {
        return new Consumer(lane, queue, new Subscription(GETTER, "", queue.name(), false, false, 0, Arguments.NONE));
    }

    Lane lane() {
        return lane;
    }

    int number() {
        return number;
    }

    String tag() {
        return tag;
    }

    Queue queue() {
        return queue;
    }

    boolean settled() {
        return settled;
    }

    /** The higher, the earlier it is its turn. */
    long priority() {
        return priority;
    }

    /** Those of its priority at its queue, itself among them; null if it does not take part there. */
    Turns.@Nullable Rank rank() {
        return rank;
    }

    void rank(Turns.@Nullable Rank among) {
        rank = among;
    }

    boolean exclusive() {
        return exclusive;
    }

    int inFlight() {
        return inFlight;
    }

    /** Most that it may hold; 0 = no limit. */
    int window() {
        return window;
    }

    Arguments arguments() {
        return arguments;
    }

    /** Whether it may be offered a message now. */
    boolean isAble() {
        return started && !cancelled && !stopped && (window == 0 || inFlight < window) && lane.hasRoom(settled);
    }

    /** How many messages it could take now; its lane's own bound may be lower. */
    int room() {
        if (!isAble()) {
            return 0;
        }
        int own = window == 0 ? Integer.MAX_VALUE : window - inFlight;
        return settled ? own : Math.min(own, lane.room());
    }

    void start() {
        started = true;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    boolean isInRotation() {
        return inRotation;
    }

    void inRotation(boolean value) {
        inRotation = value;
    }

    void took() {
        inFlight++;
        if (number != GETTER) {
            lane.took();
        }
    }

    void gaveBack(int count) {
        inFlight -= count;
        if (number != GETTER) {
            lane.gaveBack(count);
        }
    }
}
