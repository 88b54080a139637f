package io.millrace.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves AMQP 0-9-1 at one address, on all event loops. */
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
    public int listen(InetSocketAddress address) {
        return loops.listen(address, this::accept);
    }

    /** Tells all clients that the broker ends, and closes their connections as they answer. Any thread. */
    public void shutdown(String reason) {
        connections.values().forEach(each -> each.shutdown(reason));
    }

    /** Closes all sockets without a word. Any thread. */
    public void cut() {
        connections.values().forEach(LoopConnections::cut);
    }

    /** Looks at the connections and closes them. */
    public Survey survey() {
        return new Survey(connections.values());
    }

    /** Connections that are open now; any thread. */
    public int connections() {
        return services.limits().connections();
    }

    private @Nullable AmqpConnection accept(Channel channel) {
        InetAddress from = address(channel.remoteAddress());
        LoopConnections loop = connections.get(channel.eventLoop());
        if (from == null || loop == null || !channel.isActive()) {
            // It has gone again before anybody looked at it, and nobody would give its place back.
            return null;
        }
        if (!services.limits().enter(from)) {
            if (REFUSALS.permits()) {
                log.warn(
                        "connection refused, too many client={} open={} suppressed={}",
                        from,
                        connections(),
                        REFUSALS.takeSuppressed());
            }
            return null;
        }
        String description = text(channel.remoteAddress()) + " -> " + text(channel.localAddress());
        return new AmqpConnection(loop, services, from, description);
    }

    private static @Nullable InetAddress address(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getAddress() : null;
    }

    private static String text(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return "?";
        }
        String host = internet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + internet.getPort();
    }
}
