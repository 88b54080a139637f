package io.millrace.server.demo;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends channels and connections of which nothing more is expected. */
final class Closing {
    private static final int MILLIS_MAX = 5_000;

    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    static void quietly(Channel channel) {
        try {
            channel.close();
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            log.debug("a channel was closed already", e);
        }
    }

    static void quietly(Connection connection) {
        try {
            connection.close(MILLIS_MAX);
        } catch (IOException | AlreadyClosedException e) {
            connection.abort(MILLIS_MAX);
        }
    }
}
