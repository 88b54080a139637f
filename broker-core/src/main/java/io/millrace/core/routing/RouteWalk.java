package io.millrace.core.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message from one exchange through those that it is bound to, to any depth. Each exchange is passed once, so
 * circles end. An exchange that has no destination for the message hands it to its alternate exchange; one whose
 * destinations lead nowhere does not.
 *
 * <p>At most {@value #EXCHANGES_MAX} exchanges are passed; then the targets are {@linkplain Targets#isExhausted exhausted}.
 * Allocates nothing but with several routing keys. Owner's thread only.
 */
final class RouteWalk {
    static final int EXCHANGES_MAX = 10_000;

    private final Map<String, Exchange> byName;
    private final List<@Nullable Exchange> byNumber = new ArrayList<>();
    private final Deque<Integer> freeNumbers = new ArrayDeque<>();
    private final KeyedMessage keyed = new KeyedMessage();
    private long walk;

    /** @param byName every exchange by its name; looked at, never changed */
    RouteWalk(Map<String, Exchange> byName) {
        this.byName = byName;
        byNumber.add(null); // 0 is nobody's number
    }

    /** A number that no exchange has. */
    int freeDestination() {
        if (freeNumbers.isEmpty()) {
            byNumber.add(null);
            return 1 - byNumber.size();
        }
        return -freeNumbers.remove();
    }

    /** An exchange is there, under a number that was free. */
    void joined(Exchange exchange) {
        byNumber.set(-exchange.destination, exchange);
    }

    /** An exchange is gone; nothing is bound to it. */
    void left(Exchange exchange) {
        byNumber.set(-exchange.destination, null);
        freeNumbers.add(-exchange.destination);
    }

    /** Adds the queues that a message to that exchange goes to. */
    void route(Exchange source, RoutedMessage message, Targets targets) {
        if (source.alternate == null && source.outgoing == 0) {
            pass(source, message, targets);
            return;
        }
        walk++;
        int passed = 0;
        Exchange next = source;
        while (next != null) {
            if (next.passedIn != walk) {
                next.passedIn = walk;
                if (++passed > EXCHANGES_MAX) {
                    targets.exhaust();
                    return;
                }
                int before = targets.offered();
                pass(next, message, targets);
                Exchange alternate = next.alternate == null ? null : byName.get(next.alternate);
                if (alternate != null && targets.offered() == before) {
                    next = alternate;
                    continue;
                }
            }
            int number = targets.takeExchange();
            next = number == 0 ? null : byNumber.get(-number);
        }
    }

    /**
     * Whether routes of that exchange depend on the routing key alone: whatever can be reached from it does so, and none but
     * the exchange itself is the default exchange, whose routes change without {@code version} changing.
     *
     * @param version changes with everything that changes routes
     */
    boolean byKeyAlone(Exchange source, long version) {
        if (source.keyAloneAt != version) {
            source.keyAlone = findKeyAlone(source);
            source.keyAloneAt = version;
        }
        return source.keyAlone;
    }

    private boolean findKeyAlone(Exchange source) {
        if (source.alternate == null && source.outgoing == 0) {
            return source.router.byKeyAlone();
        }
        walk++;
        Deque<Exchange> open = new ArrayDeque<>();
        open.add(source);
        source.passedIn = walk;
        int passed = 0;
        while (!open.isEmpty()) {
            Exchange next = open.remove();
            if (!next.router.byKeyAlone()
                    || (next != source && next.spec.name().isEmpty())
                    || ++passed > EXCHANGES_MAX) {
                return false;
            }
            visit(next.alternate, open);
            if (next.outgoing > 0) {
                next.bindings.forEach(binding -> visit(binding.toExchange() ? binding.destination() : null, open));
            }
        }
        return true;
    }

    private void visit(@Nullable String name, Deque<Exchange> open) {
        Exchange exchange = name == null ? null : byName.get(name);
        if (exchange != null && exchange.passedIn != walk) {
            exchange.passedIn = walk;
            open.add(exchange);
        }
    }

    private void pass(Exchange exchange, RoutedMessage message, Targets targets) {
        exchange.router.route(message, targets);
        if (!exchange.router.byEachKey()) {
            return;
        }
        List<String> further = message.furtherKeys();
        for (int i = 0; i < further.size() && targets.spend(1); i++) {
            exchange.router.route(keyed.of(message, further.get(i)), targets);
        }
    }

    /** A message under another of its keys. */
    private static final class KeyedMessage implements RoutedMessage {
        private @Nullable RoutedMessage message;
        private String key = "";

        KeyedMessage of(RoutedMessage whole, String other) {
            message = whole;
            key = other;
            return this;
        }

        @Override
        public String routingKey() {
            return key;
        }

        @Override
        public Map<String, @Nullable Object> headers() {
            return message == null ? Map.of() : message.headers();
        }

        @Override
        public @Nullable String property(String name) {
            return message == null ? null : message.property(name);
        }

        @Override
        public long delay() {
            return message == null ? 0 : message.delay();
        }
    }
}
