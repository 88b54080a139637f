package io.millrace.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.report.ChannelReport;
import io.millrace.server.report.ConnectionReport;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Connections and channels: looked at and closed. */
final class ConnectionRoutes {
    private static final String REASON = "Closed via management plugin";
    private static final int REASON_CHARS_MAX = 200;

    private final NodeAdmin node;
    private final Hosts hosts;

    ConnectionRoutes(NodeAdmin node, Hosts hosts) {
        this.node = node;
        this.hosts = hosts;
    }

    Response list(Call call) {
        return connections(call, each -> true);
    }

    Response ofVirtualHost(Call call) {
        String vhost = hosts.require(call.part("vhost")).name();
        return connections(call, each -> vhost.equals(each.virtualHost()));
    }

    Response ofUser(Call call) {
        String user = call.part("user");
        return connections(call, each -> user.equals(each.user()));
    }

    Response show(Call call) {
        return Response.ok(row(require(call)));
    }

    Response close(Call call) {
        String name = require(call).name();
        node.closeConnections(each -> each.name().equals(name), reason(call));
        return Response.done();
    }

    Response closeOfUser(Call call) {
        String user = call.part("user");
        node.closeConnections(each -> user.equals(each.user()), reason(call));
        return Response.done();
    }

    Response channels(Call call) {
        return channels(call, each -> true);
    }

    Response channelsOfVirtualHost(Call call) {
        String vhost = hosts.require(call.part("vhost")).name();
        return channels(call, each -> vhost.equals(each.virtualHost()));
    }

    Response channelsOfConnection(Call call) {
        String name = require(call).name();
        return channels(call, each -> name.equals(each.connection()));
    }

    Response channel(Call call) {
        String name = call.part("channel");
        Iterator<List<ChannelReport>> all = node.channels();
        while (all.hasNext()) {
            for (ChannelReport each : all.next()) {
                if (channelName(each).equals(name)) {
                    return Response.ok(channelRow(each));
                }
            }
        }
        throw Refusal.notFound("no channel '" + name + "'");
    }

    private Response connections(Call call, Predicate<ConnectionReport> which) {
        return Listing.of(call, () -> rows(node.connections(), which, ConnectionRoutes::row));
    }

    private Response channels(Call call, Predicate<ChannelReport> which) {
        return Listing.of(call, () -> rows(node.channels(), which, ConnectionRoutes::channelRow));
    }

    private ConnectionReport require(Call call) {
        String name = call.part("connection");
        Iterator<List<ConnectionReport>> all = node.connections();
        while (all.hasNext()) {
            for (ConnectionReport each : all.next()) {
                if (each.name().equals(name)) {
                    return each;
                }
            }
        }
        throw Refusal.notFound("no connection '" + name + "'");
    }

    /** The reason that the client is told: one line of bounded length. */
    private static String reason(Call call) {
        String given = call.headers().get("x-reason");
        if (given == null || given.isBlank()) {
            return REASON;
        }
        String line = given.replaceAll("\\p{Cntrl}", " ").strip();
        return line.length() <= REASON_CHARS_MAX ? line : line.substring(0, REASON_CHARS_MAX);
    }

    private static <T> Iterator<List<ObjectNode>> rows(
            Iterator<List<T>> source, Predicate<T> which, Function<T, ObjectNode> row) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return source.hasNext();
            }

            @Override
            public List<ObjectNode> next() {
                return source.next().stream().filter(which).map(row).toList();
            }
        };
    }

    private static ObjectNode row(ConnectionReport report) {
        ObjectNode row = Json.object();
        row.put("name", report.name());
        row.put("peer_host", report.peerHost()).put("peer_port", report.peerPort());
        row.put("host", report.host()).put("port", report.port());
        row.put("protocol", report.protocol()).put("state", report.state()).put("type", "network");
        row.put("user", report.user()).put("vhost", report.virtualHost());
        row.put("auth_mechanism", report.mechanism());
        row.put("ssl", report.tls() != null).put("ssl_protocol", report.tls());
        row.put("peer_cert_subject", report.peerCertificate());
        row.put("connected_at", report.connectedMillis());
        row.put("channels", report.channels()).put("channel_max", report.channelMax());
        row.put("frame_max", report.frameMax()).put("timeout", report.heartbeatSeconds());
        row.set("client_properties", Json.value(report.clientProperties()));
        if (report.clientProperties().get("connection_name") instanceof String name) {
            row.put("user_provided_name", name);
        }
        return row;
    }

    private static ObjectNode channelRow(ChannelReport report) {
        ObjectNode row = Json.object();
        row.put("name", channelName(report)).put("number", report.number());
        row.put("user", report.user()).put("vhost", report.virtualHost());
        row.putObject("connection_details").put("name", report.connection());
        row.put("state", "running");
        row.put("consumer_count", report.consumers());
        row.put("messages_unacknowledged", report.unacknowledged());
        row.put("messages_unconfirmed", report.unconfirmed());
        row.put("prefetch_count", report.prefetch()).put("global_prefetch_count", report.globalPrefetch());
        row.put("confirm", report.confirming()).put("transactional", report.transactional());
        return row;
    }

    private static String channelName(ChannelReport report) {
        return report.connection() + " (" + report.number() + ")";
    }
}
