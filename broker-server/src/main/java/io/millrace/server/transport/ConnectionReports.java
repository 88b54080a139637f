package io.millrace.server.transport;

import io.millrace.server.amqp091.ConnectionEngine;
import io.millrace.server.amqp091.Session091;
import io.millrace.server.report.ConnectionReport;
import java.util.Map;

/** Makes the report of a connection out of its socket and its engine; on the connection's loop. */
final class ConnectionReports {
    private static final String PROTOCOL = "AMQP 0-9-1";

    private ConnectionReports() {}

    static ConnectionReport of(
            Arrival arrival, Identity identity, ConnectionEngine engine, boolean blocked, long connectedMillis) {
        Session091 session = engine.session();
        String state = session == null ? "starting" : (blocked ? "blocked" : "running");
        return new ConnectionReport(
                arrival.description(),
                arrival.from().getAddress().getHostAddress(),
                arrival.from().getPort(),
                arrival.to().getAddress().getHostAddress(),
                arrival.to().getPort(),
                PROTOCOL,
                state,
                session == null ? null : session.user(),
                session == null ? null : session.virtualHost(),
                session == null ? null : session.mechanism(),
                identity.tlsVersion(),
                identity.certificateSubject(),
                connectedMillis,
                engine.channels().size(),
                session == null ? 0 : session.channelMax(),
                session == null ? 0 : session.frameMaxBytes(),
                session == null ? 0 : session.heartbeatSeconds(),
                session == null ? Map.of() : session.clientProperties());
    }
}
