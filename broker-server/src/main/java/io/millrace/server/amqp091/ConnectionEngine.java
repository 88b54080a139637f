package io.millrace.server.amqp091;

import io.millrace.core.vhost.Commands;
import io.netty.buffer.ByteBuf;
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
    private enum State {
        HEADER,
        HANDSHAKE,
        RUNNING,
        /** We have sent connection.close and wait for its answer. */
        CLOSING,
        /** The same, but what comes in cannot be split into frames any more. */
        DEAF,
        ENDED
    }

    private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

    private final Transport transport;
    private final Settings091 settings;
    private final RandomGenerator random;
    private final EngineListener listener;
    private final Output output;
    private final ContentWriter contentWriter;
    private final FrameDecoder decoder;
    private final MethodReader reader = new MethodReader();
    private final Handshake handshake;
    private final Liveness liveness;
    private final Upcalls upcalls = new Upcalls();
    private final Runnable wakeTask = this::woken;

    private State state = State.HEADER;
    private int headerBytes;
    private int closeOkBytes;
    private @Nullable Connection091 connection;
    private @Nullable Session091 session;
    private boolean disconnectDue;
    private boolean inBurst;
    private boolean wakeScheduled;
    private boolean publishersBlocked;
    private boolean reading = true;

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
        this.handshake = new Handshake(upcalls, output, reader, settings, authenticator, virtualHosts, peer);
        this.liveness = new Liveness(settings, nowMillis);
    }

    /**
     * Where a client comes from.
     *
     * @param description its address and ours, for people
     * @param loopback whether it is on this machine
     */
    public record Peer(String description, boolean loopback) {}

    /** Takes what was read; the caller keeps the buffer. All of it is consumed. */
    public void received(ByteBuf in) {
        if (state == State.ENDED) {
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
     * more often.
     *
     * @param nowMillis milliseconds from any origin, never decreasing
     */
    public void tick(long nowMillis) {
        if (state == State.ENDED) {
            return;
        }
        boolean handshaking = state == State.HEADER || state == State.HANDSHAKE;
        boolean closing = state == State.CLOSING || state == State.DEAF;
        String tooLate = liveness.tick(nowMillis, handshaking, closing, reading);
        if (tooLate != null) {
            drop(tooLate);
        } else if (state == State.RUNNING && liveness.heartbeatDue(output.sentSinceTick())) {
            output.heartbeat();
            output.flush();
        }
    }

    /** The transport is gone. */
    public void transportClosed() {
        if (state != State.ENDED) {
            end();
            endBurst();
        }
    }

    /**
     * While true, nothing is read from a connection that has published: its client is slowed down by its own socket.
     * Tell it by {@link #blocked} before.
     */
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

    /** Open channels. */
    public int channelCount() {
        Connection091 open = connection;
        return open == null ? 0 : open.channelCount();
    }

    /** Whether it has ended: nothing more will be read or written. */
    public boolean isEnded() {
        return state == State.ENDED;
    }

    private boolean tellsBlocked() {
        Session091 agreed = session;
        return state == State.RUNNING && agreed != null && agreed.capabilities().connectionBlocked();
    }

    private void take(ByteBuf in) {
        if (state == State.HEADER) {
            takeHeader(in);
        }
        if (state == State.DEAF) {
            listenForCloseOk(in);
        } else if (state != State.HEADER && state != State.ENDED) {
            decoder.receive(in);
        }
        in.skipBytes(in.readableBytes());
    }

    /** AMQP 0-9-1 §4.2.2: a header that is not ours is answered by ours. */
    private void takeHeader(ByteBuf in) {
        while (in.isReadable()) {
            if (in.readByte() != PROTOCOL_HEADER[headerBytes]) {
                output.room(PROTOCOL_HEADER.length).writeBytes(PROTOCOL_HEADER);
                drop("the protocol header is not that of AMQP 0-9-1");
                return;
            }
            if (++headerBytes == PROTOCOL_HEADER.length) {
                state = State.HANDSHAKE;
                handshake.start();
                return;
            }
        }
    }

    /** Looks for connection.close-ok among bytes that are no frames: 01 0000 00000004 000A 0033 CE. */
    private void listenForCloseOk(ByteBuf in) {
        while (in.isReadable()) {
            byte met = in.readByte();
            if (met == CLOSE_OK[closeOkBytes]) {
                closeOkBytes++;
            } else {
                closeOkBytes = met == CLOSE_OK[0] ? 1 : 0;
            }
            if (closeOkBytes == CLOSE_OK.length) {
                end();
                return;
            }
        }
    }

    private static final byte[] CLOSE_OK = {1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 51, (byte) 0xCE};

    private void frame(int type, int channel, ByteBuf in, int at, int end) {
        if (channel == 0 || state != State.RUNNING) {
            frame0(type, channel, in, at, end);
            return;
        }
        Connection091 open = connection;
        if (type < Frame.METHOD || type > Frame.BODY) {
            throw type == Frame.HEARTBEAT ? unexpectedFrame(type, channel) : unknownFrame(type, channel);
        }
        if (open != null) {
            open.frame(type, channel, in, at, end);
        }
    }

    /** A frame of channel 0, or any frame while the connection does not run. */
    private void frame0(int type, int channel, ByteBuf in, int at, int end) {
        if (state == State.CLOSING) {
            if (channel == 0 && type == Frame.METHOD && end - at >= 4) {
                whileClosing(in.getInt(at));
            }
            return;
        }
        if (type == Frame.HEARTBEAT && channel == 0 && at == end) {
            return;
        }
        if (type < Frame.METHOD || type > Frame.BODY) {
            throw channel == 0 ? unknownFrame(type, channel) : unexpectedFrame(type, channel);
        }
        if (channel != 0 || type != Frame.METHOD) {
            throw unexpectedFrame(type, channel);
        }
        int method = reader.begin(in, at, end);
        try {
            method0(method);
        } catch (WireException error) {
            throw error.causedBy(method);
        }
    }

    private void method0(int method) {
        if (state == State.HANDSHAKE && method != Method.CONNECTION_CLOSE) {
            handshake.method(method);
            return;
        }
        switch (method) {
            case Method.CONNECTION_CLOSE -> {
                disconnectDue = true;
                output.method(0, Method.CONNECTION_CLOSE_OK);
                end();
            }
            case Method.CONNECTION_CLOSE_OK -> {}
            case Method.CONNECTION_UPDATE_SECRET -> handshake.updateSecret();
            default ->
                throw WireException.of(
                        ReplyCode.CHANNEL_ERROR, "unexpected method in connection state running", method);
        }
    }

    private void whileClosing(int method) {
        if (method == Method.CONNECTION_CLOSE) {
            output.method(0, Method.CONNECTION_CLOSE_OK);
            end();
        } else if (method == Method.CONNECTION_CLOSE_OK) {
            end();
        }
    }

    private static WireException unexpectedFrame(int type, int channel) {
        return WireException.of(ReplyCode.UNEXPECTED_FRAME, "a frame of type " + type + " on channel " + channel, 0);
    }

    private static WireException unknownFrame(int type, int channel) {
        return WireException.of(
                ReplyCode.FRAME_ERROR,
                "a frame of type " + type + " on channel " + channel + "; known are 1 method, 2 header, 3 body and,"
                        + " empty and on channel 0, 8 heartbeat",
                0);
    }

    private void failFraming(WireException error) {
        upcalls.fail(error);
        if (state == State.CLOSING) {
            state = State.DEAF;
        }
        decoder.drop();
    }

    /** Ends without a word to the client. */
    private void drop(String why) {
        listener.dropped(why);
        end();
        if (!inBurst) {
            endBurst();
        }
    }

    private void end() {
        state = State.ENDED;
        disconnectDue = true;
    }

    private void woken() {
        wakeScheduled = false;
        if (state == State.ENDED) {
            endBurst();
            return;
        }
        inBurst = true;
        try {
            if (state != State.DEAF && state != State.HEADER) {
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
        if (state == State.ENDED) {
            finish();
        } else if (connection != null && open != null) {
            open.resumeStarved();
            output.flush();
        }
        inBurst = false;
        updateReading();
    }

    private void finish() {
        if (!finished) {
            finished = true;
            decoder.drop();
            output.release();
            transport.close();
        }
    }

    private boolean finished;

    private void updateReading() {
        if (state == State.ENDED) {
            return;
        }
        Connection091 open = connection;
        boolean ready = upcalls.ready();
        boolean want = ready && !(publishersBlocked && open != null && open.hasPublished());
        if (want != reading) {
            reading = want;
            transport.wantsReadChanged(want);
        }
        if ((ready && decoder.holdsFrame()) || (open != null && open.canResume())) {
            upcalls.wake();
        }
    }

    /** What the parts of this engine call. */
    private final class Upcalls implements FrameDecoder.Sink, Connection091.Host, Handshake.Host {
        @Override
        public boolean ready() {
            Connection091 open = connection;
            return switch (state) {
                case HEADER, ENDED, DEAF -> state == State.HEADER;
                case HANDSHAKE -> !handshake.busy();
                case CLOSING -> true;
                case RUNNING -> !output.overflowing() && !handshake.busy() && (open == null || open.ready());
            };
        }

        @Override
        public void frame(int type, int channel, ByteBuf in, int payloadAt, int payloadEnd) {
            try {
                ConnectionEngine.this.frame(type, channel, in, payloadAt, payloadEnd);
            } catch (WireException error) {
                fail(error);
            }
        }

        @Override
        public void fail(WireException error) {
            if (state == State.CLOSING || state == State.DEAF || state == State.ENDED) {
                return;
            }
            if (state == State.HEADER || (state == State.HANDSHAKE && !handshake.loggedIn())) {
                listener.dropped(error.message());
                end();
                wake();
                return;
            }
            refuse(error);
        }

        @Override
        public void refuse(WireException error) {
            listener.failed(error);
            ByteBuf out = output.begin(0, Method.CONNECTION_CLOSE, 262);
            CloseArguments.write(out, error);
            output.end(out);
            state = State.CLOSING;
            disconnectDue = true;
            wake();
        }

        @Override
        public void loginRefused(String user) {
            listener.loginRefused(user);
        }

        @Override
        public void drop(String why) {
            listener.dropped(why);
            end();
            wake();
        }

        @Override
        public void loggedIn(int frameMaxBytes) {
            decoder.frameMaxBytes(frameMaxBytes);
        }

        @Override
        public void tuned(int frameMaxBytes, int heartbeatSeconds) {
            decoder.frameMaxBytes(frameMaxBytes);
            contentWriter.frameMaxBytes(frameMaxBytes);
            liveness.heartbeats(heartbeatSeconds);
        }

        @Override
        public void opened(Session091 agreed, Commands commands) {
            if (state == State.HANDSHAKE) {
                session = agreed;
                state = State.RUNNING;
                connection = new Connection091(this, output, contentWriter, reader, settings, agreed, commands, random);
                listener.opened(agreed);
            }
        }

        @Override
        public boolean isEnded() {
            return state == State.ENDED || state == State.CLOSING || state == State.DEAF;
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
