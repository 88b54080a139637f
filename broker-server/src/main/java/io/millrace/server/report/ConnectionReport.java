package io.millrace.server.report;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection at one moment.
 *
 * @param name its name: {@code host:port -> host:port}, the client's end first
 * @param peerHost the client's address
 * @param peerPort its port
 * @param host our address
 * @param port our port
 * @param protocol such as {@code AMQP 0-9-1}
 * @param state {@code starting}, {@code running}, {@code blocked} or {@code closing}
 * @param user who is logged in, null before
 * @param virtualHost where, null before
 * @param mechanism how the user logged in, null before
 * @param tls the version of TLS, null without
 * @param peerCertificate the subject of the client's certificate, null without
 * @param connectedMillis when it came, milliseconds since the epoch
 * @param channels its open channels
 * @param channelMax the highest channel number
 * @param frameMax the largest frame in bytes
 * @param heartbeatSeconds the interval of heartbeats; 0 = none
 * @param clientProperties what the client says of itself
 */
public record ConnectionReport(
        String name,
        String peerHost,
        int peerPort,
        String host,
        int port,
        String protocol,
        String state,
        @Nullable String user,
        @Nullable String virtualHost,
        @Nullable String mechanism,
        @Nullable String tls,
        @Nullable String peerCertificate,
        long connectedMillis,
        int channels,
        int channelMax,
        int frameMax,
        int heartbeatSeconds,
        Map<String, @Nullable Object> clientProperties) {}
