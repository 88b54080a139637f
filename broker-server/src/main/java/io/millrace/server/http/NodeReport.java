package io.millrace.server.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node at one moment.
 *
 * @param name its name
 * @param version the broker's version
 * @param startedMillis when it began to serve, milliseconds since the epoch
 * @param dataDirectory where its data lies
 * @param diskFreeBytes what is free there, -1 if that cannot be read
 * @param diskFreeLimitBytes below it publishers wait
 * @param listeners where it serves
 */
public record NodeReport(
        String name,
        String version,
        long startedMillis,
        String dataDirectory,
        long diskFreeBytes,
        long diskFreeLimitBytes,
        List<Listener> listeners) {
    /**
     * Where clients are served.
     *
     * @param protocol {@code amqp}, {@code amqps} or {@code http}
     * @param address the IP address
     * @param port the port
     * @param certificate what clients are shown there; null without TLS
     */
    public record Listener(
            String protocol,
            String address,
            int port,
            @Nullable Certificate certificate) {}

    /**
     * The certificate that connections get from now on.
     *
     * @param subject who it names
     * @param expires when it ends
     */
    public record Certificate(String subject, Instant expires) {}
}
