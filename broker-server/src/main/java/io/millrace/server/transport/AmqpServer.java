package io.millrace.server.transport;

import io.millrace.config.Network;
import io.millrace.server.tls.TlsContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves AMQP 0-9-1 at one place or more, on all event loops. */
public final class AmqpServer {
    private static final Logger log = LoggerFactory.getLogger(AmqpServer.class);
    private static final Throttle REFUSALS = new Throttle(1);

    private final EventLoops loops;
    private final AmqpServices services;
    private final IdentityHashMap<EventLoop, LoopConnections> connections = new IdentityHashMap<>();

    /**
     * @param loops where connections live
     * @param services what they share
     */
    public AmqpServer(EventLoops loops, AmqpServices services) {
        this.loops = loops;
        this.services = services;
        for (EventLoop loop : loops.all()) {
            connections.put(loop, new LoopConnections(loop));
        }
    }

    /**
     * Listens. Blocking.
     *
     * @return the port that was taken
     * @throws java.util.concurrent.CompletionException with the system's reason as its cause
     */
    public int listen(Place place) {
        return loops.listen(place.address(), channel -> accept(place, channel));
    }

    /** Tells all clients that the broker ends, and closes their connections as they answer. Any thread. */
    public void shutdown(String reason) {
        connections.values().forEach(each -> each.shutdown(reason));
    }

    /** Closes all sockets without a word; completes when that is done. Any thread. */
    public CompletionStage<?> cut() {
        return CompletableFuture.allOf(
                connections.values().stream().map(LoopConnections::cut).toArray(CompletableFuture[]::new));
    }

    /** Looks at the connections and closes them. */
    public Survey survey() {
        return new Survey(connections.values());
    }

    /** Connections that are open now; any thread. */
    public int connections() {
        return services.limits().connections();
    }

    private List<ChannelHandler> accept(Place place, Channel channel) {
        LoopConnections loop = connections.get(channel.eventLoop());
        if (loop == null
                || !channel.isActive()
                || !(channel.remoteAddress() instanceof InetSocketAddress from)
                || !(channel.localAddress() instanceof InetSocketAddress to)) {
            // It has gone again before anybody looked at it, and nobody would give its place back.
            return List.of();
        }
        Arrival arrival = new Arrival(from, to, from.getAddress().isLoopbackAddress(), LoopConnections.nowMillis());
        if (!place.proxies().isEmpty()) {
            return behindProxy(place, loop, arrival);
        }
        if (!services.limits().enter()) {
            tooMany(arrival);
            return List.of();
        }
        return serve(place, loop, arrival, channel);
    }

    /** What serves a connection that has entered; nothing if its address has too many, and then it has left again. */
    private List<ChannelHandler> serve(Place place, LoopConnections loop, Arrival arrival, Channel channel) {
        if (!services.limits().arrive(arrival.address())) {
            services.limits().leave();
            tooMany(arrival);
            return List.of();
        }
        List<ChannelHandler> handlers = new ArrayList<>();
        TlsContext tls = place.tls();
        if (tls != null) {
            handlers.add(new TlsRecordLimit());
            handlers.add(tls.newHandler(channel.alloc()));
        }
        handlers.add(new AmqpConnection(loop, services, arrival, tls));
        return handlers;
    }

    private List<ChannelHandler> behindProxy(Place place, LoopConnections loop, Arrival proxy) {
        if (!trusted(place.proxies(), proxy.address())) {
            if (REFUSALS.permits()) {
                log.warn(
                        "connection refused, not from a proxy of amqp.proxy-protocol-from client={} suppressed={}",
                        proxy.address(),
                        REFUSALS.takeSuppressed());
            }
            return List.of();
        }
        if (!services.limits().enter()) {
            tooMany(proxy);
            return List.of();
        }
        ProxyArrival.Next next = new ProxyArrival.Next() {
            @Override
            public void arrived(ChannelHandlerContext context, Arrival client) {
                List<ChannelHandler> handlers = serve(place, loop, client, context.channel());
                if (handlers.isEmpty()) {
                    var unused = context.close();
                }
                for (int i = handlers.size() - 1; i >= 0; i--) {
                    context.pipeline().addAfter(context.name(), null, handlers.get(i));
                }
            }

            @Override
            public void left() {
                services.limits().leave();
            }
        };
        return List.of(
                new HAProxyMessageDecoder(ProxyArrival.EXTRAS_BYTES_MAX, true),
                new ProxyArrival(loop, proxy, services.settings().handshakeMillis(), next));
    }

    private static boolean trusted(List<Network> proxies, InetAddress address) {
        for (Network each : proxies) {
            if (each.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private void tooMany(Arrival arrival) {
        if (REFUSALS.permits()) {
            log.warn(
                    "connection refused, too many client={} open={} suppressed={}",
                    arrival.address(),
                    connections(),
                    REFUSALS.takeSuppressed());
        }
    }
}
