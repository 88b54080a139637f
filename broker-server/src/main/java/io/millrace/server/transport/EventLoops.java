package io.millrace.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of the process and listening on all of them: Vert.x with one deployed instance for each loop, so that
 * connections spread over the loops. Everything that is internal to Vert.x is used here and nowhere else: a context's
 * event loop, and a socket's pipeline.
 */
public final class EventLoops implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final long CLOSE_SECONDS_MAX = 5;
    private static final long CONNECTIONS_STAY_SECONDS = 60;

    private final Vertx vertx;
    private final List<Instance> instances;
    private final AtomicInteger sharedPorts = new AtomicInteger();

    /** Decides about new connections. */
    @FunctionalInterface
    public interface Acceptor {
        /** The handlers that read all that comes, the nearest to the socket first; none closes the connection. */
        List<ChannelHandler> accept(Channel channel);
    }

    private EventLoops(Vertx vertx, List<Instance> instances) {
        this.vertx = vertx;
        this.instances = instances;
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
        List<Instance> instances = new CopyOnWriteArrayList<>();
        join(vertx.deployVerticle(
                () -> {
                    Instance instance = new Instance(vertx);
                    instances.add(instance);
                    return instance;
                },
                new DeploymentOptions().setInstances(count)));
        return new EventLoops(vertx, List.copyOf(instances));
    }

    /** What else may be served on these loops, such as HTTP. */
    public Vertx vertx() {
        return vertx;
    }

    /** The event loops; connections are accepted by each of them. */
    public List<EventLoop> all() {
        List<EventLoop> loops = new ArrayList<>();
        for (Instance instance : instances) {
            loops.add(instance.loop());
        }
        return loops;
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
        // All instances have to name the same place; a free port is found by the first and shared under a number.
        SocketAddress place = address.getPort() == 0
                ? SocketAddress.sharedRandomPort(
                        sharedPorts.incrementAndGet(), address.getAddress().getHostAddress())
                : SocketAddress.inetSocketAddress(address);
        int port = 0;
        for (Instance instance : instances) {
            port = join(instance.listen(place, acceptor));
        }
        return port;
    }

    /** Takes no more connections; those that are there stay. Any thread, does not block. */
    public void stopAccepting() {
        for (Instance instance : instances) {
            instance.stopAccepting();
        }
    }

    /** Closes the listeners and all connections that came through them; completes when that is done. Any thread. */
    public CompletionStage<?> closeListeners() {
        return Future.all(instances.stream().map(Instance::closeListeners).toList())
                .toCompletionStage();
    }

    /** Ends the event loops with all that is left on them. Blocking, bounded. */
    @Override
    public void close() {
        try {
            join(vertx.close());
        } catch (CompletionException e) {
            // Nothing depends on it any more; the threads end with the process.
            return;
        }
    }

    private static <T> T join(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS_MAX * 2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } catch (TimeoutException e) {
            throw new CompletionException(e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** What is deployed on one event loop. */
    private static final class Instance implements Deployable {
        private final Vertx vertx;
        private volatile @Nullable ContextInternal context;
        private final List<NetServer> servers = new CopyOnWriteArrayList<>();

        Instance(Vertx vertx) {
            this.vertx = vertx;
        }

        @Override
        public Future<?> deploy(Context deployedOn) {
            context = (ContextInternal) deployedOn;
            return Future.succeededFuture();
        }

        EventLoop loop() {
            return context().nettyEventLoop();
        }

        Future<Integer> listen(SocketAddress place, Acceptor acceptor) {
            return Future.future(promise -> context().runOnContext(nothing -> {
                NetServer listening = vertx.createNetServer(
                        new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(BACKLOG));
                servers.add(listening);
                listening
                        .connectHandler(socket -> accept((NetSocketInternal) socket, acceptor))
                        .listen(place)
                        .map(NetServer::actualPort)
                        .onComplete(promise);
            }));
        }

        private static void accept(NetSocketInternal socket, Acceptor acceptor) {
            Channel channel = socket.channelHandlerContext().channel();
            // Without one, a connection is closed as soon as its listener shuts down.
            socket.shutdownHandler(timeout -> {});
            List<ChannelHandler> handlers = acceptor.accept(channel);
            if (handlers.isEmpty()) {
                var unused = channel.close();
            }
            for (ChannelHandler each : handlers) {
                channel.pipeline().addBefore("handler", null, each);
            }
        }

        void stopAccepting() {
            context()
                    .runOnContext(nothing -> servers.forEach(
                            listening -> listening.shutdown(CONNECTIONS_STAY_SECONDS, TimeUnit.SECONDS)));
        }

        Future<?> closeListeners() {
            return Future.all(servers.stream().map(NetServer::close).toList());
        }

        private ContextInternal context() {
            ContextInternal own = context;
            if (own == null) {
                throw new IllegalStateException("the event loops have not started");
            }
            return own;
        }
    }
}
