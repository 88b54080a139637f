package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policy;
import io.millrace.core.system.VirtualHostDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Policies of users, or of operators. */
final class PolicyRoutes {
    private final NodeAdmin node;
    private final boolean byOperator;

    PolicyRoutes(NodeAdmin node, boolean byOperator) {
        this.node = node;
        this.byOperator = byOperator;
    }

    Response list(Call call) {
        List<VirtualHostDefinition> hosts = call.path().containsKey("vhost")
                ? List.of(VirtualHostRoutes.require(node, call.part("vhost")))
                : List.copyOf(node.definitions().virtualHosts());
        List<ObjectNode> rows = new ArrayList<>();
        for (VirtualHostDefinition host : hosts) {
            node.definitions().policies(host.id()).all(byOperator).forEach(each -> rows.add(row(host, each)));
        }
        return Listing.of(call, () -> Hosts.once(rows));
    }

    Response show(Call call) {
        VirtualHostDefinition host = VirtualHostRoutes.require(node, call.part("vhost"));
        return Response.ok(row(host, require(host, call)));
    }

    Response put(Call call) {
        VirtualHostDefinition host = VirtualHostRoutes.require(node, call.part("vhost"));
        JsonNode body = call.object();
        String kind = Fields.text(body, "apply-to", byOperator ? ApplyTo.QUEUES.text() : ApplyTo.ALL.text());
        ApplyTo applyTo = ApplyTo.named(kind);
        if (applyTo == null) {
            throw Refusal.badRequest("there is no kind of objects '" + kind + "' to apply a policy to; use one of "
                    + Arrays.stream(ApplyTo.values()).map(ApplyTo::text).collect(Collectors.joining(", ")));
        }
        Policy policy = new Policy(
                call.part("policy"),
                Fields.text(body, "pattern"),
                applyTo,
                Fields.integer(body, "priority", 0),
                Json.arguments(body.path("definition")));
        boolean there = find(host, policy.name()) != null;
        Waiting.on(node.system().putPolicy(host.name(), byOperator, policy).toCompletableFuture());
        return Response.put(!there);
    }

    Response delete(Call call) {
        VirtualHostDefinition host = VirtualHostRoutes.require(node, call.part("vhost"));
        Policy policy = require(host, call);
        Waiting.on(node.system()
                .deletePolicy(host.name(), byOperator, policy.name())
                .toCompletableFuture());
        return Response.done();
    }

    private Policy require(VirtualHostDefinition host, Call call) {
        Policy policy = find(host, call.part("policy"));
        if (policy == null) {
            throw Refusal.notFound("no " + (byOperator ? "operator " : "") + "policy '" + call.part("policy")
                    + "' in vhost '" + host.name() + "'");
        }
        return policy;
    }

    private @Nullable Policy find(VirtualHostDefinition host, String name) {
        return node.definitions().policies(host.id()).named(byOperator, name);
    }

    private static ObjectNode row(VirtualHostDefinition host, Policy policy) {
        ObjectNode row = Json.object().put("vhost", host.name()).put("name", policy.name());
        row.put("pattern", policy.pattern()).put("apply-to", policy.applyTo().text());
        row.set("definition", Json.of(policy.definition()));
        row.put("priority", policy.priority());
        return row;
    }
}
