package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Definitions as one file: written and read. */
final class DefinitionsRoutes {
    private final NodeAdmin node;

    DefinitionsRoutes(NodeAdmin node) {
        this.node = node;
    }

    Response export(Call call) {
        return Response.ok(node.definitionsFiles().export(virtualHost(call)));
    }

    Response load(Call call) {
        if (call.body().length == 0) {
            throw Refusal.badRequest("the definitions are missing: they are the body");
        }
        ObjectNode report;
        try {
            report = node.definitionsFiles().load(virtualHost(call), call.body());
        } catch (DefinitionsAdmin.NotDefinitions e) {
            throw Refusal.badRequest(String.valueOf(e.getMessage()));
        }
        int refused = 0;
        for (JsonNode each : report.path("problems")) {
            refused += each.path("refused").asBoolean() ? 1 : 0;
        }
        if (refused == 0) {
            return Response.ok(report);
        }
        report.put("error", "bad_request")
                .put("reason", refused + " definition(s) were refused; the others are in effect");
        return Response.json(400, report);
    }

    private @Nullable String virtualHost(Call call) {
        return call.path().containsKey("vhost")
                ? VirtualHostRoutes.require(node, call.part("vhost")).name()
                : null;
    }
}
