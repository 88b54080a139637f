package io.millrace.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.DestinationKind;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.QueueReport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Bindings: looked at, made, removed. That of every queue to the default exchange is listed, and cannot be removed. */
final class BindingRoutes {
    private static final int HASH_CHARS = 16;

    private final Hosts hosts;

    BindingRoutes(Hosts hosts) {
        this.hosts = hosts;
    }

    Response list(Call call) {
        List<HostAdmin> of = hosts.of(call);
        return Listing.of(call, () -> Hosts.each(of, host -> concat(implied(host), explicit(host))));
    }

    Response ofQueue(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String queue = requireQueue(host, call.part("queue"));
        return Listing.of(call, () -> {
            List<ObjectNode> rows = new ArrayList<>();
            rows.add(row(host, new BindingSpec("", queue, queue, Arguments.NONE)));
            Waiting.on(host.look(reports -> reports.bindingsTo(queue))).forEach(each -> rows.add(row(host, each)));
            return Hosts.once(rows);
        });
    }

    Response fromExchange(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String exchange =
                ExchangeRoutes.require(host, ExchangeRoutes.name(call)).name();
        return Listing.of(
                call,
                () -> exchange.isEmpty()
                        ? implied(host)
                        : Hosts.once(Hosts.rows(
                                Waiting.on(host.look(reports -> reports.bindingsOf(exchange))),
                                each -> row(host, each))));
    }

    Response toExchange(Call call) {
        HostAdmin host = hosts.require(call.part("vhost"));
        String exchange =
                ExchangeRoutes.require(host, ExchangeRoutes.name(call)).name();
        return Listing.of(
                call,
                () -> Hosts.once(Hosts.rows(
                        Waiting.on(host.look(reports -> reports.bindingsToExchange(exchange))),
                        each -> row(host, each))));
    }

    /** The routes about bindings from an exchange to that kind of destination. */
    Between between(DestinationKind kind) {
        return new Between(kind);
    }

    /** Bindings between two ends that the path names. */
    final class Between {
        private final DestinationKind kind;

        private Between(DestinationKind kind) {
            this.kind = kind;
        }

        Response list(Call call) {
            HostAdmin host = hosts.require(call.part("vhost"));
            return Listing.of(
                    call, () -> Hosts.once(Hosts.rows(find(host, call, each -> true), each -> row(host, each))));
        }

        Response bind(Call call) {
            HostAdmin host = hosts.require(call.part("vhost"));
            JsonNode body = call.object();
            BindingSpec spec = new BindingSpec(
                    ExchangeRoutes.require(host, ExchangeRoutes.name(call)).name(),
                    kind,
                    requireDestination(host, call),
                    Fields.text(body, "routing_key", ""),
                    Json.arguments(body.path("arguments")));
            Waiting.on(host.<Void>command(
                    call.caller().user(), (commands, lane, reply) -> commands.bind(lane, spec, reply)));
            return new Response(
                    201,
                    Map.of("Location", Percent.encode(propertiesKey(spec))),
                    Response.done().body());
        }

        Response show(Call call) {
            HostAdmin host = hosts.require(call.part("vhost"));
            return Response.ok(row(host, require(host, call)));
        }

        Response unbind(Call call) {
            HostAdmin host = hosts.require(call.part("vhost"));
            BindingSpec spec = require(host, call);
            Waiting.on(host.<Void>command(
                    call.caller().user(), (commands, lane, reply) -> commands.unbind(lane, spec, reply)));
            return Response.done();
        }

        private BindingSpec require(HostAdmin host, Call call) {
            String key = call.part("properties");
            List<BindingSpec> found =
                    find(host, call, each -> propertiesKey(each).equals(key));
            if (found.isEmpty()) {
                throw Refusal.notFound("no binding '" + key + "' from exchange '" + ExchangeRoutes.name(call) + "' to "
                        + word(kind) + " '" + call.part("destination") + "' in vhost '" + host.name() + "'");
            }
            return found.get(0);
        }

        private List<BindingSpec> find(HostAdmin host, Call call, Predicate<BindingSpec> which) {
            String destination = requireDestination(host, call);
            String exchange =
                    ExchangeRoutes.require(host, ExchangeRoutes.name(call)).name();
            if (exchange.isEmpty()) {
                return kind == DestinationKind.QUEUE
                        ? List.of(new BindingSpec("", destination, destination, Arguments.NONE))
                        : List.of();
            }
            return Waiting.on(host.look(reports -> kind == DestinationKind.QUEUE
                            ? reports.bindingsTo(destination)
                            : reports.bindingsToExchange(destination)))
                    .stream()
                    .filter(each -> each.exchange().equals(exchange))
                    .filter(which)
                    .toList();
        }

        private String requireDestination(HostAdmin host, Call call) {
            String name = call.part("destination");
            return kind == DestinationKind.QUEUE
                    ? requireQueue(host, name)
                    : ExchangeRoutes.require(host, name).name();
        }
    }

    private static String word(DestinationKind kind) {
        return kind == DestinationKind.QUEUE ? "queue" : "exchange";
    }

    private static String requireQueue(HostAdmin host, String name) {
        if (!Waiting.on(host.look(reports -> reports.queue(name) != null))) {
            throw Refusal.notFound("no queue '" + name + "' in vhost '" + host.name() + "'");
        }
        return name;
    }

    private static Iterator<List<ObjectNode>> implied(HostAdmin host) {
        return Hosts.paged(
                host,
                (reports, from) -> reports.queues(from, HostReports.PAGE_MAX),
                (QueueReport queue) -> row(
                        host,
                        new BindingSpec("", queue.spec().name(), queue.spec().name(), Arguments.NONE)));
    }

    /** The bindings of one exchange at a time. */
    private static Iterator<List<ObjectNode>> explicit(HostAdmin host) {
        Iterator<ExchangeSpec> exchanges =
                Waiting.on(host.look(HostReports::exchanges)).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return exchanges.hasNext();
            }

            @Override
            public List<ObjectNode> next() {
                String exchange = exchanges.next().name();
                return Hosts.rows(
                        Waiting.on(host.look(reports -> reports.bindingsOf(exchange))), each -> row(host, each));
            }
        };
    }

    private static Iterator<List<ObjectNode>> concat(Iterator<List<ObjectNode>> a, Iterator<List<ObjectNode>> b) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return a.hasNext() || b.hasNext();
            }

            @Override
            public List<ObjectNode> next() {
                return a.hasNext() ? a.next() : b.next();
            }
        };
    }

    private static ObjectNode row(HostAdmin host, BindingSpec spec) {
        ObjectNode row = Json.object();
        row.put("source", spec.exchange()).put("vhost", host.name());
        row.put("destination", spec.destination()).put("destination_type", word(spec.kind()));
        row.put("routing_key", spec.routingKey());
        row.set("arguments", Json.of(spec.arguments()));
        row.put("properties_key", propertiesKey(spec));
        return row;
    }

    /** What names a binding among those of the same two ends, in a path. */
    static String propertiesKey(BindingSpec spec) {
        if (spec.arguments().isEmpty()) {
            return spec.routingKey().isEmpty() ? "~" : Percent.encode(spec.routingKey());
        }
        return Percent.encode(spec.routingKey()) + "~" + hash(spec.arguments());
    }

    private static String hash(Arguments arguments) {
        try {
            byte[] text = new java.util.TreeMap<>(arguments.values())
                    .entrySet().stream()
                            .map(each -> each.getKey() + "=" + Json.value(each.getValue()))
                            .reduce("", (a, b) -> a + "\n" + b)
                            .getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
