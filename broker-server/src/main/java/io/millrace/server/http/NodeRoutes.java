package io.millrace.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.Page;
import io.millrace.core.vhost.QueueReport;
import io.millrace.core.vhost.ScrubReport;
import java.util.Iterator;
import java.util.List;

/** The node as a whole: what it is, how much there is, what is wrong. */
final class NodeRoutes {
    private final NodeAdmin node;
    private final Hosts hosts;

    NodeRoutes(NodeAdmin node, Hosts hosts) {
        this.node = node;
        this.hosts = hosts;
    }

    /** Sums over all virtual hosts. */
    private static final class Totals {
        long queues;
        long exchanges;
        long consumers;
        long connections;
        long channels;
        long messages;
        long ready;
        long unsettled;
        long damaged;
        long checkedBytes;
        boolean checkOn;
        boolean checkRunning;
    }

    Response overview(Call call) {
        NodeReport report = node.node();
        Totals totals = totals();
        ObjectNode answer = Json.object();
        answer.put("product_name", "Millrace").put("product_version", report.version());
        answer.put("node", report.name()).put("cluster_name", report.name());
        answer.putObject("object_totals")
                .put("queues", totals.queues)
                .put("exchanges", totals.exchanges)
                .put("consumers", totals.consumers)
                .put("connections", totals.connections)
                .put("channels", totals.channels);
        answer.putObject("queue_totals")
                .put("messages", totals.messages)
                .put("messages_ready", totals.ready)
                .put("messages_unacknowledged", totals.unsettled);
        answer.putObject("stored_messages")
                .put("damaged", totals.damaged)
                .put("check_on", totals.checkOn)
                .put("check_running", totals.checkRunning)
                .put("checked_bytes", totals.checkedBytes);
        ArrayNode listeners = answer.putArray("listeners");
        report.listeners().forEach(each -> listeners.add(listener(report, each)));
        return Response.ok(answer);
    }

    private static ObjectNode listener(NodeReport report, NodeReport.Listener listener) {
        ObjectNode row = Json.object();
        row.put("node", report.name()).put("protocol", listener.protocol());
        row.put("ip_address", listener.address()).put("port", listener.port());
        NodeReport.Certificate certificate = listener.certificate();
        row.put("tls", certificate != null);
        if (certificate != null) {
            row.set("certificate", certificate(certificate));
        }
        return row;
    }

    private static ObjectNode certificate(NodeReport.Certificate certificate) {
        return Json.object()
                .put("subject", certificate.subject())
                .put("expires", certificate.expires().toString());
    }

    Response reloadTls(Call call) {
        return Response.ok(certificate(node.reloadTls()));
    }

    Response nodes(Call call) {
        return Listing.of(call, () -> Hosts.once(List.of(row(node.node()))));
    }

    Response showNode(Call call) {
        NodeReport report = node.node();
        if (!report.name().equals(call.part("node"))) {
            throw Refusal.notFound("no node '" + call.part("node") + "'; this one is '" + report.name() + "'");
        }
        return Response.ok(row(report));
    }

    Response version(Call call) {
        return Response.ok(Json.object()
                .put("product", "Millrace")
                .put("version", node.node().version()));
    }

    Response whoami(Call call) {
        ObjectNode answer = Json.object();
        answer.put(
                "name",
                call.caller().user() == null ? "(operator)" : call.caller().user());
        ArrayNode tags = answer.putArray("tags");
        call.caller().tags().forEach(tags::add);
        return Response.ok(answer);
    }

    Response alarms(Call call) {
        List<Alarm> alarms = node.alarms();
        ObjectNode answer = Json.object();
        if (alarms.isEmpty()) {
            return Response.ok(answer.put("status", "ok"));
        }
        answer.put("status", "failed")
                .put("reason", alarms.size() + " alarm(s): " + alarms.get(0).text());
        ArrayNode list = answer.putArray("alarms");
        alarms.forEach(each -> list.addObject()
                .put("kind", each.kind())
                .put("resource", each.resource())
                .put("vhost", each.virtualHost())
                .put("text", each.text()));
        return Response.json(503, answer);
    }

    Response virtualHosts(Call call) {
        List<String> down = node.definitions().virtualHosts().stream()
                .map(each -> each.name())
                .filter(each -> node.host(each) == null)
                .toList();
        return down.isEmpty()
                ? Response.ok(Json.object().put("status", "ok"))
                : Response.json(
                        503,
                        Json.object()
                                .put("status", "failed")
                                .put("reason", "virtual hosts that do not run: " + String.join(", ", down)));
    }

    Response portListener(Call call) {
        boolean there = node.node().listeners().stream()
                .anyMatch(each -> Integer.toString(each.port()).equals(call.part("port")));
        return there
                ? Response.ok(Json.object().put("status", "ok").put("port", call.part("port")))
                : Response.json(
                        503,
                        Json.object()
                                .put("status", "failed")
                                .put("reason", "No active listener")
                                .put("missing", call.part("port")));
    }

    /** Whether the virtual host answers: a turn of it, and its definitions. */
    Response aliveness(Call call) {
        Waiting.on(hosts.require(call.part("vhost")).look(HostReports::queueCount));
        return Response.ok(Json.object().put("status", "ok"));
    }

    private ObjectNode row(NodeReport report) {
        Runtime runtime = Runtime.getRuntime();
        ObjectNode row = Json.object();
        row.put("name", report.name()).put("type", "disc").put("running", true);
        row.put("os_pid", Long.toString(ProcessHandle.current().pid()));
        row.put("uptime", System.currentTimeMillis() - report.startedMillis());
        row.put("processors", runtime.availableProcessors());
        row.put("mem_used", runtime.totalMemory() - runtime.freeMemory()).put("mem_limit", runtime.maxMemory());
        row.put("disk_free", report.diskFreeBytes()).put("disk_free_limit", report.diskFreeLimitBytes());
        row.put(
                "disk_free_alarm",
                node.alarms().stream().anyMatch(each -> each.kind().equals(Alarm.DISK)));
        row.put("db_dir", report.dataDirectory());
        return row;
    }

    private Totals totals() {
        Totals totals = new Totals();
        for (HostAdmin host : hosts.running()) {
            totals.exchanges +=
                    Waiting.on(host.look(reports -> reports.exchanges().size()));
            ScrubReport check = Waiting.on(host.look(HostReports::scrub));
            totals.damaged += check.damaged();
            totals.checkOn |= check.on();
            totals.checkRunning |= check.running();
            totals.checkedBytes += check.bytes();
            Page<QueueReport> page = new Page<>(List.of(), 0);
            while (page.hasNext()) {
                int from = page.next();
                page = Waiting.on(host.look(reports -> reports.queues(from, HostReports.PAGE_MAX)));
                for (QueueReport each : page.items()) {
                    totals.queues++;
                    totals.consumers += each.consumers();
                    totals.messages += each.messages();
                    totals.ready += each.ready();
                    totals.unsettled += each.unsettled();
                }
            }
        }
        Iterator<? extends List<io.millrace.server.report.ConnectionReport>> connections = node.connections();
        while (connections.hasNext()) {
            for (var each : connections.next()) {
                totals.connections++;
                totals.channels += each.channels();
            }
        }
        return totals;
    }
}
