package io.millrace.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The event loops of the process, which Vert.x makes, and listening on them, which Netty does: connections are spread over
 * the loops in turn. Everything that is internal to Vert.x is used here and nowhere else.
 *
 * <p>Vert.x's own server would stand between Netty and the handlers here for nothing: it costs 6 KiB a connection and a
 * thread that accepts.
 */
public final class EventLoops implements AutoCloseable {
    private static final int BACKLOG = 1_024;

    /**
     * Largest TCP segment that a listener agrees on. Over loopback it would be 64 KiB, half of what a client takes at once:
     * with one on its way the next may not fit, while the client, which has seen but one, delays its acknowledgement, and both
     * wait for a timer of 40 to 200 ms. Several segments in a window do not let that happen. Four of this size fill what the
     * system sends in one piece.
     */
    static final int SEGMENT_BYTES_MAX = 16_000;

    private static final int IPPROTO_TCP = 6;
    private static final int OPTION_MAXSEG = 2;
    private static final IntegerUnixChannelOption TCP_MAXSEG =
            new IntegerUnixChannelOption("TCP_MAXSEG", IPPROTO_TCP, OPTION_MAXSEG);

    private static final long CLOSE_SECONDS_MAX = 5;

    private final VertxInternal vertx;
    private final EventLoopGroup group;
    private final List<EventLoop> all;
    private final List<Channel> listeners = new CopyOnWriteArrayList<>();

    /** Decides about new connections. */
    @FunctionalInterface
    public interface Acceptor {
        /** The handlers that read all that comes, the nearest to the socket first; none closes the connection. */
        List<ChannelHandler> accept(Channel channel);
    }

    private EventLoops(VertxInternal vertx) {
        this.vertx = vertx;
        this.group = vertx.nettyEventLoopGroup();
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor each : group) {
            loops.add((EventLoop) each);
        }
        this.all = List.copyOf(loops);
    }

    /** Starts that many event loops; epoll if the platform has it. Blocking. */
    public static EventLoops start(int count) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(count)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        Transport best = Transport.nativeTransport();
        Vertx vertx = Vertx.builder()
                .with(options)
                .withTransport(best != null && best.available() ? best : Transport.NIO)
                .build();
        return new EventLoops((VertxInternal) vertx);
    }

    /** What else may be served on these loops, such as HTTP. */
    public Vertx vertx() {
        return vertx;
    }

    /** The event loops. */
    public List<EventLoop> all() {
        return all;
    }

    /**
     * Listens. Blocking.
     *
     * @param address where; port 0 takes a free one
     * @param acceptor asked for each new connection, on its event loop
     * @return the port that was taken
     * @throws CompletionException with the system's reason as its cause
     */
    public int listen(InetSocketAddress address, Acceptor acceptor) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                // A loop is a group of one: it accepts, and the connections go to all.
                .group(all.get(listeners.size() % all.size()), group)
                .channelFactory(this::newListener)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted(channel, acceptor);
                    }
                });
        ChannelFuture bound = bootstrap.bind(address);
        CompletableFuture<Void> done = new CompletableFuture<>();
        bound.addListener(any -> {
            if (any.isSuccess()) {
                done.complete(null);
            } else {
                done.completeExceptionally(any.cause());
            }
        });
        join(done);
        Channel listening = bound.channel();
        listeners.add(listening);
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Takes no more connections; those that are there stay. Any thread, does not block. */
    public void stopAccepting() {
        var unused = closeListeners();
    }

    /** Closes the listeners; connections stay. Completes when that is done. Any thread. */
    public CompletionStage<?> closeListeners() {
        List<CompletableFuture<Void>> closed = new ArrayList<>();
        for (Channel each : listeners) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            each.close().addListener(any -> done.complete(null));
            closed.add(done);
        }
        return CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new));
    }

    /** Ends the event loops with all that is left on them. Blocking, bounded. */
    @Override
    public void close() {
        try {
            join(vertx.close().toCompletionStage().toCompletableFuture());
        } catch (CompletionException e) {
            // Nothing depends on it any more; the threads end with the process.
            return;
        }
    }

    private ServerChannel newListener() {
        ServerChannel listener = vertx.transport().serverChannelFactory(false).newChannel();
        if (listener instanceof EpollServerSocketChannel epoll) {
            // Of the listener, because what is set after the accept comes too late.
            epoll.config().setOption(TCP_MAXSEG, SEGMENT_BYTES_MAX);
        }
        return listener;
    }

    private static void accepted(Channel channel, Acceptor acceptor) {
        List<ChannelHandler> handlers = acceptor.accept(channel);
        if (handlers.isEmpty()) {
            var unused = channel.close();
        }
        for (ChannelHandler each : handlers) {
            channel.pipeline().addLast(each);
        }
    }

    private static void join(CompletableFuture<?> future) {
        try {
            future.get(CLOSE_SECONDS_MAX * 2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } catch (TimeoutException e) {
            throw new CompletionException(e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }
}
