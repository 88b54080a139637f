package io.millrace.server.amqp091;

import org.jspecify.annotations.Nullable;

/** Handshake timeout, close timeout and heartbeats (AMQP 0-9-1 §4.2.7) of a connection, on ticks from outside. */
final class Liveness {
    private static final int TICKS_PER_HEARTBEAT = 8;

    private final Settings091 settings;
    private final long connectedAt;
    private long heardAt;
    private long sentAt;
    private long closingAt = -1;
    private long now;
    private boolean heard;
    private int heartbeatMillis;

    Liveness(Settings091 settings, long nowMillis) {
        this.settings = settings;
        this.connectedAt = nowMillis;
        this.heardAt = nowMillis;
        this.sentAt = nowMillis;
        this.now = nowMillis;
    }

    /** Something has arrived. */
    void heard() {
        heard = true;
    }

    /** Sets the interval of heartbeats; 0 = none. */
    void heartbeats(int seconds) {
        heartbeatMillis = seconds * 1_000;
        heardAt = now;
        sentAt = now;
    }

    /**
     * Time has passed.
     *
     * @param reading whether the client can make itself heard at all
     * @return why the connection must end, or null
     */
    @Nullable
    String tick(long nowMillis, boolean handshaking, boolean closing, boolean reading) {
        now = nowMillis;
        if (heard || !reading) {
            heard = false;
            heardAt = now;
        }
        if (handshaking && now - connectedAt >= settings.handshakeMillis()) {
            return "the handshake was not complete after " + settings.handshakeMillis() + " ms";
        }
        if (closing) {
            closingAt = closingAt < 0 ? now : closingAt;
            return now - closingAt < settings.closeMillis()
                    ? null
                    : "connection.close was not answered within " + settings.closeMillis() + " ms";
        }
        if (heartbeatMillis > 0 && now - heardAt >= 2L * heartbeatMillis) {
            return "nothing was heard for two heartbeat intervals of " + heartbeatMillis / 1_000 + " s";
        }
        return null;
    }

    /**
     * How long an open connection needs no tick: an eighth of an interval, so that what was heard or sent just after a tick
     * counts as that much later at most; {@link Long#MAX_VALUE} without heartbeats.
     */
    long calmMillis() {
        return heartbeatMillis == 0 ? Long.MAX_VALUE : heartbeatMillis / TICKS_PER_HEARTBEAT;
    }

    /** Whether a heartbeat is due: nothing was sent for half an interval. */
    boolean heartbeatDue(boolean sentSinceTick) {
        if (sentSinceTick) {
            sentAt = now;
        }
        if (heartbeatMillis == 0 || now - sentAt < heartbeatMillis / 2) {
            return false;
        }
        sentAt = now;
        return true;
    }
}
