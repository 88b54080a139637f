package io.millrace.server.transport;

import io.millrace.server.amqp091.ConnectionEngine;
import io.millrace.server.amqp091.Session091;
import io.millrace.server.report.ConnectionReport;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the report of a connection out of its socket and its engine; on the connection's loop. */
final class ConnectionReports {
    private static final String PROTOCOL = "AMQP 0-9-1";

    private ConnectionReports() {}

    static ConnectionReport of(
            Channel channel, String name, ConnectionEngine engine, boolean blocked, long connectedMillis) {
        Session091 session = engine.session();
        String state = session == null ? "starting" : (blocked ? "blocked" : "running");
        return new ConnectionReport(
                name,
                host(channel.remoteAddress()),
                port(channel.remoteAddress()),
                host(channel.localAddress()),
                port(channel.localAddress()),
                PROTOCOL,
                state,
                session == null ? null : session.user(),
                session == null ? null : session.virtualHost(),
                null,
                null,
                null,
                connectedMillis,
                engine.channels().size(),
                session == null ? 0 : session.channelMax(),
                session == null ? 0 : session.frameMaxBytes(),
                session == null ? 0 : session.heartbeatSeconds(),
                session == null ? Map.of() : session.clientProperties());
    }

    private static String host(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : "?";
    }

    private static int port(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
    }
}
