package io.millrace.server.runtime;

import io.millrace.core.vhost.Commands;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bridge between a connection and a virtual host that may run on another loop: its two halves, and the little that both
 * touch.
 *
 * <p>That is the count of answer bytes that were handed over and are not with the socket yet. The virtual host's half
 * adds and, when there are too many, marks itself stalled; the connection's half takes off and, when there are few
 * enough again and the mark is set, asks the virtual host to go on. Each side writes its own variable before it reads
 * the other's, so that one of them sees the need.
 */
final class Relay {
    /** Answers handed over and not yet with the socket, above which no delivery is taken. */
    static final long ANSWER_BYTES_MAX = 1 << 20;

    private final HostHalf host;
    private final RelayCourier courier;
    private final AtomicLong answerBytes = new AtomicLong();
    /** Batches of answers that were handed over and not given to the outlets yet. */
    private final AtomicInteger underWay = new AtomicInteger();

    private volatile boolean stalled;

    private Relay(VirtualHostLoop loop, Commands commands, Edge edge, BatchPool pool) {
        this.host = new HostHalf(this, loop, commands, edge, pool);
        this.courier = new RelayCourier(this, loop, edge, pool);
    }

    /** A courier for a connection. On the connection's loop. */
    static Courier courier(VirtualHostLoop loop, Commands commands, Edge edge, BatchPool pool) {
        return new Relay(loop, commands, edge, pool).courier;
    }

    /** The half on the side of the virtual host. */
    HostHalf host() {
        return host;
    }

    /** The half on the connection's loop. */
    RelayCourier courier() {
        return courier;
    }

    /** On the loop that runs the virtual host: so much was handed over. */
    void handedOver(long bytes) {
        answerBytes.addAndGet(bytes);
        underWay.incrementAndGet();
    }

    /** On the connection's loop: a batch was given to the outlets. */
    void received() {
        underWay.decrementAndGet();
    }

    /** Whether answers are on their way that the next one must not overtake. */
    boolean anyUnderWay() {
        return underWay.get() > 0;
    }

    /**
     * On the loop that runs the virtual host: whether there is room for another delivery.
     *
     * @param collected bytes collected and not handed over yet
     */
    boolean hasRoom(long collected) {
        if (answerBytes.get() + collected < ANSWER_BYTES_MAX) {
            return true;
        }
        stalled = true;
        if (answerBytes.get() + collected < ANSWER_BYTES_MAX / 2) {
            // The connection has caught up in between and may not have seen the mark.
            stalled = false;
            return true;
        }
        return false;
    }

    /** On the loop that runs the virtual host: deliveries go on. */
    void goOn() {
        stalled = false;
    }

    /** On the connection's loop: so much has gone to the socket; tells whether the virtual host waits to go on. */
    boolean sent(long bytes) {
        return answerBytes.addAndGet(-bytes) < ANSWER_BYTES_MAX / 2 && stalled;
    }
}
