package io.millrace.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the header of the PROXY protocol, which says who is behind a proxy, and makes way for what serves the client.
 * Stands behind Netty's decoder of that header. On the connection's event loop.
 */
final class ProxyArrival extends ChannelInboundHandlerAdapter {
    /** Of extras behind the addresses; a proxy with TLS tells more than 100 bytes, a certificate does not belong there. */
    static final int EXTRAS_BYTES_MAX = 2_048;

    private static final Logger log = LoggerFactory.getLogger(ProxyArrival.class);
    private static final Throttle REFUSALS = new Throttle(1);

    private final LoopConnections connections;
    private final Arrival proxy;
    private final long millisMax;
    private final Next next;

    private @Nullable Future<?> timeout;
    private boolean done;

    /** Goes on with a connection. */
    interface Next {
        /** It has come; to be placed behind that handler. */
        void arrived(ChannelHandlerContext context, Arrival client);

        /** It goes without having been one. */
        void left();
    }

    /**
     * @param proxy where the socket comes from
     * @param millisMax how long the header may take
     */
    ProxyArrival(LoopConnections connections, Arrival proxy, long millisMax, Next next) {
        this.connections = connections;
        this.proxy = proxy;
        this.millisMax = millisMax;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connections.addArriving(context.channel());
        timeout = context.executor()
                .schedule(() -> refuse(context, "no header in time"), millisMax, TimeUnit.MILLISECONDS);
        if (!context.channel().isActive()) {
            end(context);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!done && message instanceof HAProxyMessage header) {
                Arrival client = client(header);
                if (client == null) {
                    refuse(context, "an address that is none");
                } else {
                    settle(context);
                    next.arrived(context, client);
                    context.pipeline().remove(this);
                }
                return;
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(context, String.valueOf(cause.getMessage()));
    }

    /** Who the header names; the proxy itself if it speaks for itself, as health checks do; null if that is no address. */
    private @Nullable Arrival client(HAProxyMessage header) {
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        boolean internet = protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
        if (header.command() == HAProxyCommand.LOCAL || !internet) {
            return proxy;
        }
        InetSocketAddress from = address(header.sourceAddress(), header.sourcePort());
        InetSocketAddress to = address(header.destinationAddress(), header.destinationPort());
        if (from == null || to == null) {
            return null;
        }
        // On this machine is a client only if nobody between is elsewhere: a proxy's loopback is not ours.
        return new Arrival(from, to, proxy.loopback() && from.getAddress().isLoopbackAddress(), proxy.atMillis());
    }

    private static @Nullable InetSocketAddress address(@Nullable String text, int port) {
        byte[] bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private void refuse(ChannelHandlerContext context, String why) {
        if (!done && REFUSALS.permits()) {
            log.warn(
                    "connection refused, it needs a PROXY header client={} cause={} suppressed={}",
                    proxy.description(),
                    why,
                    REFUSALS.takeSuppressed());
        }
        var unused = context.close();
    }

    private void end(ChannelHandlerContext context) {
        if (!done) {
            settle(context);
            next.left();
        }
    }

    private void settle(ChannelHandlerContext context) {
        done = true;
        connections.removeArriving(context.channel());
        Future<?> waiting = timeout;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
