package io.millrace.server.amqp091;

import io.millrace.core.vhost.Commands;
import io.millrace.server.report.ChannelReport;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One AMQP 0-9-1 connection, AMQP 0-9-1 §2.2.4 and §4.2.2: bytes in by {@link #received}, bytes out by {@link Transport},
 * time by {@link #tick}. All calls on the connection's event loop. No input makes a method of it throw.
 *
 * <pre>
 * protocol header → start-ok → (login) → tune-ok → open → (virtual host) → running → closing → ended
 * </pre>
 */
public final class ConnectionEngine {
    private final Transport transport;
    private final Settings091 settings;
    private final RandomGenerator random;
    private final EngineListener listener;
    private final Output output;
    private final ContentWriter contentWriter;
    private final FrameDecoder decoder;
    private final MethodReader reader = new MethodReader();
    private final Handshake handshake;
    private final ControlChannel control;
    private final Liveness liveness;
    private final Preamble preamble = new Preamble();
    private final CloseOkListener closeOkListener = new CloseOkListener();
    private final Upcalls upcalls = new Upcalls();
    private final Runnable wakeTask = this::woken;

    private EngineState state = EngineState.HEADER;
    private @Nullable Connection091 connection;
    private @Nullable Session091 session;
    private boolean disconnectDue;
    private boolean inBurst;
    private boolean wakeScheduled;
    private boolean publishersBlocked;
    private boolean reading = true;
    private boolean finished;

    /**
     * @param peer where the client comes from
     * @param random where consumer tags come from; what it gives must not be guessable
     * @param nowMillis the time, as {@link #tick} counts it
     */
    public ConnectionEngine(
            Transport transport,
            Settings091 settings,
            Authenticator authenticator,
            VirtualHosts virtualHosts,
            Peer peer,
            RandomGenerator random,
            EngineListener listener,
            long nowMillis) {
        this.transport = transport;
        this.settings = settings;
        this.random = random;
        this.listener = listener;
        this.output = new Output(transport, settings.highWaterBytes());
        this.contentWriter = new ContentWriter(output);
        this.decoder = new FrameDecoder(transport, upcalls, settings.frameMaxBeforeLoginBytes());
        this.handshake = new Handshake(upcalls, output, reader, settings, authenticator, virtualHosts, peer, listener);
        this.control = new ControlChannel(upcalls, output, reader, handshake);
        this.liveness = new Liveness(settings, nowMillis);
    }

    /** Takes what was read; the caller keeps the buffer. All of it is consumed. */
    public void received(ByteBuf in) {
        if (state == EngineState.ENDED) {
            in.skipBytes(in.readableBytes());
            return;
        }
        liveness.heard();
        inBurst = true;
        try {
            take(in);
        } catch (WireException error) {
            failFraming(error);
            in.skipBytes(in.readableBytes());
        } finally {
            endBurst();
        }
    }

    /** The transport takes more bytes, or no more before it says so. May be called during {@link Transport#write}. */
    public void writabilityChanged(boolean writable) {
        output.writable(writable);
        if (writable) {
            upcalls.wake();
        }
    }

    /**
     * Time has passed: sends a heartbeat if one is due, and ends what has taken too long. To be called once a second or
     * more often, or as {@link #calmMillis} says.
     *
     * @param nowMillis milliseconds from any origin, never decreasing
     */
    public void tick(long nowMillis) {
        if (state == EngineState.ENDED) {
            return;
        }
        String tooLate = liveness.tick(nowMillis, state.isHandshaking(), state.isClosing(), reading);
        if (tooLate != null) {
            drop(tooLate);
        } else if (state == EngineState.RUNNING && liveness.heartbeatDue(output.sentSinceTick())) {
            output.heartbeat();
            output.flush();
        }
    }

    /** How long no {@link #tick} is needed while {@link #isRestless} stays false; {@link Long#MAX_VALUE}: never. */
    public long calmMillis() {
        return isRestless() ? 0 : liveness.calmMillis();
    }

    /** Whether something is awaited that must come soon: the end of the handshake, or of the connection. */
    public boolean isRestless() {
        return state != EngineState.RUNNING && state != EngineState.ENDED;
    }

    /** The transport is gone. */
    public void transportClosed() {
        if (state != EngineState.ENDED) {
            end();
            endBurst();
        }
    }

    /** While true, nothing is read from a connection that has published. Tell it by {@link #blocked} before. */
    public void publishersBlocked(boolean blocked) {
        publishersBlocked = blocked;
        updateReading();
    }

    /** Tells the client that publishing is blocked, if it wants to know. */
    public void blocked(String reason) {
        if (tellsBlocked()) {
            ByteBuf out = output.begin(0, Method.CONNECTION_BLOCKED, 256);
            FieldTableWriter.shortString(out, reason);
            output.end(out);
            upcalls.wake();
        }
    }

    /** Tells the client that publishing goes on, if it wants to know. */
    public void unblocked() {
        if (tellsBlocked()) {
            output.method(0, Method.CONNECTION_UNBLOCKED);
            upcalls.wake();
        }
    }

    /** Closes the connection from our side: 320 CONNECTION_FORCED; in silence if it is not open yet. */
    public void shutdown(String reason) {
        upcalls.fail(WireException.of(ReplyCode.CONNECTION_FORCED, reason, 0));
        upcalls.wake();
    }

    /** Whether the transport should read. */
    public boolean wantsRead() {
        return reading;
    }

    /** What was agreed with the client; null before the connection is open. */
    public @Nullable Session091 session() {
        return session;
    }

    /** How its channels stand. */
    public List<ChannelReport> channels() {
        Connection091 open = connection;
        return open == null ? List.of() : open.reports();
    }

    /** Whether it has ended: nothing more will be read or written. */
    public boolean isEnded() {
        return state == EngineState.ENDED;
    }

    private boolean tellsBlocked() {
        Session091 agreed = session;
        return state == EngineState.RUNNING
                && agreed != null
                && agreed.capabilities().connectionBlocked();
    }

    private void take(ByteBuf in) {
        if (state == EngineState.HEADER) {
            takeHeader(in);
        }
        if (state == EngineState.DEAF) {
            if (closeOkListener.heard(in)) {
                end();
            }
        } else if (state != EngineState.HEADER && state != EngineState.ENDED) {
            decoder.receive(in);
        }
        in.skipBytes(in.readableBytes());
    }

    private void takeHeader(ByteBuf in) {
        Preamble.Met met = preamble.take(in);
        if (met == Preamble.Met.OURS) {
            state = EngineState.HANDSHAKE;
            handshake.start();
        } else if (met == Preamble.Met.OTHER) {
            Preamble.write(output);
            drop("the protocol header is not that of AMQP 0-9-1");
        }
    }

    private void failFraming(WireException error) {
        upcalls.fail(error);
        if (state == EngineState.CLOSING) {
            state = EngineState.DEAF;
        }
        decoder.drop();
    }

    /** Ends without a word to the client: before a virtual host is open, or because time is up. */
    private void drop(String why) {
        listener.dropped(why);
        end();
        if (!inBurst) {
            endBurst();
        }
    }

    private void end() {
        state = EngineState.ENDED;
        disconnectDue = true;
    }

    private void woken() {
        wakeScheduled = false;
        if (state == EngineState.ENDED) {
            endBurst();
            return;
        }
        inBurst = true;
        try {
            if (state != EngineState.DEAF && state != EngineState.HEADER) {
                decoder.resume();
            }
        } catch (WireException error) {
            failFraming(error);
        } finally {
            endBurst();
        }
    }

    /** What a read burst has collected goes out: settlements to the virtual host, bytes to the transport. */
    private void endBurst() {
        inBurst = true;
        Connection091 open = connection;
        if (open != null) {
            open.endBurst();
            if (disconnectDue) {
                connection = null;
                open.disconnect();
            }
        }
        output.flush();
        if (state == EngineState.ENDED && !finished) {
            finished = true;
            decoder.drop();
            output.release();
            transport.close();
        } else if (connection != null && open != null) {
            open.resumeStarved();
            output.flush();
        }
        inBurst = false;
        updateReading();
    }

    private void updateReading() {
        if (state == EngineState.ENDED) {
            return;
        }
        Connection091 open = connection;
        boolean ready = upcalls.ready();
        boolean want = ready && !(publishersBlocked && open != null && open.hasPublished());
        if (want != reading) {
            reading = want;
            transport.wantsReadChanged(want);
        }
        if ((ready && decoder.holdsFrame()) || (open != null && open.hasWork())) {
            upcalls.wake();
        }
    }

    /** What the parts of this engine call. */
    private final class Upcalls implements FrameDecoder.Sink, Connection091.Host, Handshake.Host, ControlChannel.Host {
        @Override
        public EngineState state() {
            return state;
        }

        @Override
        public void closed() {
            end();
        }

        @Override
        public boolean ready() {
            Connection091 open = connection;
            return switch (state) {
                case HEADER, CLOSING, DEAF -> true;
                case HANDSHAKE -> !handshake.busy();
                case ENDED -> false;
                case RUNNING -> !output.overflowing() && !handshake.busy() && (open == null || open.ready());
            };
        }

        @Override
        public void frame(int type, int channel, ByteBuf in, int payloadAt, int payloadEnd) {
            Connection091 open = connection;
            try {
                if (channel == 0 || open == null || state != EngineState.RUNNING) {
                    control.frame(type, channel, in, payloadAt, payloadEnd);
                } else {
                    ControlChannel.checkType(type, channel);
                    open.frame(type, channel, in, payloadAt, payloadEnd);
                }
            } catch (WireException error) {
                fail(error);
            }
        }

        @Override
        public void fail(WireException error) {
            if (state.isOver()) {
                return;
            }
            if (state == EngineState.HEADER || (state == EngineState.HANDSHAKE && !handshake.loggedIn())) {
                drop(error.message());
            } else {
                refuse(error);
            }
        }

        @Override
        public void refuse(WireException error) {
            listener.failed(error);
            CloseMethod.write(output, 0, Method.CONNECTION_CLOSE, error);
            state = EngineState.CLOSING;
            disconnectDue = true;
            wake();
        }

        @Override
        public void drop(String why) {
            ConnectionEngine.this.drop(why);
        }

        @Override
        public void tuned(int frameMaxBytes, int heartbeatSeconds) {
            decoder.frameMaxBytes(frameMaxBytes);
            contentWriter.frameMaxBytes(frameMaxBytes);
            liveness.heartbeats(heartbeatSeconds);
        }

        @Override
        public void opened(Session091 agreed, Commands commands) {
            if (state == EngineState.HANDSHAKE) {
                session = agreed;
                state = EngineState.RUNNING;
                connection = new Connection091(this, output, contentWriter, reader, settings, agreed, commands, random);
                listener.opened(agreed);
            }
        }

        @Override
        public void channelFailed(int channel, WireException error) {
            listener.channelFailed(channel, error);
        }

        @Override
        public void turnEnded() {
            if (!inBurst) {
                output.flush();
                updateReading();
            }
        }

        @Override
        public void wake() {
            if (!wakeScheduled && !inBurst) {
                wakeScheduled = true;
                transport.later(wakeTask);
            }
        }
    }
}
