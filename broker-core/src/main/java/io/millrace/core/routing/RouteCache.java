package io.millrace.core.routing;

import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Routes message records by their own exchange and routing key, and remembers the routes. The hot way into routing.
 *
 * <p>If the exchange routes by key alone and the pair of names was met since the topology changed last, nothing is
 * decoded and nothing allocated. Everything has a bound: {@value #ROUTES_MAX} routes, {@value #BYTES_MAX} bytes of heap
 * for them and their targets (beyond that all is forgotten and learnt anew) and {@value #EXCHANGES} exchanges. Owner's
 * thread only.
 */
public final class RouteCache {
    /** Instead of a route, to be compared by identity: there is no such exchange. */
    public static final int[] NO_EXCHANGE = new int[0];
    /** Instead of a route, to be compared by identity: the exchange is internal, clients may not publish to it. */
    public static final int[] INTERNAL = new int[0];
    /** Instead of a route, to be compared by identity: it leads too far, see {@link Targets#isExhausted}. */
    public static final int[] TOO_FAR = new int[0];

    static final int ROUTES_MIN = 1024;
    static final int ROUTES_MAX = 1 << 18;
    static final int EXCHANGES = 256;
    static final int BYTES_MAX = 24 << 20;

    private static final int ROUTE_BYTES = 16;
    private static final int SHARED_FROM = 8;

    private final Topology topology;
    private final RecordMessage message;
    private final Targets targets = new Targets();
    private final RecordCache<int[]> routes = new RecordCache<>(ROUTES_MIN, ROUTES_MAX);
    private final RecordCache<Exchange> exchanges = new RecordCache<>(EXCHANGES, EXCHANGES);
    private long routeBytes;
    private long misses;
    private boolean remembers;

    /**
     * @param topology what routes are worked out of
     * @param headers decodes the headers of messages to exchanges that look at them
     */
    public RouteCache(Topology topology, HeaderReader headers) {
        this.topology = topology;
        this.message = new RecordMessage(headers);
    }

    /**
     * The numbers of the queues that a message goes to, each once; {@link #NO_EXCHANGE}, {@link #INTERNAL} or
     * {@link #TOO_FAR} if it may not be published there.
     *
     * @param record little-endian, laid out as {@link MessageRecord}
     * @param at where the record begins
     * @return an array that must not be changed and may be handed out again
     */
    public int[] route(ByteBuffer record, int at) {
        int exchangeLength = MessageRecord.exchangeLength(record, at);
        int length = exchangeLength + MessageRecord.routingKeyLength(record, at);
        int from = MessageRecord.exchangeAt(at);
        long hash = RecordCache.hash(record, from, length, exchangeLength);
        long stamp = exchangeLength == 0 ? topology.version() : topology.routesVersion();
        boolean several = MessageRecord.furtherKeys(record, at);
        int[] route = several ? null : routes.get(hash, record, from, length, exchangeLength, stamp);
        remembers = false;
        if (route != null) {
            return route;
        }
        misses++;
        Exchange exchange = exchange(record, from, exchangeLength);
        if (exchange == null) {
            return NO_EXCHANGE;
        }
        if (exchange.spec.internal()) {
            return INTERNAL;
        }
        int[] before = exchange.lastRoute();
        route = workOut(exchange, record, at);
        if (!several && topology.byKeyAlone(exchange)) {
            if (route != before) {
                makeRoomFor(route);
            }
            routes.put(hash, record, from, length, exchangeLength, stamp, route);
        }
        return route;
    }

    /** A message that was routed just now is taken: those exchanges on its way that keep messages keep it. */
    public void taken(ByteBuffer record, int at) {
        if (remembers) {
            for (Remembering each : targets.remembering()) {
                each.remember(record, at);
            }
        }
    }

    /** The numbers of the queues that a message goes to by that binding alone; none if that leads too far. */
    public int[] destinations(BindingSpec binding, ByteBuffer record, int at) {
        targets.clear();
        topology.route(binding, message.at(record, at), targets);
        message.release();
        return targets.isExhausted() ? new int[0] : targets.toArray();
    }

    /** How many routes had to be worked out so far. */
    public long misses() {
        return misses;
    }

    private int[] workOut(Exchange exchange, ByteBuffer record, int at) {
        targets.clear();
        topology.route(exchange, message.at(record, at), targets);
        message.release();
        remembers = !targets.remembering().isEmpty();
        return targets.isExhausted() ? TOO_FAR : exchange.asRoute(targets);
    }

    private @Nullable Exchange exchange(ByteBuffer record, int from, int length) {
        long hash = RecordCache.hash(record, from, length, length);
        long stamp = topology.routesVersion();
        Exchange exchange = exchanges.get(hash, record, from, length, length, stamp);
        if (exchange == null) {
            byte[] name = new byte[length];
            record.get(from, name);
            exchange = topology.lookup(new String(name, StandardCharsets.UTF_8));
            if (exchange != null) {
                exchanges.put(hash, record, from, length, length, stamp, exchange);
            }
        }
        return exchange;
    }

    /** Routes whose place was taken are counted on until the sum reaches the bound, and left out then. */
    private void makeRoomFor(int[] route) {
        routeBytes += bytes(route);
        if (routeBytes + routes.bytes() > BYTES_MAX) {
            routeBytes = bytes(route) + remembered();
            if (routeBytes + routes.bytes() > BYTES_MAX - BYTES_MAX / 8) {
                routes.clear();
                routeBytes = bytes(route);
            }
        }
    }

    /** Bytes of the routes that are remembered; long ones, which many keys may share, once each. */
    private long remembered() {
        Set<int[]> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        long[] sum = new long[1];
        routes.forEachValue(each -> sum[0] += each.length < SHARED_FROM || shared.add(each) ? bytes(each) : 0);
        return sum[0];
    }

    private static long bytes(int[] route) {
        return ROUTE_BYTES + 4L * route.length;
    }
}
