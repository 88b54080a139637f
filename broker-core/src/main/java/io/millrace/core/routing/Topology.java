package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
        exchanges.put("", new Exchange(DefaultExchange.SPEC, new DefaultExchange(queues)));
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

    /** Removes an exchange that was added, with its bindings. */
    public void removeExchange(String name) {
        Exchange exchange = existing(name);
        require(!predeclared(name), "exchange '%s' is never removed", name);
        for (BindingSpec binding : exchange.bindings) {
            queue(binding.queue()).bindings.remove(binding);
        }
        exchanges.remove(name);
        routesChanged();
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

    /** Whether a queue of that name is known. */
    public boolean hasQueue(String name) {
        return queues.containsKey(name);
    }

    /** Removes a queue with its bindings, in time proportional to their number. Exchanges stay. */
    public void removeQueue(String name) {
        BoundQueue queue = queue(name);
        for (BindingSpec binding : queue.bindings) {
            Exchange exchange = existing(binding.exchange());
            exchange.bindings.remove(binding);
            exchange.router.unbind(binding.routingKey(), binding.arguments(), queue.id);
        }
        queues.remove(name);
        if (queue.bindings.isEmpty()) {
            version++;
        } else {
            routesChanged();
        }
    }

    /** Adds a binding that is not there yet, between an exchange and a queue that are. */
    public void bind(BindingSpec binding) {
        Exchange exchange = existing(binding.exchange());
        BoundQueue queue = queue(binding.queue());
        require(exchange.bindings.add(binding), "the binding %s is there already", binding);
        queue.bindings.add(binding);
        exchange.router.bind(binding.routingKey(), binding.arguments(), queue.id);
        routesChanged();
    }

    /** Removes a binding that is there. Its exchange stays. */
    public void unbind(BindingSpec binding) {
        Exchange exchange = existing(binding.exchange());
        BoundQueue queue = queue(binding.queue());
        require(exchange.bindings.remove(binding), "the binding %s is not there", binding);
        queue.bindings.remove(binding);
        exchange.router.unbind(binding.routingKey(), binding.arguments(), queue.id);
        routesChanged();
    }

    /** Whether that very binding is there; those of the default exchange are not counted. */
    public boolean hasBinding(BindingSpec binding) {
        BoundQueue queue = queues.get(binding.queue());
        return queue != null && queue.bindings.contains(binding);
    }

    /** Whether the exchange, which is there, has no bindings. */
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

    /** The bindings of that exchange, none if it is not there; a view that may not be changed. */
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

    /** The auto-delete exchange that would have lost its last binding if that one were removed: one name or none. */
    public List<String> orphanedByUnbind(BindingSpec binding) {
        return hasBinding(binding) ? orphaned(Set.of(binding)) : List.of();
    }

    /** Changes with everything that changes exchanges, bindings or queues. */
    public long version() {
        return version;
    }

    /**
     * Adds the queues that a message to that exchange goes to; if there are none, those of its alternate exchange.
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

    /** Changes with everything that may change a route, the default exchange's excepted: see {@link #version}. */
    long routesVersion() {
        return routesVersion;
    }

    @Nullable
    Exchange lookup(String name) {
        return exchanges.get(name);
    }

    void route(Exchange source, RoutedMessage message, Targets targets) {
        source.router.route(message, targets);
        if (targets.size() > 0 || source.alternate == null) {
            return;
        }
        Set<String> passed = new HashSet<>();
        Exchange next = source;
        while (targets.size() == 0 && next != null && next.alternate != null && passed.add(next.spec.name())) {
            next = exchanges.get(next.alternate);
            if (next != null) {
                next.router.route(message, targets);
            }
        }
    }

    /**
     * Whether routes of that exchange depend on the routing key alone. An alternate exchange must do so as well, and not be
     * the default exchange, whose routes change without {@link #routesVersion}.
     */
    boolean byKeyAlone(Exchange source) {
        if (source.alternate == null) {
            return source.router.byKeyAlone();
        }
        Set<String> passed = new HashSet<>();
        Exchange next = source;
        while (next != null && passed.add(next.spec.name())) {
            if (!next.router.byKeyAlone() || (next != source && next.spec.name().isEmpty())) {
                return false;
            }
            next = next.alternate == null ? null : exchanges.get(next.alternate);
        }
        return true;
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
        Router router = types.get(spec.type()).router(spec.arguments());
        Exchange old = exchanges.putIfAbsent(spec.name(), new Exchange(spec, router));
        require(old == null, "exchange '%s' is there already", spec.name());
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
