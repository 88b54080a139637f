package io.millrace.server.node;

import io.millrace.core.log.LogException;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.system.SystemState;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.vhost.HostLimits;
import io.millrace.core.vhost.HostRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes definitions take effect: opens and closes virtual hosts, closes the connections of users who are deleted, and
 * hands rules and shares of memory to virtual hosts. {@link #carryOut} is called by one thread; opening and closing happen
 * on workers.
 */
final class Tenants {
    private static final Logger log = LoggerFactory.getLogger(Tenants.class);
    private static final long LEAVING_SECONDS_MAX = 15;

    /** Opens a virtual host. */
    interface Opener {
        /** Blocking. */
        HostedVirtualHost open(VirtualHostDefinition definition, HostRules rules, HostLimits limits) throws IOException;
    }

    private final HostRegistry hosts;
    private final HostShares shares;
    private final Opener opener;
    private final HostDirectories directories;
    private final Executor workers;
    /** What was begun for each virtual host, by its number: the next thing for the same one comes after it. */
    private final Map<Integer, CompletableFuture<Void>> begun = new HashMap<>();

    private final Map<Integer, HostRules> ruled = new HashMap<>();
    private int sharedAmong;

    Tenants(HostRegistry hosts, HostShares shares, Opener opener, HostDirectories directories, Executor workers) {
        this.hosts = hosts;
        this.shares = shares;
        this.opener = opener;
        this.directories = directories;
        this.workers = workers;
    }

    /**
     * Opens all that is defined, and removes what is left of virtual hosts that were deleted. Blocking; before anything
     * else.
     */
    void openAll(SystemState state) throws IOException {
        Set<Integer> defined = new HashSet<>();
        HostLimits share = shares.among(state.virtualHosts().size());
        sharedAmong = state.virtualHosts().size();
        for (VirtualHostDefinition each : state.virtualHosts()) {
            defined.add(each.id());
            HostRules rules = rules(state, each);
            hosts.add(opener.open(each, rules, share));
            ruled.put(each.id(), rules);
            begun.put(each.id(), CompletableFuture.completedFuture(null));
        }
        directories.removeDeleted(defined, state.virtualHostIdsUsed());
    }

    /** Closes the files of all that run. Blocking. */
    void closeAll() {
        for (HostedVirtualHost host : hosts.all()) {
            try {
                host.close();
            } catch (LogException e) {
                log.warn(
                        "the log of a virtual host did not close vhost={}",
                        host.definition().name(),
                        e);
            }
        }
    }

    /** Makes these definitions take effect; completes when they have. Does not block. */
    CompletionStage<?> carryOut(SystemState state) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        Map<Integer, VirtualHostDefinition> defined = new HashMap<>();
        state.virtualHosts().forEach(each -> defined.put(each.id(), each));
        hosts.visits().users().stream()
                .filter(name -> state.user(name) == null)
                .forEach(name ->
                        hosts.visits().close(visit -> visit.user().equals(name), "user '" + name + "' is deleted"));
        for (Integer id : List.copyOf(begun.keySet())) {
            if (!defined.containsKey(id)) {
                parts.add(after(id, () -> close(id)));
                begun.remove(id);
                ruled.remove(id);
            }
        }
        HostLimits share = shares.among(defined.size());
        for (VirtualHostDefinition each : defined.values()) {
            HostRules rules = rules(state, each);
            if (!begun.containsKey(each.id())) {
                begun.put(each.id(), after(each.id(), () -> open(each, rules, share)));
                ruled.put(each.id(), rules);
                parts.add(present(each.id()));
            } else if (!rules.equals(ruled.put(each.id(), rules))) {
                parts.add(after(each.id(), () -> tell(each.id(), host -> host.rules(rules))));
            }
        }
        if (defined.size() != sharedAmong) {
            sharedAmong = defined.size();
            for (Integer id : begun.keySet()) {
                parts.add(after(id, () -> tell(id, host -> host.limits(share))));
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    /** What has to be done with a virtual host. */
    private interface Step {
        CompletableFuture<Void> take() throws IOException;
    }

    private CompletableFuture<Void> present(int id) {
        return begun.getOrDefault(id, CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> after(int id, Step step) {
        CompletableFuture<Void> next = present(id)
                .exceptionally(failed -> null)
                .thenComposeAsync(
                        done -> {
                            try {
                                return step.take();
                            } catch (IOException e) {
                                return CompletableFuture.failedFuture(e);
                            }
                        },
                        workers);
        begun.put(id, next);
        return next;
    }

    private CompletableFuture<Void> open(VirtualHostDefinition definition, HostRules rules, HostLimits share) {
        try {
            hosts.add(opener.open(definition, rules, share));
            return CompletableFuture.completedFuture(null);
        } catch (IOException | RuntimeException e) {
            log.error("a virtual host cannot be opened vhost={} id={}", definition.name(), definition.id(), e);
            return CompletableFuture.failedFuture(new BrokerException(
                    ErrorCode.UNAVAILABLE,
                    "virtual host '" + definition.name() + "' is defined and cannot be opened: " + e.getMessage()));
        }
    }

    private CompletableFuture<Void> close(int id) throws IOException {
        HostedVirtualHost host = hosts.remove(id);
        if (host == null) {
            directories.remove(id);
            return CompletableFuture.completedFuture(null);
        }
        String name = host.definition().name();
        hosts.visits().close(visit -> visit.virtualHost() == id, "vhost '" + name + "' is deleted");
        return hosts.visits()
                .empty(id)
                .completeOnTimeout(null, LEAVING_SECONDS_MAX, TimeUnit.SECONDS)
                .thenRunAsync(() -> remove(host), workers);
    }

    private void remove(HostedVirtualHost host) {
        VirtualHostDefinition definition = host.definition();
        try {
            host.close();
            directories.remove(definition.id());
            log.info("virtual host deleted vhost={} id={}", definition.name(), definition.id());
        } catch (IOException e) {
            log.warn(
                    "what a deleted virtual host has stored could not be removed, the next start will try again"
                            + " vhost={} id={}",
                    definition.name(),
                    definition.id(),
                    e);
        }
    }

    private CompletableFuture<Void> tell(int id, Consumer<HostedVirtualHost> what) {
        for (HostedVirtualHost host : hosts.all()) {
            if (host.definition().id() == id) {
                what.accept(host);
                return host.reached();
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private static HostRules rules(SystemState state, VirtualHostDefinition definition) {
        return new HostRules(
                state.policies(definition.id()),
                definition.limits().queuesMax(),
                definition.settings().defaultQueueType());
    }
}
