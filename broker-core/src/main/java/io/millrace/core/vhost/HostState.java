package io.millrace.core.vhost;

import io.millrace.core.event.Slots;
import io.millrace.core.feature.Declared;
import io.millrace.core.feature.QueueFeatures;
import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.model.QueueSpec;
import io.millrace.core.policy.Policies;
import io.millrace.core.queue.QueueState;
import io.millrace.core.routing.Declarations;
import io.millrace.core.routing.DelayedExchange;
import io.millrace.core.routing.ExchangeTypes;
import io.millrace.core.routing.Topology;
import io.millrace.core.store.Segments.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The durable state of a virtual host: what applying its events leads to. Every method here is one event applied; live and
 * replay use the same ones. It decides nothing and calls nobody.
 */
final class HostState {
    private final String name;
    private final Topology topology;
    private Policies policies = Policies.NONE;
    private final QueueTable queues = new QueueTable();
    private final SharedFeatures features = new SharedFeatures();
    private final Map<Long, Integer> runsOfSegment = new HashMap<>();
    private final Set<Long> deadSegments = new LinkedHashSet<>();
    private long nextSegment = 1;

    /** A state that nobody publishes to. */
    HostState(String name) {
        this(name, ExchangeTypes.all(() -> 0));
    }

    HostState(String name, ExchangeTypes types) {
        this.name = name;
        this.topology = new Topology(types);
    }

    /** The virtual host's name. */
    String name() {
        return name;
    }

    /** What policies say; nothing while the log is replayed. */
    Policies policies() {
        return policies;
    }

    void policies(Policies current) {
        policies = current;
        topology.ruledAlternates(exchange -> !exchange.name().isEmpty()
                        && current.exchange(exchange).get(Declarations.ALTERNATE_EXCHANGE) instanceof String name
                ? name
                : null);
    }

    Topology topology() {
        return topology;
    }

    QueueTable queues() {
        return queues;
    }

    long nextSegment() {
        return nextSegment;
    }

    void nextSegment(long next) {
        nextSegment = Math.max(nextSegment, next);
    }

    /** Segments in which something is live. */
    Iterable<Long> liveSegments() {
        return runsOfSegment.keySet();
    }

    /** Whether there are segments in which nothing is live any more. */
    boolean hasDeadSegments() {
        return !deadSegments.isEmpty();
    }

    /** Segments in which nothing is live any more; forgets them. */
    List<Long> takeDeadSegments() {
        List<Long> dead = new ArrayList<>(deadSegments);
        deadSegments.clear();
        return dead;
    }

    void exchangeDeclared(ExchangeSpec spec) {
        topology.addExchange(spec);
    }

    void exchangeDeleted(String exchange) {
        topology.removeExchange(exchange);
    }

    /** What a queue's declaration and the policies say; no policy is for the broker's own queues. */
    QueueFeatures features(QueueSpec spec) {
        return features.of(new Declared(name, spec, spec.hidden() ? Arguments.NONE : policies.queue(spec)));
    }

    Queue queueDeclared(int id, QueueSpec spec, @Nullable Client owner) {
        Queue queue = new Queue(new QueueState(id, spec), features(spec), owner);
        queues.add(queue);
        if (queue.isHidden()) {
            topology.keeps(DelayedExchange.exchangeOf(spec.name()), id);
        } else {
            topology.queueAdded(spec.name(), id);
        }
        return queue;
    }

    void queueDeleted(Queue queue) {
        queue.markDeleted();
        if (queue.isHidden()) {
            topology.keeps(DelayedExchange.exchangeOf(queue.name()), 0);
        } else {
            topology.removeQueue(queue.name());
        }
        queues.remove(queue);
        for (Run run : queue.state().runs().all()) {
            runEmptied(run);
        }
    }

    void bound(BindingSpec spec) {
        topology.bind(spec);
    }

    void unbound(BindingSpec spec) {
        topology.unbind(spec);
    }

    void appended(Slots slots, long location, int length) {
        for (int i = 0; i < slots.size(); i++) {
            Queue queue = queues.numbered(slots.queue(i));
            if (queue != null) {
                queue.state().appended(slots.sequence(i), location, length, true);
            }
        }
    }

    long removed(Queue queue, long first, long last) {
        return queue.state().removed(first, last, this::runEmptied);
    }

    void moved(long segment, List<Run> runs) {
        nextSegment(segment + 1);
        for (Run run : runs) {
            Queue queue = queues.numbered(run.queue());
            runsOfSegment.merge(segment, 1, Integer::sum);
            deadSegments.remove(segment);
            if (queue == null) {
                runEmptied(run);
            } else {
                queue.state().moved(run, this::runEmptied);
            }
        }
    }

    void compacted(long from, long segment, List<Run> runs) {
        nextSegment(segment + 1);
        for (Run run : runs) {
            Queue queue = queues.numbered(run.queue());
            runsOfSegment.merge(segment, 1, Integer::sum);
            deadSegments.remove(segment);
            if (queue == null || !queue.state().compacted(from, run, this::runEmptied)) {
                runEmptied(run);
            }
        }
    }

    private void runEmptied(Run run) {
        if (runsOfSegment.merge(run.segment(), -1, Integer::sum) == 0) {
            runsOfSegment.remove(run.segment());
            deadSegments.add(run.segment());
        }
    }
}
