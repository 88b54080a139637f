package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.vhost.ConsumerReport;
import io.millrace.core.vhost.Damage;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.QueueReport;
import io.millrace.core.vhost.QueueStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Queues: looked at, declared, deleted, emptied; and their consumers. */
final class QueueRoutes {
    private final Hosts hosts;

    QueueRoutes(Hosts hosts) {
        this.hosts = hosts;
    }

    Response list(Call call) {
        List<HostAdmin> of = hosts.of(call);
        return Listing.of(
                call,
                () -> Hosts.each(
                        of,
                        host -> Hosts.paged(
                                host,
                                (reports, from) -> reports.queues(from, HostReports.PAGE_MAX),
                                report -> row(host, report))));
    }

    Response show(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String name = call.part("queue");
        QueueReport report = require(host, name);
        ObjectNode row = row(host, report);
        ArrayNode consumers = row.putArray("consumer_details");
        Waiting.on(host.look(reports -> reports.consumersOf(name)))
                .forEach(consumer -> consumers.add(consumerRow(host, consumer)));
        return Response.ok(row);
    }

    Response put(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String name = requireName(call.part("queue"));
        JsonNode body = call.object();
        QueueSpec spec = new QueueSpec(
                name,
                Fields.flag(body, "durable", true),
                Fields.flag(body, "exclusive", false),
                Fields.flag(body, "auto_delete", false),
                Json.arguments(body.path("arguments")));
        if (spec.exclusive()) {
            throw Refusal.badRequest("an exclusive queue belongs to a connection, and there is none here");
        }
        boolean there = find(host, name) != null;
        Waiting.on(host.<QueueStatus>command(
                call.caller().user(), (commands, lane, reply) -> commands.declareQueue(lane, spec, reply)));
        return Response.put(!there);
    }

    Response delete(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String name = call.part("queue");
        require(host, name);
        long messages = Waiting.on(host.<Long>command(
                call.caller().user(),
                (commands, lane, reply) ->
                        commands.deleteQueue(lane, name, call.flag("if-unused"), call.flag("if-empty"), reply)));
        return counted(messages);
    }

    Response purge(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String name = call.part("queue");
        long messages = Waiting.on(
                host.<Long>command(call.caller().user(), (commands, lane, reply) -> commands.purge(lane, name, reply)));
        return counted(messages);
    }

    /** The messages of a queue that are known to be unreadable. */
    Response damaged(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String name = call.part("queue");
        require(host, name);
        return damages(Waiting.on(host.look(reports -> reports.damagesOf(name))));
    }

    /** Gives them up, and says which they were. */
    Response discardDamaged(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        return damages(Waiting.on(host.discardDamaged(call.caller().user(), call.part("queue"))));
    }

    private static Response damages(List<Damage> damages) {
        ObjectNode answer = Json.object();
        long messages = 0;
        ArrayNode ranges = answer.putArray("ranges");
        for (Damage damage : damages) {
            messages += damage.last() - damage.first() + 1;
            ranges.addObject().put("first", damage.first()).put("last", damage.last());
        }
        return Response.ok(answer.put("messages", messages));
    }

    Response consumers(Call call) {
        List<HostAdmin> of = hosts.of(call);
        return Listing.of(
                call,
                () -> Hosts.each(
                        of,
                        host -> Hosts.paged(
                                host,
                                (reports, from) -> reports.consumers(from, HostReports.PAGE_MAX),
                                report -> consumerRow(host, report))));
    }

    private static Response counted(long messages) {
        return new Response(
                204,
                Map.of("X-Message-Count", Long.toString(messages)),
                Response.done().body());
    }

    private static String requireName(String name) {
        if (name.isEmpty()) {
            throw Refusal.badRequest("a queue has to have a name here");
        }
        return name;
    }

    private static QueueReport require(HostAdmin host, String name) {
        QueueReport report = find(host, name);
        if (report == null) {
            throw Refusal.notFound("no queue '" + name + "' in vhost '" + host.name() + "'");
        }
        return report;
    }

    private static @Nullable QueueReport find(HostAdmin host, String name) {
        return Waiting.on(host.look(reports -> Optional.ofNullable(reports.queue(name))))
                .orElse(null);
    }

    private static ObjectNode row(HostAdmin host, QueueReport report) {
        QueueSpec spec = report.spec();
        ObjectNode row = Json.object();
        row.put("name", spec.name()).put("vhost", host.name());
        row.put("durable", spec.durable()).put("auto_delete", spec.autoDelete()).put("exclusive", spec.exclusive());
        row.set("arguments", Json.of(spec.arguments()));
        row.put("type", type(spec));
        row.put("state", host.damagedQueues().contains(spec.name()) ? "damaged" : "running");
        row.put("messages", report.messages());
        row.put("messages_ready", report.ready());
        row.put("messages_unacknowledged", report.unsettled());
        row.put("messages_damaged", report.damaged());
        row.put("consumers", report.consumers());
        row.put("segments", report.segments());
        ObjectNode losses = row.putObject("losses");
        report.losses().forEach(losses::put);
        PolicyFields.put(row, report.policies());
        if (report.owner() != null) {
            row.putObject("owner_pid_details").put("name", report.owner());
        }
        return row;
    }

    private static String type(QueueSpec spec) {
        return spec.arguments().get("x-queue-type") instanceof String type ? type : "classic";
    }

    private static ObjectNode consumerRow(HostAdmin host, ConsumerReport report) {
        ObjectNode row = Json.object();
        row.putObject("queue").put("name", report.queue()).put("vhost", host.name());
        row.putObject("channel_details")
                .put("connection_name", report.client())
                .put("name", report.client() + " (" + report.lane() + ")")
                .put("number", report.lane());
        row.put("consumer_tag", report.tag());
        row.put("ack_required", !report.settled());
        row.put("exclusive", report.exclusive());
        row.put("prefetch_count", report.window());
        row.put("active", report.active());
        row.put("activity_status", report.active() ? "up" : "waiting");
        row.set("arguments", Json.of(report.arguments()));
        return row;
    }
}
