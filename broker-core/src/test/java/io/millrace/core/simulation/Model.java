package io.millrace.core.simulation;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.DestinationKind;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.vhost.StateLines;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is there: exchanges, bindings, queues and messages, in maps and sets. Decides nothing but where a message goes. */
final class Model {
    final Map<String, ExchangeSpec> exchanges = new TreeMap<>();
    final Set<BindingSpec> bindings = new LinkedHashSet<>();
    final TreeMap<Integer, ModelQueue> queues = new TreeMap<>();
    private final Map<String, ModelQueue> byName = new HashMap<>();
    private Map<String, Rule> rules = Map.of();

    /** What a start finds. */
    Model restarted() {
        Model copy = new Model();
        copy.rules = rules;
        copy.exchanges.putAll(exchanges);
        copy.bindings.addAll(bindings);
        for (ModelQueue queue : queues.values()) {
            copy.put(queue.restarted());
        }
        return copy;
    }

    private void put(ModelQueue queue) {
        queues.put(queue.id, queue);
        byName.put(queue.spec.name(), queue);
        queue.rule(rules.values());
    }

    /** The policies, by their names. */
    Map<String, Rule> rules() {
        return rules;
    }

    /** The policies are these from now on; a queue that is to go when it is not used begins not to be used now. */
    void rule(Map<String, Rule> changed, long now) {
        rules = changed;
        for (ModelQueue queue : queues.values()) {
            boolean before = queue.expires() > 0;
            queue.rule(rules.values());
            queue.usedAt = before ? queue.usedAt : now;
        }
    }

    @Nullable
    ModelQueue named(String name) {
        return byName.get(name);
    }

    @Nullable
    Copy copy(int queue, long sequence) {
        ModelQueue found = queues.get(queue);
        return found == null ? null : found.copies.get(sequence);
    }

    void apply(Effect effect) {
        if (effect instanceof Effect.Arrived arrived) {
            arrived(arrived.copy());
        } else if (effect instanceof Effect.Left left) {
            ModelQueue queue = queues.get(left.queue());
            if (queue != null) {
                queue.copies.remove(left.sequence());
                queue.attempts.remove(left.sequence());
            }
        } else if (effect instanceof Effect.Requeued requeued) {
            ModelQueue queue = queues.get(requeued.queue());
            if (queue != null) {
                queue.attempts.merge(requeued.sequence(), 1, Integer::sum);
            }
        } else if (effect instanceof Effect.Remembered remembered) {
            ModelQueue queue = queues.get(remembered.queue());
            if (queue != null) {
                queue.remember(remembered);
            }
        } else if (effect instanceof Effect.Offered offered) {
            ModelQueue queue = queues.get(offered.queue());
            if (queue != null) {
                queue.offered = Math.max(queue.offered, offered.upTo());
            }
        } else {
            define(effect);
        }
    }

    private void arrived(Copy copy) {
        ModelQueue queue = queues.get(copy.queue);
        if (queue != null) {
            queue.copies.put(copy.sequence, copy);
            queue.next = Math.max(queue.next, copy.sequence + 1);
        }
    }

    private void define(Effect effect) {
        if (effect instanceof Effect.QueueDeclared declared) {
            put(new ModelQueue(declared.id(), declared.spec()));
        } else if (effect instanceof Effect.QueueDeleted deleted) {
            ModelQueue gone = queues.remove(deleted.id());
            if (gone != null && byName.remove(gone.spec.name(), gone)) {
                String name = gone.spec.name();
                bindings.removeIf(binding ->
                        !binding.toExchange() && binding.destination().equals(name));
            }
        } else if (effect instanceof Effect.ExchangeDeclared declared) {
            exchanges.put(declared.spec().name(), declared.spec());
        } else if (effect instanceof Effect.ExchangeDeleted deleted) {
            exchanges.remove(deleted.name());
            bindings.removeIf(binding -> binding.exchange().equals(deleted.name())
                    || (binding.toExchange() && binding.destination().equals(deleted.name())));
        } else if (effect instanceof Effect.Bound bound) {
            bindings.add(bound.spec());
        } else if (effect instanceof Effect.Unbound unbound) {
            bindings.remove(unbound.spec());
        }
    }

    /** Whether a binding is logged: both of its ends are. */
    boolean isLogged(BindingSpec binding) {
        ExchangeSpec exchange = exchanges.get(binding.exchange());
        if (exchange == null || !exchange.durable()) {
            return false;
        }
        if (binding.toExchange()) {
            ExchangeSpec destination = exchanges.get(binding.destination());
            return destination != null && destination.durable();
        }
        ModelQueue queue = named(binding.destination());
        return queue != null && queue.isLogged();
    }

    /** Where a message goes; null if there is no such exchange. */
    @Nullable
    Set<Integer> route(String exchange, String key, long delay) {
        Set<Integer> found = new java.util.TreeSet<>();
        if (exchange.isEmpty()) {
            ModelQueue queue = named(key);
            if (queue != null && !queue.isHidden()) {
                found.add(queue.id);
            }
            return found;
        }
        if (!exchanges.containsKey(exchange)) {
            return null;
        }
        walk(exchange, key, delay, new HashSet<>(), found);
        return found;
    }

    private void walk(String exchange, String key, long delay, Set<String> been, Set<Integer> found) {
        ExchangeSpec spec = exchanges.get(exchange);
        if (spec == null || !been.add(exchange)) {
            return;
        }
        String type = spec.type();
        if (type.equals("x-delayed-message")) {
            if (delay > 0) {
                ModelQueue keeper = named(Names.keeper(exchange));
                if (keeper != null) {
                    found.add(keeper.id);
                }
                return;
            }
            type = "direct";
        }
        for (BindingSpec binding : bindings) {
            if (!binding.exchange().equals(exchange) || !matches(type, binding.routingKey(), key)) {
                continue;
            }
            if (binding.kind() == DestinationKind.EXCHANGE) {
                walk(binding.destination(), key, delay, been, found);
            } else {
                ModelQueue queue = named(binding.destination());
                if (queue != null) {
                    found.add(queue.id);
                }
            }
        }
    }

    private static boolean matches(String type, String pattern, String key) {
        return switch (type) {
            case "fanout" -> true;
            case "topic" -> matches(List.of(pattern.split("\\.", -1)), List.of(key.split("\\.", -1)));
            default -> pattern.equals(key);
        };
    }

    private static boolean matches(List<String> pattern, List<String> key) {
        if (pattern.isEmpty()) {
            return key.isEmpty();
        }
        String first = pattern.get(0);
        List<String> rest = pattern.subList(1, pattern.size());
        if (first.equals("#")) {
            for (int i = 0; i <= key.size(); i++) {
                if (matches(rest, key.subList(i, key.size()))) {
                    return true;
                }
            }
            return false;
        }
        return !key.isEmpty()
                && (first.equals("*") || first.equals(key.get(0)))
                && matches(rest, key.subList(1, key.size()));
    }

    /** What of it is durable, as lines. */
    List<String> state() {
        StateLines lines = new StateLines();
        for (ExchangeSpec exchange : exchanges.values()) {
            if (exchange.durable()) {
                lines.exchange(exchange);
            }
        }
        for (BindingSpec binding : bindings) {
            if (isLogged(binding)) {
                lines.binding(binding);
            }
        }
        for (ModelQueue queue : queues.values()) {
            if (queue.isLogged()) {
                lines.queue(queue.id, queue.spec, queue.offered);
                queue.ids.forEach((id, known) -> lines.remembered(queue.id, id, known.at()));
                for (Copy copy : queue.copies.values()) {
                    if (copy.logged) {
                        lines.message(queue.id, copy.sequence, queue.attemptsOf(copy.sequence), copy.due, copy.level);
                    }
                }
            }
        }
        return lines.lines();
    }
}
