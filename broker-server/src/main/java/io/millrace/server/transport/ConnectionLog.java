package io.millrace.server.transport;

import io.millrace.server.amqp091.EngineListener;
import io.millrace.server.amqp091.Session091;
import io.millrace.server.amqp091.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what happens to a connection into the log; what clients can cause at will is throttled. */
final class ConnectionLog implements EngineListener {
    private static final Logger log = LoggerFactory.getLogger("io.millrace.server.connection");
    private static final Throttle REFUSALS = new Throttle(10);
    private static final Throttle ERRORS = new Throttle(10);

    private final String client;
    private final Runnable onOpen;

    /**
     * @param client who it is
     * @param onOpen runs when the client has logged in and opened its virtual host
     */
    ConnectionLog(String client, Runnable onOpen) {
        this.client = client;
        this.onOpen = onOpen;
    }

    @Override
    public void loginRefused(String user) {
        if (REFUSALS.permits()) {
            log.warn("login refused client={} user={} suppressed={}", client, user, REFUSALS.takeSuppressed());
        }
    }

    @Override
    public void opened(Session091 session) {
        onOpen.run();
        log.debug("connection opened client={} user={} vhost={}", client, session.user(), session.virtualHost());
    }

    @Override
    public void channelFailed(int channel, WireException error) {
        log.debug("channel closed client={} channel={} cause={}", client, channel, error.getMessage());
    }

    @Override
    public void failed(WireException error) {
        if (ERRORS.permits()) {
            log.info(
                    "connection closed client={} cause={} suppressed={}",
                    client,
                    error.getMessage(),
                    ERRORS.takeSuppressed());
        }
    }

    @Override
    public void dropped(String why) {
        if (ERRORS.permits()) {
            log.info("connection dropped client={} cause={} suppressed={}", client, why, ERRORS.takeSuppressed());
        }
    }
}
