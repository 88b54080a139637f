package io.millrace.benchmarks.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;

/**
 * One connection with blocking reads and writes. {@link #call} is for what is set up once; what is measured is read with
 * {@link #read} and written with {@link #write}, which two threads may do at the same time.
 */
public final class Link implements Closeable {
    /** What is asked for; a frame fits twice into the buffer that is read into. */
    private static final int FRAME_MAX = 131_072;

    private static final int READ_BYTES = 2 * FRAME_MAX;
    private static final int WAIT_MILLIS = 30_000;
    private static final int CONNECT_MILLIS = 10_000;

    private final Address address;
    private final SocketChannel socket;
    private final ByteBuffer in;
    private FrameWalk walk = new FrameWalk(FRAME_MAX);
    private int payloadMax = FRAME_MAX - Wire.FRAME_OVERHEAD;

    private Link(Address address, SocketChannel socket) {
        this.address = address;
        this.socket = socket;
        in = ByteBuffer.allocateDirect(READ_BYTES).limit(0);
    }

    /** Connects, logs in and opens the virtual host. */
    public static Link open(Address address, String name) {
        Link link = connect(address);
        try {
            link.socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            link.handshake(name);
            return link;
        } catch (IOException | RuntimeException e) {
            link.close();
            throw e instanceof BrokerFailure failure
                    ? failure
                    : new BrokerFailure("connecting to " + address + " failed: " + e.getMessage(), e);
        }
    }

    /** Connects, and leaves when the broker has said that it speaks this protocol: connection.start. */
    public static void greet(Address address) {
        try (Link link = connect(address)) {
            link.hello();
        }
    }

    private static Link connect(Address address) {
        try {
            SocketChannel socket = SocketChannel.open();
            socket.socket().connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            return new Link(address, socket);
        } catch (IOException | RuntimeException e) {
            throw new BrokerFailure("no connection to " + address + ": " + e.getMessage(), e);
        }
    }

    private void hello() {
        FrameWriter hello = new FrameWriter(16);
        hello.bytes(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
        write(hello.written());
        await(Wire.CONNECTION_START, 0);
    }

    private void handshake(String name) {
        hello();
        Map<String, Object> capabilities = Map.of(
                "publisher_confirms",
                true,
                "basic.nack",
                true,
                "consumer_cancel_notify",
                true,
                "connection.blocked",
                true,
                "authentication_failure_close",
                true);
        Map<String, Object> properties =
                Map.of("product", "millrace-benchmarks", "connection_name", name, "capabilities", capabilities);
        FrameWriter login = new FrameWriter(512);
        login.method(0, Wire.CONNECTION_START_OK).table(properties).shortText("PLAIN");
        login.longText("\0" + address.user() + "\0" + address.password())
                .shortText("en_US")
                .end();
        write(login.written());
        long[] tuned = new long[1];
        await(Wire.CONNECTION_TUNE, 0, (buffer, at) -> tuned[0] = buffer.getLong(at));
        int channelMax = (int) (tuned[0] >>> 48);
        int offered = (int) (tuned[0] >>> 16);
        int frameMax = offered == 0 ? FRAME_MAX : Math.min(offered, FRAME_MAX);
        payloadMax = frameMax - Wire.FRAME_OVERHEAD;
        walk = new FrameWalk(payloadMax);
        FrameWriter open = new FrameWriter(128);
        open.method(0, Wire.CONNECTION_TUNE_OK)
                .u16(channelMax)
                .u32(frameMax)
                .u16(0)
                .end();
        open.method(0, Wire.CONNECTION_OPEN)
                .shortText(address.virtualHost())
                .u8(0)
                .u8(0)
                .end();
        write(open.written());
        await(Wire.CONNECTION_OPEN_OK, 0);
    }

    public Address address() {
        return address;
    }

    /** The most bytes of a body in one frame. */
    public int payloadMax() {
        return payloadMax;
    }

    /** Sends what was written and waits for the answer. */
    public void call(FrameWriter request, int answer, int channel) {
        write(request.written());
        await(answer, channel);
    }

    /** Sends what was written, waits for the answer and hands over where its arguments are. */
    public void call(FrameWriter request, int answer, int channel, Arguments arguments) {
        write(request.written());
        await(answer, channel, arguments);
    }

    /** Reads an answer's arguments. */
    public interface Arguments {
        void read(ByteBuffer buffer, int at);
    }

    private void await(int method, int channel) {
        await(method, channel, (buffer, at) -> {});
    }

    private void await(int wanted, int wantedChannel, Arguments arguments) {
        boolean[] there = new boolean[1];
        FrameSink sink = (channel, method, buffer, at, end) -> {
            if (method == wanted && channel == wantedChannel) {
                there[0] = true;
                arguments.read(buffer, at);
            } else {
                unexpected(method, buffer, at);
            }
        };
        while (!there[0]) {
            readWithin(sink);
        }
    }

    /** As {@link #read}, but fails if nothing comes for long: a channel's own read knows no time limit. */
    private void readWithin(FrameSink sink) {
        in.compact();
        byte[] some = new byte[Math.min(in.remaining(), 4096)];
        try {
            socket.socket().setSoTimeout(WAIT_MILLIS);
            int read = socket.socket().getInputStream().read(some);
            if (read < 0) {
                throw closed();
            }
            in.put(some, 0, read);
        } catch (SocketTimeoutException e) {
            throw new BrokerFailure(address + " has not answered within " + WAIT_MILLIS / 1000 + " s", e);
        } catch (IOException e) {
            throw lost(e);
        } finally {
            in.flip();
        }
        walk.walk(in, sink);
    }

    /**
     * Waits for bytes and hands the whole frames among them to the sink.
     *
     * @throws BrokerFailure the connection has ended, or what came is no frame
     */
    public void read(FrameSink sink) {
        in.compact();
        try {
            if (socket.read(in) < 0) {
                throw closed();
            }
        } catch (IOException e) {
            throw lost(e);
        } finally {
            in.flip();
        }
        walk.walk(in, sink);
    }

    /** Writes everything between position and limit. */
    public void write(ByteBuffer frames) {
        try {
            while (frames.hasRemaining()) {
                socket.write(frames);
            }
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private BrokerFailure closed() {
        return new BrokerFailure(address + " has closed the connection without a word");
    }

    private BrokerFailure lost(IOException e) {
        return new BrokerFailure("the connection to " + address + " was lost: " + e.getMessage(), e);
    }

    /** Fails for a method that is not due; what the broker said about a close goes into the text. */
    public static void unexpected(int method, ByteBuffer buffer, int at) {
        if (method == Wire.CONNECTION_BLOCKED || method == Wire.CONNECTION_UNBLOCKED) {
            return;
        }
        String said = "";
        if (method == Wire.CONNECTION_CLOSE || method == Wire.CHANNEL_CLOSE || method == Wire.BASIC_RETURN) {
            byte[] text = new byte[buffer.get(at + 2) & 0xFF];
            buffer.get(at + 3, text);
            said = ": " + buffer.getShort(at) + " " + new String(text, java.nio.charset.StandardCharsets.UTF_8);
        }
        throw new BrokerFailure("the broker sent " + Wire.name(method) + said);
    }

    /** Ends the connection without a farewell: reads that wait fail. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
