package io.millrace.server.definitions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import io.millrace.core.routing.Topology;
import io.millrace.core.system.SystemLog;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.User;
import io.millrace.core.system.UserLimits;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.system.VirtualHostLimits;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.Page;
import io.millrace.core.vhost.QueueReport;
import io.millrace.server.auth.StoredPassword;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes what is defined, in the form that {@link DefinitionsImport} reads. Exclusive queues are left out, because they
 * belong to a connection, and so are exchanges that every virtual host has. Users' password hashes are in it; who may see
 * it is the caller's business.
 */
public final class DefinitionsExport {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final SystemLog system;
    private final HostAccess hosts;
    private final String version;

    /** @param version the broker's, for readers of the file */
    public DefinitionsExport(SystemLog system, HostAccess hosts, String version) {
        this.system = system;
        this.hosts = hosts;
        this.version = version;
    }

    /** Everything. Blocking. */
    public ObjectNode all() {
        SystemState state = system.state();
        ObjectNode root = head();
        ArrayNode users = root.putArray("users");
        state.users().forEach(user -> users.add(user(user)));
        ArrayNode virtualHosts = root.putArray("vhosts");
        Map<Integer, String> names = new HashMap<>();
        for (VirtualHostDefinition each : state.virtualHosts()) {
            names.put(each.id(), each.name());
            virtualHosts.add(virtualHost(each));
        }
        permissions(state, names, root);
        ArrayNode globals = root.putArray("global_parameters");
        state.globalParameters().forEach((name, json) -> {
            ObjectNode global = globals.addObject().put("name", name);
            global.putRawValue("value", new RawValue(json));
        });
        sections(root);
        for (VirtualHostDefinition each : state.virtualHosts()) {
            within(state, each, root, true);
        }
        return root;
    }

    /** What is within that virtual host, which has to be there. Blocking. */
    public ObjectNode of(String virtualHost) throws DefinitionsException {
        SystemState state = system.state();
        VirtualHostDefinition definition = state.virtualHost(virtualHost);
        if (definition == null) {
            throw new DefinitionsException("no virtual host '" + virtualHost + "'");
        }
        ObjectNode root = head();
        sections(root);
        within(state, definition, root, false);
        return root;
    }

    /** The bytes of an export. */
    public static byte[] bytes(ObjectNode definitions) {
        try {
            return DefinitionsJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(definitions);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode head() {
        return NODES.objectNode().put("product_name", "Millrace").put("product_version", version);
    }

    private static void sections(ObjectNode root) {
        for (String name : List.of("parameters", "policies", "queues", "exchanges", "bindings")) {
            root.putArray(name);
        }
    }

    private static ObjectNode user(User user) {
        ObjectNode json = NODES.objectNode()
                .put("name", user.name())
                .put("password_hash", StoredPassword.exportedHash(user.passwordHash()))
                .put("hashing_algorithm", StoredPassword.exportedAlgorithm(user.passwordHash()));
        ArrayNode tags = json.putArray("tags");
        user.tags().forEach(tags::add);
        ObjectNode limits = json.putObject("limits");
        UserLimits bounds = user.limits();
        putLimit(limits, "max-connections", bounds.connectionsMax());
        putLimit(limits, "max-channels", bounds.channelsMax());
        return json;
    }

    private static ObjectNode virtualHost(VirtualHostDefinition host) {
        ObjectNode json = NODES.objectNode()
                .put("name", host.name())
                .put("description", host.settings().description());
        ArrayNode tags = json.putArray("tags");
        host.settings().tags().forEach(tags::add);
        if (!host.settings().defaultQueueType().isEmpty()) {
            json.put("default_queue_type", host.settings().defaultQueueType());
        }
        return json;
    }

    private static void permissions(SystemState state, Map<Integer, String> names, ObjectNode root) {
        ArrayNode permissions = root.putArray("permissions");
        state.permissions()
                .forEach((grant, given) -> permissions
                        .addObject()
                        .put("user", grant.user())
                        .put("vhost", names.get(grant.virtualHost()))
                        .put("configure", given.configure())
                        .put("write", given.write())
                        .put("read", given.read()));
        ArrayNode topics = root.putArray("topic_permissions");
        state.forEachTopicPermissions((grant, given) -> topics.addObject()
                .put("user", grant.user())
                .put("vhost", names.get(grant.virtualHost()))
                .put("exchange", given.exchange())
                .put("write", given.write())
                .put("read", given.read()));
    }

    private void within(SystemState state, VirtualHostDefinition host, ObjectNode root, boolean named) {
        Policies policies = state.policies(host.id());
        for (Policy each : policies.all(false)) {
            policy(object(root, "policies", host, named), each).put("name", each.name());
        }
        for (Policy each : policies.all(true)) {
            ObjectNode parameter = object(root, "parameters", host, named)
                    .put("component", "operator_policy")
                    .put("name", each.name());
            policy(parameter.putObject("value"), each);
        }
        VirtualHostLimits limits = host.limits();
        if (!limits.equals(VirtualHostLimits.NONE)) {
            ObjectNode value = object(root, "parameters", host, named)
                    .put("component", "vhost-limits")
                    .put("name", "limits")
                    .putObject("value");
            putLimit(value, "max-connections", limits.connectionsMax());
            putLimit(value, "max-queues", limits.queuesMax());
        }
        topology(host, root, named);
    }

    private void topology(VirtualHostDefinition host, ObjectNode root, boolean named) {
        Set<String> left = new HashSet<>();
        for (int from = 0; from != Page.END; ) {
            int page = from;
            Page<QueueReport> queues = look(host, reports -> reports.queues(page, HostReports.PAGE_MAX));
            for (QueueReport each : queues.items()) {
                QueueSpec spec = each.spec();
                if (spec.exclusive()) {
                    left.add(spec.name());
                } else {
                    ObjectNode json = object(root, "queues", host, named)
                            .put("name", spec.name())
                            .put("durable", spec.durable())
                            .put("auto_delete", spec.autoDelete());
                    json.set("arguments", ArgumentsJson.write(spec.arguments()));
                }
            }
            from = queues.next();
        }
        for (ExchangeSpec each : look(host, HostReports::exchanges)) {
            if (!Topology.predeclared(each.name())) {
                ObjectNode json = object(root, "exchanges", host, named)
                        .put("name", each.name())
                        .put("type", each.type())
                        .put("durable", each.durable())
                        .put("auto_delete", each.autoDelete())
                        .put("internal", each.internal());
                json.set("arguments", ArgumentsJson.write(each.arguments()));
            }
            for (BindingSpec binding : look(host, reports -> reports.bindingsOf(each.name()))) {
                if (binding.toExchange() || !left.contains(binding.destination())) {
                    binding(object(root, "bindings", host, named), binding);
                }
            }
        }
    }

    private static void binding(ObjectNode json, BindingSpec binding) {
        json.put("source", binding.exchange())
                .put("destination", binding.destination())
                .put("destination_type", binding.toExchange() ? "exchange" : "queue")
                .put("routing_key", binding.routingKey());
        json.set("arguments", ArgumentsJson.write(binding.arguments()));
    }

    private <T> T look(VirtualHostDefinition host, Function<HostReports, T> at) {
        return hosts.<T>run(
                        host.name(), (virtualHost, lane, answer) -> answer.complete(at.apply(virtualHost.reports())))
                .join();
    }

    private static ObjectNode policy(ObjectNode json, Policy policy) {
        json.put("pattern", policy.pattern())
                .put("apply-to", policy.applyTo().text())
                .put("priority", policy.priority());
        json.set("definition", ArgumentsJson.write(policy.definition()));
        return json;
    }

    private static ObjectNode object(ObjectNode root, String section, VirtualHostDefinition host, boolean named) {
        ObjectNode json = root.withArray(section).addObject();
        return named ? json.put("vhost", host.name()) : json;
    }

    private static void putLimit(ObjectNode json, String name, long limit) {
        if (limit >= 0) {
            json.put(name, limit);
        }
    }
}
