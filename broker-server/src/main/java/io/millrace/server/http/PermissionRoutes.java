package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.system.Permissions;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.TopicPermissions;
import io.millrace.core.system.VirtualHostDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What users may do in virtual hosts, and by which routing keys. */
final class PermissionRoutes {
    private final NodeAdmin node;

    PermissionRoutes(NodeAdmin node) {
        this.node = node;
    }

    Response list(Call call) {
        Predicate<SystemState.Grant> which = which(call);
        return Listing.of(call, () -> Hosts.once(rows(which)));
    }

    Response show(Call call) {
        List<ObjectNode> found = rows(which(call));
        if (found.isEmpty()) {
            throw none(call);
        }
        return Response.ok(found.get(0));
    }

    Response put(Call call) {
        JsonNode body = call.object();
        boolean there = !rows(which(call)).isEmpty();
        Permissions wanted =
                new Permissions(Fields.text(body, "configure"), Fields.text(body, "write"), Fields.text(body, "read"));
        Waiting.on(node.system()
                .putPermissions(call.part("user"), call.part("vhost"), wanted)
                .toCompletableFuture());
        return Response.put(!there);
    }

    Response delete(Call call) {
        if (rows(which(call)).isEmpty()) {
            throw none(call);
        }
        Waiting.on(node.system()
                .deletePermissions(call.part("user"), call.part("vhost"))
                .toCompletableFuture());
        return Response.done();
    }

    Response listTopics(Call call) {
        Predicate<SystemState.Grant> which = which(call);
        return Listing.of(call, () -> Hosts.once(topicRows(which)));
    }

    Response putTopics(Call call) {
        JsonNode body = call.object();
        Predicate<SystemState.Grant> which = which(call);
        String exchange = exchange(Fields.text(body, "exchange"));
        boolean there = topicRows(which).stream()
                .anyMatch(row -> row.path("exchange").asText().equals(exchange));
        TopicPermissions wanted = new TopicPermissions(exchange, Fields.text(body, "write"), Fields.text(body, "read"));
        Waiting.on(node.system()
                .putTopicPermissions(call.part("user"), call.part("vhost"), wanted)
                .toCompletableFuture());
        return Response.put(!there);
    }

    Response deleteTopics(Call call) {
        return deleteTopics(call, List.of());
    }

    Response deleteTopic(Call call) {
        return deleteTopics(call, List.of(exchange(call.part("exchange"))));
    }

    private Response deleteTopics(Call call, List<String> exchanges) {
        if (topicRows(which(call)).isEmpty()) {
            throw none(call);
        }
        Waiting.on(node.system()
                .deleteTopicPermissions(call.part("user"), call.part("vhost"), exchanges)
                .toCompletableFuture());
        return Response.done();
    }

    /** Those of the user and of the virtual host that the path names; both have to be there. */
    private Predicate<SystemState.Grant> which(Call call) {
        String user = call.path().containsKey("user")
                ? UserRoutes.require(node, call.part("user")).name()
                : null;
        int host = call.path().containsKey("vhost")
                ? VirtualHostRoutes.require(node, call.part("vhost")).id()
                : 0;
        return grant -> (user == null || grant.user().equals(user)) && (host == 0 || grant.virtualHost() == host);
    }

    private Refusal none(Call call) {
        return Refusal.notFound(
                "user '" + call.part("user") + "' has no such permissions in vhost '" + call.part("vhost") + "'");
    }

    private List<ObjectNode> rows(Predicate<SystemState.Grant> which) {
        SystemState now = node.definitions();
        Map<Integer, String> names = names(now);
        List<ObjectNode> rows = new ArrayList<>();
        now.permissions().forEach((grant, permissions) -> {
            if (which.test(grant)) {
                rows.add(Json.object()
                        .put("user", grant.user())
                        .put("vhost", names.getOrDefault(grant.virtualHost(), ""))
                        .put("configure", permissions.configure())
                        .put("write", permissions.write())
                        .put("read", permissions.read()));
            }
        });
        return rows;
    }

    private List<ObjectNode> topicRows(Predicate<SystemState.Grant> which) {
        SystemState now = node.definitions();
        Map<Integer, String> names = names(now);
        List<ObjectNode> rows = new ArrayList<>();
        now.forEachTopicPermissions((grant, permissions) -> {
            if (which.test(grant)) {
                rows.add(Json.object()
                        .put("user", grant.user())
                        .put("vhost", names.getOrDefault(grant.virtualHost(), ""))
                        .put("exchange", permissions.exchange())
                        .put("write", permissions.write())
                        .put("read", permissions.read()));
            }
        });
        return rows;
    }

    private static String exchange(String name) {
        return name.equals("amq.default") ? "" : name;
    }

    private static Map<Integer, String> names(SystemState now) {
        Map<Integer, String> names = new HashMap<>();
        for (VirtualHostDefinition each : now.virtualHosts()) {
            names.put(each.id(), each.name());
        }
        return names;
    }
}
