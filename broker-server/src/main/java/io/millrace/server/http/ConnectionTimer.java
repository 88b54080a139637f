package io.millrace.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;

/**
 * Bounds how long a connection takes for what it does now, in total and not from byte to byte: a request with its headers
 * and body, an answer. On the connection's event loop.
 */
final class ConnectionTimer {
    private final Vertx vertx;
    private final HttpConnection connection;
    private long timer = -1;

    ConnectionTimer(Vertx vertx, HttpConnection connection) {
        this.vertx = vertx;
        this.connection = connection;
    }

    /** What is awaited from now on has to come in that time, or the connection closes. */
    void within(long millis) {
        stop();
        timer = vertx.setTimer(millis, late -> {
            var unused = connection.close();
        });
    }

    void stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}
