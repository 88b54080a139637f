package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.policy.Policies;
import io.millrace.core.vhost.HostReports;
import java.util.List;
import java.util.Optional;

/** Exchanges: looked at, declared, deleted. */
final class ExchangeRoutes {
    private static final String DEFAULT_EXCHANGE = "amq.default";

    private final Hosts hosts;

    ExchangeRoutes(Hosts hosts) {
        this.hosts = hosts;
    }

    Response list(Call call) {
        List<HostAdmin> of = hosts.of(call);
        // Exchanges are records that do not change: one turn copies references only.
        return Listing.of(
                call,
                () -> Hosts.each(of, host -> {
                    Policies policies = Waiting.on(host.look(HostReports::policies));
                    return Hosts.once(Hosts.rows(
                            Waiting.on(host.look(HostReports::exchanges)), spec -> row(host, spec, policies)));
                }));
    }

    Response show(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        ExchangeSpec spec = require(host, name(call));
        return Response.ok(row(host, spec, Waiting.on(host.look(HostReports::policies))));
    }

    Response put(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String name = name(call);
        JsonNode body = call.object();
        ExchangeSpec spec = new ExchangeSpec(
                name,
                Fields.text(body, "type"),
                Fields.flag(body, "durable", true),
                Fields.flag(body, "auto_delete", false),
                Fields.flag(body, "internal", false),
                Json.arguments(body.path("arguments")));
        boolean there = find(host, name).isPresent();
        Waiting.on(host.<Void>command(
                call.caller().user(), (commands, lane, reply) -> commands.declareExchange(lane, spec, reply)));
        return Response.put(!there);
    }

    Response delete(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String name = name(call);
        require(host, name);
        Waiting.on(host.<Void>command(
                call.caller().user(),
                (commands, lane, reply) -> commands.deleteExchange(lane, name, call.flag("if-unused"), reply)));
        return Response.done();
    }

    /** The exchange that the path names; the one without a name has another there. */
    static String name(Call call) {
        String name = call.part("exchange");
        return name.equals(DEFAULT_EXCHANGE) ? "" : name;
    }

    static ExchangeSpec require(HostAdmin host, String name) {
        return find(host, name)
                .orElseThrow(() -> Refusal.notFound("no exchange '" + name + "' in vhost '" + host.name() + "'"));
    }

    private static Optional<ExchangeSpec> find(HostAdmin host, String name) {
        return Waiting.on(host.look(reports -> Optional.ofNullable(reports.exchange(name))));
    }

    private static ObjectNode row(HostAdmin host, ExchangeSpec spec, Policies policies) {
        ObjectNode row = Json.object();
        row.put("name", spec.name()).put("vhost", host.name()).put("type", spec.type());
        row.put("durable", spec.durable()).put("auto_delete", spec.autoDelete()).put("internal", spec.internal());
        row.set("arguments", Json.of(spec.arguments()));
        PolicyFields.put(row, policies.applied(spec));
        return row;
    }
}
