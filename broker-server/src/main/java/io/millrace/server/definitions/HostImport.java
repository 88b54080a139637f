package io.millrace.server.definitions;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policy;
import io.millrace.core.system.SystemLog;
import io.millrace.core.vhost.QueueStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Definitions within virtual hosts: parameters, policies, exchanges, queues and bindings. */
final class HostImport {
    /** Settings of brokers that copy queues from node to node in a way that is gone; they never changed what a queue does. */
    private static final Set<String> MIRRORING = Set.of(
            "ha-mode",
            "ha-params",
            "ha-sync-mode",
            "ha-sync-batch-size",
            "ha-promote-on-shutdown",
            "ha-promote-on-failure");

    private final SystemLog system;
    private final HostAccess hosts;
    private final @Nullable String only;
    private final Section section;

    /** @param only the virtual host of all definitions, or null if each names its own */
    HostImport(SystemLog system, HostAccess hosts, @Nullable String only, Section section) {
        this.system = system;
        this.hosts = hosts;
        this.only = only;
        this.section = section;
    }

    CompletionStage<?> parameter(Item item) {
        String component = item.text("component");
        String name = item.text("name");
        String virtualHost = virtualHost(item);
        switch (component) {
            case "operator_policy" -> {
                return system.putPolicy(virtualHost, true, policyOf(name, item.item("value")));
            }
            case "vhost-limits" -> {
                Item limits = item.item("value");
                long connections = limits.number("max-connections", -1);
                long queues = limits.number("max-queues", -1);
                unknown(limits);
                return system.putVirtualHostLimits(
                        virtualHost, old -> old.connectionsMax(connections).queuesMax(queues));
            }
            case "user-limits" -> {
                Item limits = item.item("value");
                long connections = limits.number("max-connections", -1);
                long channels = limits.number("max-channels", -1);
                unknown(limits);
                return system.putUserLimits(
                        name, old -> old.connectionsMax(connections).channelsMax(channels));
            }
            default -> {
                item.passOver("value");
                throw item.refused("parameters of component '" + component
                        + "' are not supported; known are operator_policy, vhost-limits, user-limits");
            }
        }
    }

    CompletionStage<?> policy(Item item) {
        String virtualHost = virtualHost(item);
        return system.putPolicy(virtualHost, false, policyOf(item.text("name"), item));
    }

    private Policy policyOf(String name, Item item) {
        String applyTo = item.text("apply-to", "all");
        ApplyTo kind = ApplyTo.named(applyTo);
        if (kind == null) {
            throw item.refused("field 'apply-to' is '" + applyTo
                    + "'; allowed are all, exchanges, queues, classic_queues, quorum_queues, streams");
        }
        long priority = item.number("priority", 0);
        if (priority != (int) priority) {
            throw item.refused("field 'priority' is " + priority + "; allowed are integers of 32 bits");
        }
        String pattern = item.text("pattern");
        Policy policy = new Policy(name, pattern, kind, (int) priority, withoutMirroring(item));
        if (!item.has("component")) {
            item.passOver("vhost", "name");
        }
        return policy;
    }

    private Arguments withoutMirroring(Item item) {
        Map<String, @Nullable Object> left =
                new LinkedHashMap<>(item.arguments("definition").values());
        boolean mirrored = left.keySet().removeAll(MIRRORING);
        if (mirrored && left.isEmpty()) {
            throw item.refused("the policy does nothing but mirror queues, which this broker does not do");
        }
        if (mirrored) {
            section.problem(item.path() + ".definition", "queues are not mirrored; ha-… settings left out", false);
        }
        return new Arguments(left);
    }

    CompletionStage<?> exchange(Item item) {
        String at = virtualHost(item);
        ExchangeSpec spec = new ExchangeSpec(
                item.text("name"),
                item.text("type"),
                item.flag("durable", true),
                item.flag("auto_delete", false),
                item.flag("internal", false),
                item.arguments("arguments"));
        item.passOver("policy", "user_who_performed_action");
        return hosts.<Void>run(
                at, (virtualHost, lane, answer) -> virtualHost.declareExchange(lane, spec, HostAccess.to(answer)));
    }

    CompletionStage<?> queue(Item item) {
        String at = virtualHost(item);
        String name = item.text("name");
        Arguments arguments = item.arguments("arguments");
        String type = item.text("type", "");
        if (!type.isEmpty() && !arguments.has("x-queue-type")) {
            Map<String, @Nullable Object> typed = new LinkedHashMap<>(arguments.values());
            typed.put("x-queue-type", type);
            arguments = new Arguments(typed);
        }
        QueueSpec spec =
                new QueueSpec(name, item.flag("durable", true), false, item.flag("auto_delete", false), arguments);
        if (name.isEmpty()) {
            throw item.refused("a queue in a file needs a name");
        }
        return hosts.<QueueStatus>run(at, (virtualHost, lane, answer) -> {
            if (name.startsWith("amq.gen-") && virtualHost.reports().queue(name) != null) {
                // Generated names cannot be declared, and it is there.
                virtualHost.checkQueue(lane, name, HostAccess.to(answer));
            } else {
                virtualHost.declareQueue(lane, spec, HostAccess.to(answer));
            }
        });
    }

    CompletionStage<?> binding(Item item) {
        String at = virtualHost(item);
        String source = item.text("source");
        String destination = item.text("destination");
        String kind = item.text("destination_type", "queue");
        String key = item.text("routing_key", "");
        Arguments arguments = item.arguments("arguments");
        item.passOver("properties_key");
        BindingSpec spec = switch (kind) {
            case "queue" -> new BindingSpec(source, destination, key, arguments);
            case "exchange" -> BindingSpec.between(source, destination, key, arguments);
            default -> throw item.refused("field 'destination_type' is '" + kind + "'; allowed are queue and exchange");
        };
        return hosts.<Void>run(at, (virtualHost, lane, answer) -> virtualHost.bind(lane, spec, HostAccess.to(answer)));
    }

    private String virtualHost(Item item) {
        if (only != null) {
            item.passOver("vhost");
            return only;
        }
        return item.text("vhost");
    }

    private void unknown(Item limits) {
        limits.forEachUnknown(field -> section.problem(field, "not understood, passed over", false));
    }
}
