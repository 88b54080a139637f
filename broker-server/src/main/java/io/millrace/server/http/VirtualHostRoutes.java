package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.system.VirtualHostLimits;
import io.millrace.core.system.VirtualHostSettings;
import java.util.ArrayList;
import java.util.List;

/** Virtual hosts: made, described, bounded, deleted. */
final class VirtualHostRoutes {
    private final NodeAdmin node;

    VirtualHostRoutes(NodeAdmin node) {
        this.node = node;
    }

    Response list(Call call) {
        return Listing.of(
                call,
                () -> Hosts.once(node.definitions().virtualHosts().stream()
                        .map(this::row)
                        .toList()));
    }

    Response show(Call call) {
        return Response.ok(row(require(node, call.part("vhost"))));
    }

    Response put(Call call) {
        String name = call.part("vhost");
        JsonNode body = call.object();
        VirtualHostDefinition there = node.definitions().virtualHost(name);
        VirtualHostSettings now = there == null ? VirtualHostSettings.NONE : there.settings();
        VirtualHostSettings wanted = new VirtualHostSettings(
                Fields.text(body, "description", now.description()),
                body.has("tags") ? tags(body.path("tags")) : now.tags(),
                Fields.text(body, "default_queue_type", now.defaultQueueType()),
                Fields.flag(body, "tracing", now.tracing()));
        Waiting.on(node.system().putVirtualHost(name, wanted).toCompletableFuture());
        return Response.put(there == null);
    }

    Response delete(Call call) {
        String name = require(node, call.part("vhost")).name();
        Waiting.on(node.system().deleteVirtualHost(name).toCompletableFuture());
        return Response.done();
    }

    Response limits(Call call) {
        return Listing.of(
                call,
                () -> Hosts.once(node.definitions().virtualHosts().stream()
                        .filter(each -> !each.limits().equals(VirtualHostLimits.NONE))
                        .map(VirtualHostRoutes::limitsRow)
                        .toList()));
    }

    Response limitsOf(Call call) {
        VirtualHostDefinition host = require(node, call.part("vhost"));
        return Listing.of(
                call,
                () -> Hosts.once(host.limits().equals(VirtualHostLimits.NONE) ? List.of() : List.of(limitsRow(host))));
    }

    Response putLimit(Call call) {
        return limit(call, Limits.value(call));
    }

    Response deleteLimit(Call call) {
        return limit(call, Limits.NONE);
    }

    private Response limit(Call call, long value) {
        String host = require(node, call.part("vhost")).name();
        String name = Limits.name(call, Limits.CONNECTIONS, Limits.QUEUES);
        Waiting.on(node.system()
                .putVirtualHostLimits(
                        host, now -> name.equals(Limits.CONNECTIONS) ? now.connectionsMax(value) : now.queuesMax(value))
                .toCompletableFuture());
        return Response.done();
    }

    static VirtualHostDefinition require(NodeAdmin node, String name) {
        VirtualHostDefinition host = node.definitions().virtualHost(name);
        if (host == null) {
            throw Refusal.notFound("no virtual host '" + name + "'");
        }
        return host;
    }

    private static List<String> tags(JsonNode node) {
        List<String> tags = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(each -> tags.add(each.asText()));
        } else {
            for (String each : node.asText().split(",", -1)) {
                if (!each.isBlank()) {
                    tags.add(each.strip());
                }
            }
        }
        return tags;
    }

    private ObjectNode row(VirtualHostDefinition host) {
        VirtualHostSettings settings = host.settings();
        ObjectNode row = Json.object().put("name", host.name());
        row.put("description", settings.description());
        ArrayNode tags = row.putArray("tags");
        settings.tags().forEach(tags::add);
        row.put("default_queue_type", settings.defaultQueueType().isEmpty() ? "classic" : settings.defaultQueueType());
        row.put("tracing", settings.tracing());
        row.put("created_at", host.createdMillis());
        row.put("state", node.host(host.name()) == null ? "stopped" : "running");
        return row;
    }

    private static ObjectNode limitsRow(VirtualHostDefinition host) {
        ObjectNode row = Json.object().put("vhost", host.name());
        ObjectNode value = row.putObject("value");
        Limits.put(value, Limits.CONNECTIONS, host.limits().connectionsMax());
        Limits.put(value, Limits.QUEUES, host.limits().queuesMax());
        return row;
    }
}
