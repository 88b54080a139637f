package io.millrace.core.vhost;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.queue.DueTimes;
import io.millrace.core.queue.QueueState;
import io.millrace.core.queue.RememberedIds;
import io.millrace.core.routing.Topology;
import java.util.List;
import java.util.TreeSet;

/** The durable state of a virtual host as sorted lines, whoever holds it: a broker, a replay of its log, or a model. */
public final class StateLines {
    private final TreeSet<String> lines = new TreeSet<>();

    /** An exchange that is logged. */
    public void exchange(ExchangeSpec spec) {
        lines.add("exchange " + spec.name() + " " + spec.type());
    }

    /** A binding that is logged. */
    public void binding(BindingSpec spec) {
        lines.add("binding " + spec.exchange() + " -> " + spec.kind() + " " + spec.destination() + " "
                + spec.routingKey());
    }

    /** A queue that is logged. */
    public void queue(int id, QueueSpec spec, long offered) {
        lines.add("queue " + id + " " + spec.name().replace('\0', '~') + " "
                + new java.util.TreeMap<>(spec.arguments().values()) + " offered " + offered);
    }

    /** An id that is logged. */
    public void remembered(int queue, String id, long at) {
        lines.add("queue " + queue + " remembers " + id + " at " + at);
    }

    /** A message that is logged. */
    public void message(int queue, long sequence, int attempts, long due, int level) {
        lines.add("queue " + queue + " message " + sequence + " attempts " + attempts + " due " + due + " level "
                + level);
    }

    /** All of them. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    static List<String> of(HostState state) {
        StateLines lines = new StateLines();
        for (ExchangeSpec spec : state.topology().exchanges()) {
            if (spec.durable() && !Topology.predeclared(spec.name())) {
                lines.exchange(spec);
            }
        }
        state.topology().forEachBinding(binding -> {
            if (Declaring.isLogged(state, binding)) {
                lines.binding(binding);
            }
        });
        for (Queue queue : state.queues().all()) {
            if (queue.state().spec().logged()) {
                lines.queue(queue.id(), queue.state().spec(), queue.state().offeredUpTo());
                lines.messages(queue.state());
                RememberedIds ids = queue.state().ids();
                if (ids != null) {
                    ids.forEach((id, at) -> lines.remembered(queue.id(), id, at));
                }
            }
        }
        return lines.lines();
    }

    private void messages(QueueState queue) {
        DueTimes dues = queue.dues();
        for (long s = queue.live().first(); s >= 0; s = queue.live().next(s + 1)) {
            if (queue.isLogged(s)) {
                message(
                        queue.id(),
                        s,
                        queue.attempts().of(s),
                        dues == null ? 0 : dues.of(s),
                        queue.priorities() == null ? 0 : queue.priorities().of(s));
            }
        }
    }
}
