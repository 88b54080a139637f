package io.millrace.core.vhost;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ordered sequence of commands of one client, and what comes back from them. Made by an edge on any thread; what the
 * virtual host keeps in it is touched by the owner's thread only.
 */
public final class Lane {
    private final Client client;
    private final int number;
    private final Outlet outlet;

    /** Its consumers with their getters, in the order of their numbers. */
    private List<Consumer> consumers = new ArrayList<>();

    private @Nullable Consumer recent;
    private int window;
    private int inFlight;
    private boolean open;
    private boolean failed;
    private boolean touched;
    private int parked;
    private long confirmUpTo;
    private boolean confirmIsLogged;
    private @Nullable Transaction transaction;
    private @Nullable Later later;

    /**
     * @param client whose lane it is
     * @param number the edge's number for it, unique among the client's open lanes, 0 or more
     * @param outlet where the answers go
     */
    public Lane(Client client, int number, Outlet outlet) {
        this.client = client;
        this.number = number;
        this.outlet = outlet;
    }

    /** Whose lane it is. */
    public Client client() {
        return client;
    }

    /** The edge's number for it. */
    public int number() {
        return number;
    }

    /** Where the answers go. */
    public Outlet outlet() {
        return outlet;
    }

    void open() {
        open = true;
    }

    void close() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    /** No more publishes: one of them failed, and the edge will close the lane. */
    void fail() {
        failed = true;
    }

    boolean takesPublishes() {
        return open && !failed;
    }

    List<Consumer> consumers() {
        return consumers;
    }

    void add(Consumer consumer) {
        int at = consumers.size();
        while (at > 0 && consumers.get(at - 1).number() > consumer.number()) {
            at--;
        }
        consumers.add(at, consumer);
    }

    void remove(Consumer consumer) {
        int at = place(consumer.number());
        while (at < consumers.size() && consumers.get(at).number() == consumer.number()) {
            if (consumers.get(at) == consumer) {
                consumers.remove(at);
                break;
            }
            at++;
        }
        if (recent == consumer) {
            recent = null;
        }
    }

    /** Takes all consumers away from it. */
    List<Consumer> takeConsumers() {
        List<Consumer> all = consumers;
        consumers = new ArrayList<>();
        recent = null;
        return all;
    }

    /** The consumer of that number on that queue; null if there is none. */
    @Nullable
    Consumer consumer(int wanted, Queue queue) {
        Consumer last = recent;
        if (last != null && last.number() == wanted && last.queue() == queue) {
            return last;
        }
        for (int i = place(wanted); i < consumers.size() && consumers.get(i).number() == wanted; i++) {
            if (consumers.get(i).queue() == queue) {
                recent = consumers.get(i);
                return recent;
            }
        }
        return null;
    }

    /** The subscription of that number; null if there is none. */
    @Nullable
    Consumer subscription(int wanted) {
        int at = place(wanted);
        return at < consumers.size() && consumers.get(at).number() == wanted ? consumers.get(at) : null;
    }

    /** Where the first of that number stands, or would. */
    private int place(int wanted) {
        int low = 0;
        int high = consumers.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (consumers.get(middle).number() < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** What it has asked for and not yet committed; null if there is nothing. */
    @Nullable
    Transaction transaction() {
        return transaction;
    }

    void transaction(@Nullable Transaction open) {
        transaction = open;
    }

    /** Its commands behind a commit that waits for records; null if there is no such commit. */
    @Nullable
    Later later() {
        return later;
    }

    void later(@Nullable Later commands) {
        later = commands;
    }

    void window(int most) {
        window = most;
    }

    boolean hasRoom(boolean settled) {
        return open && (settled || window == 0 || inFlight < window) && outlet.hasRoom();
    }

    /** How many deliveries its window has room for. */
    int room() {
        return window == 0 ? Integer.MAX_VALUE : Math.max(0, window - inFlight);
    }

    boolean isLimited() {
        return window != 0;
    }

    void took() {
        inFlight++;
    }

    void gaveBack(int count) {
        inFlight -= count;
    }

    /** Marks that its outlet was called in this turn; true the first time. */
    boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    void untouch() {
        touched = false;
    }

    /** A publish with that number wants its confirm; true for the first of this turn. */
    boolean wantsConfirm(long publish, boolean logged) {
        boolean first = confirmUpTo == 0;
        confirmUpTo = publish;
        confirmIsLogged |= logged;
        return first;
    }

    /** Whether any publish that waits for its confirm is in the log. */
    boolean confirmIsLogged() {
        return confirmIsLogged;
    }

    /** The highest publish of this turn that wants a confirm. */
    long takeConfirm() {
        long upTo = confirmUpTo;
        confirmUpTo = 0;
        confirmIsLogged = false;
        return upTo;
    }

    void parked(int change) {
        parked += change;
    }

    boolean hasParked() {
        return parked > 0;
    }
}
