package io.millrace.core.vhost;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.ExchangeSpec;
import io.millrace.core.policy.Policies;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual host looked at from outside: copies that do not change, taken on the owner's thread. What there can be many of
 * comes in pages, so that no look costs the owner more than a fraction of a millisecond; between two pages the virtual host
 * goes on, so a list is no picture of one moment.
 */
public final class HostReports {
    /** Most queues on a page. */
    public static final int PAGE_MAX = 500;

    private static final int LOOKED_AT_MAX = 1 << 16;

    private final Host host;
    private final Scrub scrub;
    private final long replayed;

    HostReports(Host host, Scrub scrub, long replayed) {
        this.host = host;
        this.scrub = scrub;
        this.replayed = replayed;
    }

    /** How many frames of the log were applied at the start: none behind a clean stop. */
    public long replayed() {
        return replayed;
    }

    /** How far the check of stored messages is, and what is known to be damaged. */
    public ScrubReport scrub() {
        return scrub.report();
    }

    /** The messages of that queue that are known to be unreadable; none if it is not there. */
    public List<Damage> damagesOf(String name) {
        Queue queue = host.state.queues().named(name);
        return queue == null ? List.of() : host.damages.of(queue);
    }

    /** How many queues there are. */
    public int queueCount() {
        return host.state.queues().visible().size();
    }

    /**
     * Queues in the order in which they were declared.
     *
     * @param from 0 for the first page, {@link Page#next} for others
     * @param max most on the page, 1 to {@link #PAGE_MAX}
     */
    public Page<QueueReport> queues(int from, int max) {
        List<QueueReport> items = new ArrayList<>();
        int next = walk(from, queue -> {
            items.add(report(queue));
            return items.size() < Math.min(max, PAGE_MAX);
        });
        return new Page<>(items, next);
    }

    /** The queue of that name, or null. */
    public @Nullable QueueReport queue(String name) {
        Queue queue = host.state.queues().named(name);
        return queue == null ? null : report(queue);
    }

    /**
     * Consumers, queue by queue; a page ends behind a whole queue.
     *
     * @param from 0 for the first page, {@link Page#next} for others
     * @param max more than that are on a page only if one queue has more
     */
    public Page<ConsumerReport> consumers(int from, int max) {
        List<ConsumerReport> items = new ArrayList<>();
        int next = walk(from, queue -> {
            addConsumers(queue, items);
            return items.size() < Math.min(max, PAGE_MAX);
        });
        return new Page<>(items, next);
    }

    /** The consumers of that queue; none if it is not there. */
    public List<ConsumerReport> consumersOf(String name) {
        List<ConsumerReport> items = new ArrayList<>();
        Queue queue = host.state.queues().named(name);
        if (queue != null) {
            addConsumers(queue, items);
        }
        return List.copyOf(items);
    }

    /** All exchanges, the default exchange among them. */
    public List<ExchangeSpec> exchanges() {
        return List.copyOf(host.state.topology().exchanges());
    }

    /** Which policies hold now. */
    public Policies policies() {
        return host.state.policies();
    }

    /** The exchange of that name, or null. */
    public @Nullable ExchangeSpec exchange(String name) {
        return host.state.topology().exchange(name);
    }

    /** The bindings from that exchange, those of the default exchange left out. */
    public List<BindingSpec> bindingsOf(String exchange) {
        return List.copyOf(host.state.topology().bindingsOf(exchange));
    }

    /** The bindings that lead to that exchange. */
    public List<BindingSpec> bindingsToExchange(String exchange) {
        return List.copyOf(host.state.topology().bindingsToExchange(exchange));
    }

    /** The bindings to that queue, that of the default exchange left out. */
    public List<BindingSpec> bindingsTo(String queue) {
        return List.copyOf(host.state.topology().bindingsTo(queue));
    }

    /** Takes a queue; says whether it wants another. */
    private interface Visit {
        boolean take(Queue queue);
    }

    private int walk(int from, Visit visit) {
        QueueTable queues = host.state.queues();
        int last = queues.nextId();
        int looked = 0;
        for (int id = Math.max(from, 1); id < last; id++) {
            Queue queue = queues.numbered(id);
            boolean more = queue == null || queue.isHidden() || visit.take(queue);
            if (!more || ++looked >= LOOKED_AT_MAX) {
                return id + 1 < last ? id + 1 : Page.END;
            }
        }
        return Page.END;
    }

    private QueueReport report(Queue queue) {
        Dispatch dispatch = queue.dispatch();
        Client owner = queue.owner();
        return new QueueReport(
                queue.id(),
                queue.state().spec(),
                queue.state().live().size(),
                dispatch.ready().size(),
                dispatch.inFlight().size(),
                host.damages.count(queue),
                dispatch.consumers().size(),
                queue.state().runs().size(),
                host.state.policies().applied(queue.state().spec()),
                queue.counters().losses(),
                owner == null ? null : owner.description());
    }

    private static void addConsumers(Queue queue, List<ConsumerReport> items) {
        for (Consumer consumer : queue.dispatch().consumers()) {
            items.add(new ConsumerReport(
                    queue.name(),
                    consumer.lane().client().description(),
                    consumer.lane().number(),
                    consumer.tag(),
                    consumer.settled(),
                    consumer.exclusive(),
                    queue.dispatch().isActive(consumer),
                    consumer.window(),
                    consumer.arguments()));
        }
    }
}
