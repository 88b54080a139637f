package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.vhost.Lane;
import io.millrace.core.vhost.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A client of an engine that speaks bytes. */
final class Wire {
    static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    static final Map<String, Object> ALL_CAPABILITIES =
            Map.of("authentication_failure_close", true, "consumer_cancel_notify", true, "connection.blocked", true);

    final FakeTransport transport = new FakeTransport();
    final FakeCommands commands = new FakeCommands();
    final ConnectionEngine engine;
    final StringBuilder log = new StringBuilder();

    @Nullable
    Runnable heldLogin;

    boolean holdLogin;
    private int chopBytes = Integer.MAX_VALUE;

    Wire() {
        this(settings());
    }

    Wire(Settings091 settings) {
        engine = new ConnectionEngine(
                transport,
                settings,
                this::authenticate,
                this::openVirtualHost,
                new Peer("client", true, PeerIdentity.UNKNOWN),
                new Random(1),
                new Listener(),
                1_000);
    }

    private final class Listener implements EngineListener {
        @Override
        public void loginRefused(String user) {
            log.append("loginRefused ").append(user).append('\n');
        }

        @Override
        public void opened(Session091 session) {
            log.append("opened ").append(session.virtualHost()).append('\n');
        }

        @Override
        public void channelFailed(int channel, WireException error) {
            log.append("channelFailed ").append(channel).append('\n');
        }

        @Override
        public void failed(WireException error) {
            log.append("failed ").append(error.code()).append('\n');
        }

        @Override
        public void dropped(String why) {
            log.append("dropped ").append(why).append('\n');
        }
    }

    static Settings091 settings() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("product", "Millrace");
        return Settings091.defaults(properties);
    }

    /** Settings with some numbers changed. */
    static Settings091 settings(int channelMax, int frameMax, int messageMax, int highWater, int unsettledMax) {
        Settings091 s = settings();
        return new Settings091(
                s.serverProperties(),
                channelMax,
                frameMax,
                s.frameMaxBeforeLoginBytes(),
                s.heartbeatSeconds(),
                s.handshakeMillis(),
                s.closeMillis(),
                messageMax,
                messageMax + (1L << 20),
                s.headersMaxBytes(),
                s.headersMaxEntries(),
                highWater,
                2,
                unsettledMax,
                s.repliesMax());
    }

    private void authenticate(String user, byte[] password, boolean loopback, Authenticator.Callback callback) {
        boolean right = user.equals("guest") && new String(password, StandardCharsets.UTF_8).equals("secret");
        Runnable answer = right ? callback::accepted : callback::refused;
        if (holdLogin) {
            heldLogin = answer;
        } else {
            answer.run();
        }
    }

    private void openVirtualHost(String name, String user, VirtualHosts.Callback callback) {
        switch (name) {
            case "/" -> callback.opened(commands);
            case "private" -> callback.accessRefused();
            case "starting" ->
                callback.refused(new BrokerException(ErrorCode.UNAVAILABLE, "vhost 'starting' recovers"));
            default -> callback.notFound();
        }
    }

    /** Every send from now on arrives in pieces of that size. */
    Wire chop(int bytes) {
        chopBytes = bytes;
        return this;
    }

    Wire send(byte[]... frames) {
        byte[] all = Bytes.concat(frames);
        for (int at = 0; at < all.length; at += Math.min(chopBytes, all.length - at)) {
            ByteBuf piece = Unpooled.wrappedBuffer(all, at, Math.min(chopBytes, all.length - at));
            engine.received(piece);
            assertEquals(0, piece.readableBytes(), "the engine takes all that was read");
            transport.runTasks();
        }
        return this;
    }

    Wire expect(Bytes method) {
        return expect(method.frame());
    }

    /** The next bytes that were sent are these. */
    Wire expect(byte[] expected) {
        byte[] met = new byte[Math.min(expected.length, transport.sent.readableBytes())];
        transport.sent.readBytes(met);
        assertEquals(ByteBufUtil.hexDump(expected), ByteBufUtil.hexDump(met));
        return this;
    }

    Wire expectNothing() {
        assertEquals("", ByteBufUtil.hexDump(transport.sent), "nothing more is sent");
        return this;
    }

    /** The next frame is channel.close, or connection.close on channel 0. Returns the reply text. */
    Wire expectClose(int channel, int code, String text, int classId, int methodId) {
        Bytes close = channel == 0 ? Bytes.method(0, 10, 50) : Bytes.method(channel, 20, 40);
        return expect(close.u16(code).str(text).u16(classId).u16(methodId));
    }

    /** The next frame is connection.close with that code. */
    Wire expectConnectionClose(int code) {
        return expectCloseCode(0, 10, 50, code);
    }

    /** The next frame is channel.close with that code. */
    Wire expectChannelClose(int channel, int code) {
        return expectCloseCode(channel, 20, 40, code);
    }

    private Wire expectCloseCode(int channel, int classId, int methodId, int code) {
        ByteBuf sent = transport.sent;
        assertTrue(sent.readableBytes() > 13, "a close is sent");
        int size = sent.getInt(sent.readerIndex() + 3);
        byte[] start = new byte[13];
        sent.getBytes(sent.readerIndex(), start);
        byte[] wanted = Bytes.payload()
                .u8(1)
                .u16(channel)
                .u32(size)
                .u16(classId)
                .u16(methodId)
                .u16(code)
                .bytes();
        assertEquals(ByteBufUtil.hexDump(wanted), ByteBufUtil.hexDump(start));
        sent.skipBytes(size + 8);
        return this;
    }

    /** Drops what was sent so far. */
    Wire forget() {
        transport.sent.skipBytes(transport.sent.readableBytes());
        commands.calls.clear();
        return this;
    }

    Wire expectEnded() {
        assertTrue(engine.isEnded(), "the engine has ended");
        assertEquals(1, transport.closes, "the transport is closed once");
        assertEquals(0, transport.leaked(), "no buffer leaks");
        return this;
    }

    static byte[] startOk(String mechanism, byte[] response, Map<String, ?> capabilities) {
        return Bytes.method(0, 10, 11)
                .table(Map.of("capabilities", capabilities))
                .str(mechanism)
                .longBytes(response)
                .str("en_US")
                .frame();
    }

    static byte[] plain(String user, String password) {
        return Bytes.ascii("\0" + user + "\0" + password);
    }

    static byte[] tuneOk(int channelMax, long frameMax, int heartbeat) {
        return Bytes.method(0, 10, 31)
                .u16(channelMax)
                .u32(frameMax)
                .u16(heartbeat)
                .frame();
    }

    static byte[] open(String virtualHost) {
        return Bytes.method(0, 10, 40).str(virtualHost).str("").u8(0).frame();
    }

    /** A client that has logged in and been asked to tune. */
    Wire login() {
        send(HEADER);
        return send(startOk("PLAIN", plain("guest", "secret"), ALL_CAPABILITIES))
                .forget();
    }

    /** A client with an open connection. */
    Wire connect() {
        login().send(tuneOk(0, 0, 0), open("/")).expect(Bytes.method(0, 10, 41).u8(0));
        return forget();
    }

    /** A client with an open channel 1. */
    static Wire channel() {
        return new Wire().connect().openChannel(1);
    }

    static Wire channel(Settings091 settings) {
        return new Wire(settings).connect().openChannel(1);
    }

    Wire openChannel(int number) {
        send(Bytes.method(number, 20, 10).str("").frame());
        expect(Bytes.method(number, 20, 11).u32(0));
        return forget();
    }

    Wire calls(String... expected) {
        assertEquals(String.join("\n", expected), String.join("\n", commands.taken()));
        return this;
    }

    Outlet outlet(int channel) {
        return commands.lane(channel).outlet();
    }

    Lane lane(int channel) {
        return commands.lane(channel);
    }

    /** Hands a message to a consumer of channel 1 and ends the turn. */
    Wire deliver(int consumer, int queue, long sequence, ByteBuffer record) {
        outlet(1).deliver(consumer, queue, sequence, false, 0, record, 0);
        outlet(1).flush();
        transport.runTasks();
        return this;
    }

    /** Runs what waits. */
    Wire run() {
        transport.runTasks();
        return this;
    }
}
