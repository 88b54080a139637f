package io.millrace.server.transport;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.server.amqp091.ConnectionEngine;
import io.millrace.server.amqp091.Peer;
import io.millrace.server.amqp091.Transport;
import io.millrace.server.amqp091.VirtualHosts;
import io.millrace.server.auth.Visits;
import io.millrace.server.report.ChannelReport;
import io.millrace.server.report.ConnectionReport;
import io.millrace.server.runtime.ConnectionLoop;
import io.millrace.server.runtime.Courier;
import io.millrace.server.runtime.Edge;
import io.millrace.server.tls.TlsContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket with an AMQP 0-9-1 engine on it. All on the connection's event loop.
 *
 * <p>Whatever the engine is called for, {@link #enter} does: afterwards the commands that it gave are submitted, and what
 * it wrote is flushed, once. An error in here ends this connection and no other.
 */
final class AmqpConnection extends ChannelInboundHandlerAdapter implements Transport, Edge {
    private static final Logger log = LoggerFactory.getLogger(AmqpConnection.class);

    private static final Throttle TLS_ERRORS = new Throttle(10);

    private final LoopConnections connections;
    private final AmqpServices services;
    private final Arrival arrival;
    private final @Nullable TlsContext tls;
    private final long connectedMillis = System.currentTimeMillis();

    private @Nullable ChannelHandlerContext context;
    private TickWheel.@Nullable Seat<AmqpConnection> seat;
    private @Nullable ConnectionEngine engine;
    private @Nullable Courier courier;
    private Visits.@Nullable Visit visit;
    private boolean entered;
    private boolean flushDue;
    private boolean handOffFull;
    /** It has told the clock that it needs it rarely or never. */
    private boolean calm;

    /** All is said; what comes is passed over. */
    private boolean closing;

    private long cutAtMillis; // when the socket closes whatever the client does; 0 = never
    private boolean gone;
    private boolean loggedIn;
    private @Nullable String blockedReason;

    /** @param tls what encrypts it, if anything does; a handler of its own stands before this one then */
    AmqpConnection(LoopConnections connections, AmqpServices services, Arrival arrival, @Nullable TlsContext tls) {
        this.connections = connections;
        this.services = services;
        this.arrival = arrival;
        this.tls = tls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        SocketBounds.set(added.channel().config());
        seat = connections.add(this);
        engine = new ConnectionEngine(
                this,
                services.settings(),
                new LoginCheck(services.logins(), this::later, () -> gone),
                this::openVirtualHost,
                new Peer(arrival.description(), arrival.loopback(), new Identity(added, tls, services)),
                services.random(),
                new ConnectionLog(arrival.description(), this::nowKnown),
                arrival.atMillis());
        if (!added.channel().isActive()) {
            channelInactive(added);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        try {
            if (message instanceof ByteBuf bytes && engine != null && !gone && !closing) {
                // The burst goes on until channelReadComplete; what it commands and writes is collected until then.
                entered = true;
                if (tls != null) {
                    from.pipeline().get(TlsRecordLimit.class).dataCame();
                }
                engine.received(bytes);
            }
        } catch (RuntimeException | Error defect) {
            broken(defect);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        leave();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        boolean writable = from.channel().isWritable();
        ConnectionEngine on = engine;
        if (on != null && !gone) {
            on.writabilityChanged(writable);
            Courier way = courier;
            if (writable && way != null) {
                way.writable();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        if (!gone) {
            gone = true;
            connections.remove(this);
            nowKnown();
            services.limits().leave();
            ConnectionEngine on = engine;
            enter(() -> {
                if (on != null) {
                    on.transportClosed();
                }
            });
            Courier way = courier;
            if (way != null) {
                way.abandon();
            }
            Visits.Visit left = visit;
            if (left != null) {
                left.end();
            }
        }
        from.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("connection lost client={} cause={}", arrival.description(), cause.toString());
            var unused = from.close();
        } else if (cause instanceof DecoderException && tls != null) {
            if (TLS_ERRORS.permits()) {
                log.info(
                        "TLS failed client={} cause={} suppressed={}",
                        arrival.description(),
                        String.valueOf(cause.getMessage()),
                        TLS_ERRORS.takeSuppressed());
            }
            var unused = from.close();
        } else {
            broken(cause);
        }
    }

    /** Returns milliseconds until it wants to be told of time again. */
    long tick(long nowMillis) {
        if (cutAtMillis != 0) {
            if (nowMillis - cutAtMillis >= 0) {
                cut();
            }
            return 0;
        }
        ConnectionEngine on = engine;
        if (on == null) {
            return 0;
        }
        enter(() -> on.tick(nowMillis));
        long pause = cutAtMillis != 0 ? 0 : on.calmMillis();
        calm = pause > 0;
        return pause;
    }

    /** Where the clock finds it. */
    TickWheel.Seat<AmqpConnection> seat() {
        TickWheel.Seat<AmqpConnection> taken = seat;
        if (taken == null) {
            throw new IllegalStateException("the connection has no socket yet");
        }
        return taken;
    }

    void shutdown(String reason) {
        ConnectionEngine on = engine;
        if (on != null) {
            enter(() -> on.shutdown(reason));
        }
    }

    /** Its name: both ends. */
    String description() {
        return arrival.description();
    }

    /** How it stands, null if it is gone. */
    @Nullable
    ConnectionReport report() {
        ConnectionEngine on = engine;
        if (on == null || gone || on.isEnded()) {
            return null;
        }
        return ConnectionReports.of(
                arrival, new Identity(context(), tls, services), on, blockedReason != null, connectedMillis);
    }

    /** How its channels stand. */
    List<ChannelReport> channels() {
        ConnectionEngine on = engine;
        return on == null || gone ? List.of() : on.channels();
    }

    /** Closes the socket without a word. */
    void cut() {
        var unused = context().close();
    }

    // What the engine asks for.

    @Override
    public ByteBuf allocate(int capacityBytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(capacityBytes);
    }

    @Override
    public void write(ByteBuf bytes) {
        var unused = context().write(bytes, context().voidPromise());
    }

    @Override
    public void flush() {
        if (entered) {
            flushDue = true;
        } else {
            context().flush();
        }
    }

    @Override
    public void close() {
        ChannelHandlerContext on = context();
        SslHandler encrypting = on.pipeline().get(SslHandler.class);
        if (encrypting != null && !encrypting.handshakeFuture().isSuccess()) {
            // Nothing was written, and nothing could leave.
            cut();
            return;
        }
        cutAtMillis = LoopConnections.nowMillis() + Farewell.MILLIS_MAX;
        closing = Farewell.bid(on, loggedIn);
    }

    @Override
    public void later(Runnable task) {
        connections.loop().execute(() -> enter(task));
    }

    @Override
    public void wantsReadChanged(boolean wantsRead) {
        updateReading();
    }

    private void openVirtualHost(String name, String user, VirtualHosts.Callback callback) {
        HostDirectory.Entry entry = services.hosts().enter(name, user, this);
        if (entry instanceof HostDirectory.Entry.Open open) {
            courier = open.courier();
            visit = open.visit();
            callback.opened(open.commands());
        } else if (entry instanceof HostDirectory.Entry.NotFound) {
            callback.notFound();
        } else if (entry instanceof HostDirectory.Entry.Refused) {
            callback.accessRefused();
        } else if (entry instanceof HostDirectory.Entry.Full full) {
            callback.refused(new BrokerException(ErrorCode.NOT_ALLOWED, full.why()));
        } else if (entry instanceof HostDirectory.Entry.Unavailable unavailable) {
            callback.refused(new BrokerException(ErrorCode.UNAVAILABLE, unavailable.why()));
        }
    }

    // What the courier asks for.

    @Override
    public ConnectionLoop loop() {
        return connections.connectionLoop();
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void publishersBlocked(@Nullable String reason) {
        // Later, because this may come in the middle of opening the connection or of a turn.
        later(() -> {
            ConnectionEngine on = engine;
            if (on == null || gone) {
                return;
            }
            blockedReason = reason;
            if (reason == null) {
                on.publishersBlocked(false);
                on.unblocked();
            } else {
                on.blocked(reason);
                on.publishersBlocked(true);
            }
        });
    }

    @Override
    public void handOffFull(boolean full) {
        handOffFull = full;
        updateReading();
    }

    @Override
    public void virtualHostFailed(String why) {
        later(() -> shutdown(why));
    }

    @Override
    public void broken(Throwable defect) {
        if (!gone) {
            log.error("a defect ended a connection client={}", arrival.description(), defect);
            // Not at once: this may be the middle of a turn.
            connections.loop().execute(this::cut);
        }
    }

    /** Calls the engine from anywhere but the reading of a burst. */
    private void enter(Runnable call) {
        boolean outermost = !entered;
        entered = true;
        try {
            call.run();
        } catch (RuntimeException | Error defect) {
            broken(defect);
        }
        if (outermost) {
            leave();
        }
    }

    private void leave() {
        Courier way = courier;
        if (way != null) {
            way.submit();
        }
        entered = false;
        ConnectionEngine on = engine;
        if (calm && !gone && (cutAtMillis != 0 || (on != null && on.isRestless()))) {
            calm = false;
            connections.soon(this);
        }
        if (flushDue) {
            flushDue = false;
            context().flush();
        }
    }

    private void nowKnown() {
        if (!loggedIn) {
            loggedIn = true;
            services.limits().knownNow(arrival.address());
        }
    }

    private void updateReading() {
        ConnectionEngine on = engine;
        if (on != null && !gone && !closing) {
            context().channel().config().setAutoRead(on.wantsRead() && !handOffFull);
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext on = context;
        if (on == null) {
            throw new IllegalStateException("the connection has no socket yet");
        }
        return on;
    }
}
