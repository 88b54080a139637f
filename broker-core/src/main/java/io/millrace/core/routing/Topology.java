package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges and bindings of one virtual host, and so where its messages go.
 *
 * <p>Pure state: the mutators carry out what was decided and ask nothing; what may be decided is in {@link Declarations}.
 * A call that cannot be carried out is a defect of its caller and throws {@link IllegalStateException}. Everything is
 * kept and listed in the order in which it was made. Owner's thread only.
 */
public final class Topology {
    private static final Map<String, String> PREDECLARED = predeclaredTypes();

    private final ExchangeTypes types;
    private final Map<String, Exchange> exchanges = new LinkedHashMap<>();
    private final Map<String, BoundQueue> queues = new HashMap<>();
    private final RouteWalk walk = new RouteWalk(exchanges);
    private Function<ExchangeSpec, @Nullable String> ruledAlternate = spec -> null;
    private long version;
    private long routesVersion;

    /** A queue as routing knows it. */
    static final class BoundQueue {
        final int id;
        final Set<BindingSpec> bindings = new LinkedHashSet<>();

        BoundQueue(int id) {
            this.id = id;
        }
    }

    /** Starts with the exchanges that every virtual host has. */
    public Topology(ExchangeTypes types) {
        this.types = types;
        join(DefaultExchange.SPEC, new DefaultExchange(queues));
        PREDECLARED.forEach((name, type) -> add(new ExchangeSpec(name, type, true, false, false, Arguments.NONE)));
    }

    /** Whether every virtual host has an exchange of that name from its beginning, which is never removed. */
    public static boolean predeclared(String exchange) {
        return exchange.isEmpty() || PREDECLARED.containsKey(exchange);
    }

    /** The kinds of exchange that there can be. */
    public ExchangeTypes types() {
        return types;
    }

    /** Adds an exchange of a known type; there is none of that name. */
    public void addExchange(ExchangeSpec spec) {
        add(spec);
        routesChanged();
    }

    /** Removes an exchange that was added, with the bindings that lead away from it and those that lead to it. */
    public void removeExchange(String name) {
        Exchange exchange = existing(name);
        require(!predeclared(name), "exchange '%s' is never removed", name);
        for (BindingSpec binding : exchange.bindings) {
            incoming(binding).remove(binding);
        }
        for (BindingSpec binding : exchange.incoming) {
            if (!binding.exchange().equals(name)) {
                leave(existing(binding.exchange()), binding, exchange.destination);
            }
        }
        exchanges.remove(name);
        walk.left(exchange);
        exchange.router.close();
        routesChanged();
    }

    /**
     * Sets what policies say of alternate exchanges, for exchanges that are there and for those to come.
     *
     * @param ruled gives the alternate exchange of one that was declared without, or null
     */
    public void ruledAlternates(Function<ExchangeSpec, @Nullable String> ruled) {
        this.ruledAlternate = ruled;
        boolean changed = false;
        for (Exchange exchange : exchanges.values()) {
            changed |= exchange.ruledAlternate(ruled.apply(exchange.spec));
        }
        if (changed) {
            routesChanged();
        }
    }

    /** What the exchange of that name was declared as, or null if there is none. */
    public @Nullable ExchangeSpec exchange(String name) {
        Exchange exchange = exchanges.get(name);
        return exchange == null ? null : exchange.spec;
    }

    /** Makes a queue known, to the default exchange and as a destination; there is none of that name. */
    public void queueAdded(String name, int id) {
        require(queues.putIfAbsent(name, new BoundQueue(id)) == null, "queue '%s' is there already", name);
        version++;
    }

    /**
     * What that delayed exchange, if it is there, has to keep waits in that queue, of which clients know nothing.
     *
     * @param queue 0 if the queue is gone
     */
    public void keeps(String exchange, int queue) {
        Exchange source = exchanges.get(exchange);
        if (source != null && source.router instanceof DelayedExchange.Delaying delaying) {
            delaying.keeper(queue);
            routesChanged();
        }
    }

    /** Whether a queue of that name is known. */
    public boolean hasQueue(String name) {
        return queues.containsKey(name);
    }

    /** Removes a queue with its bindings, in time proportional to their number. Exchanges stay. */
    public void removeQueue(String name) {
        BoundQueue queue = queue(name);
        for (BindingSpec binding : queue.bindings) {
            leave(existing(binding.exchange()), binding, queue.id);
        }
        queues.remove(name);
        if (queue.bindings.isEmpty()) {
            version++;
        } else {
            routesChanged();
        }
    }

    /** Adds a binding that is not there yet, between an exchange and a destination that are. */
    public void bind(BindingSpec binding) {
        Exchange exchange = existing(binding.exchange());
        Set<BindingSpec> incoming = incoming(binding);
        require(exchange.bindings.add(binding), "the binding %s is there already", binding);
        incoming.add(binding);
        exchange.router.bind(binding, destination(binding));
        exchange.outgoing += binding.toExchange() ? 1 : 0;
        routesChanged();
    }

    /** Removes a binding that is there. Its exchange stays. */
    public void unbind(BindingSpec binding) {
        Exchange exchange = existing(binding.exchange());
        require(incoming(binding).remove(binding), "the binding %s is not there", binding);
        leave(exchange, binding, destination(binding));
        routesChanged();
    }

    /** Whether that very binding is there; those of the default exchange are not counted. */
    public boolean hasBinding(BindingSpec binding) {
        Exchange exchange = exchanges.get(binding.exchange());
        return exchange != null && exchange.bindings.contains(binding);
    }

    /** Whether the exchange, which is there, has no bindings that lead away from it. */
    public boolean isUnused(String exchange) {
        return existing(exchange).bindings.isEmpty();
    }

    /** Every exchange with the predeclared ones first, the default exchange included; a view that may not be changed. */
    public Collection<ExchangeSpec> exchanges() {
        List<ExchangeSpec> specs = new ArrayList<>(exchanges.size());
        for (Exchange exchange : exchanges.values()) {
            specs.add(exchange.spec);
        }
        return Collections.unmodifiableList(specs);
    }

    /** Hands over every binding, those of the default exchange left out. */
    public void forEachBinding(Consumer<BindingSpec> consumer) {
        for (Exchange exchange : exchanges.values()) {
            exchange.bindings.forEach(consumer);
        }
    }

    /** The bindings that lead to that exchange, none if it is not there; a view that may not be changed. */
    public Set<BindingSpec> bindingsToExchange(String exchange) {
        Exchange destination = exchanges.get(exchange);
        return destination == null ? Set.of() : Collections.unmodifiableSet(destination.incoming);
    }

    /** The bindings that lead away from that exchange, none if it is not there; a view that may not be changed. */
    public Set<BindingSpec> bindingsOf(String exchange) {
        Exchange source = exchanges.get(exchange);
        return source == null ? Set.of() : Collections.unmodifiableSet(source.bindings);
    }

    /** The bindings to that queue, none if it is not there; a view that may not be changed. */
    public Set<BindingSpec> bindingsTo(String queue) {
        BoundQueue destination = queues.get(queue);
        return destination == null ? Set.of() : Collections.unmodifiableSet(destination.bindings);
    }

    /** The auto-delete exchanges that would have lost their last binding if that queue were removed. */
    public List<String> orphanedByQueue(String queue) {
        BoundQueue destination = queues.get(queue);
        return destination == null ? List.of() : orphaned(destination.bindings);
    }

    /** The other auto-delete exchanges that would have lost their last binding if that exchange were removed. */
    public List<String> orphanedByExchange(String exchange) {
        List<String> orphaned = orphaned(bindingsToExchange(exchange));
        orphaned.remove(exchange);
        return orphaned;
    }

    /** The auto-delete exchange that would have lost its last binding if that one were removed: one name or none. */
    public List<String> orphanedByUnbind(BindingSpec binding) {
        return hasBinding(binding) ? orphaned(Set.of(binding)) : List.of();
    }

    /** Messages that what is bound to that exchange now is to get at once, as records, the oldest first. */
    public List<byte[]> recent(String exchange) {
        return existing(exchange).router.recent();
    }

    /** Changes with everything that changes exchanges, bindings or queues. */
    public long version() {
        return version;
    }

    /**
     * Adds the queues that a message to that exchange goes to, by whatever exchanges on the way. If that takes too much work
     * the targets are {@linkplain Targets#isExhausted exhausted} and not complete.
     *
     * @return false if there is no such exchange
     */
    public boolean route(String exchange, RoutedMessage message, Targets targets) {
        Exchange source = exchanges.get(exchange);
        if (source == null) {
            return false;
        }
        route(source, message, targets);
        return true;
    }

    /** Adds the queues that a message goes to by that binding, which is there. */
    void route(BindingSpec binding, RoutedMessage message, Targets targets) {
        if (binding.toExchange()) {
            walk.route(existing(binding.destination()), message, targets);
        } else {
            targets.add(queue(binding.destination()).id);
        }
    }

    /** Changes with everything that may change a route, the default exchange's excepted: see {@link #version}. */
    long routesVersion() {
        return routesVersion;
    }

    @Nullable
    Exchange lookup(String name) {
        return exchanges.get(name);
    }

    void route(Exchange source, RoutedMessage message, Targets targets) {
        walk.route(source, message, targets);
    }

    /** Whether routes of that exchange depend on the routing key alone, and so may be remembered. */
    boolean byKeyAlone(Exchange source) {
        return walk.byKeyAlone(source, routesVersion);
    }

    private List<String> orphaned(Collection<BindingSpec> leaving) {
        Map<String, Integer> losses = new LinkedHashMap<>();
        for (BindingSpec binding : leaving) {
            if (existing(binding.exchange()).spec.autoDelete()) {
                losses.merge(binding.exchange(), 1, Integer::sum);
            }
        }
        List<String> result = new ArrayList<>();
        losses.forEach((name, count) -> {
            if (existing(name).bindings.size() == count) {
                result.add(name);
            }
        });
        return result;
    }

    private void add(ExchangeSpec spec) {
        require(!exchanges.containsKey(spec.name()), "exchange '%s' is there already", spec.name());
        join(spec, types.get(spec.type()).router(spec.arguments()));
    }

    private void join(ExchangeSpec spec, Router router) {
        Exchange exchange = new Exchange(spec, walk.freeDestination(), router);
        exchange.ruledAlternate(ruledAlternate.apply(spec));
        exchanges.put(spec.name(), exchange);
        walk.joined(exchange);
    }

    /** Takes a binding, which its destination has forgotten, from its source. */
    private static void leave(Exchange source, BindingSpec binding, int destination) {
        source.bindings.remove(binding);
        source.router.unbind(binding, destination);
        source.outgoing -= binding.toExchange() ? 1 : 0;
    }

    private Set<BindingSpec> incoming(BindingSpec binding) {
        return binding.toExchange() ? existing(binding.destination()).incoming : queue(binding.destination()).bindings;
    }

    private int destination(BindingSpec binding) {
        return binding.toExchange() ? existing(binding.destination()).destination : queue(binding.destination()).id;
    }

    private Exchange existing(String name) {
        Exchange exchange = exchanges.get(name);
        if (exchange == null) {
            throw new IllegalStateException("no exchange '" + name + "'");
        }
        return exchange;
    }

    private BoundQueue queue(String name) {
        BoundQueue queue = queues.get(name);
        if (queue == null) {
            throw new IllegalStateException("no queue '" + name + "'");
        }
        return queue;
    }

    private void routesChanged() {
        version++;
        routesVersion++;
    }

    private static void require(boolean condition, String text, Object subject) {
        if (!condition) {
            throw new IllegalStateException(String.format(text, subject));
        }
    }

    private static Map<String, String> predeclaredTypes() {
        Map<String, String> types = new LinkedHashMap<>();
        types.put("amq.direct", "direct");
        types.put("amq.fanout", "fanout");
        types.put("amq.topic", "topic");
        types.put("amq.headers", "headers");
        types.put("amq.match", "headers");
        return Collections.unmodifiableMap(types);
    }
}
