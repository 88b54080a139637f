package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.FrameSink;
import io.millrace.benchmarks.wire.FrameWalk;
import io.millrace.benchmarks.wire.FrameWriter;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Makes connections as cheaply as can be: one thread, and for each connection one write with all that a client says from the
 * protocol header on. It is done when the last answer has come; every answer is looked at. On one thread.
 */
final class Handshakes implements Closeable {
    private static final int CHANNEL_MAX = 1;
    private static final int FRAME_MAX = 131_072;
    private static final int IN_BYTES = 2_048;
    private static final int SILENT_MILLIS_MAX = 30_000;

    private final Address address;
    private final InetSocketAddress remote;
    private final int atOnce;
    private final Selector selector;
    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    private int running;
    private long done;

    /** @param atOnce how many are in the making at any time */
    Handshakes(Address address, int atOnce) {
        this.address = address;
        this.remote = new InetSocketAddress(address.host(), address.port());
        this.atOnce = atOnce;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new BrokerFailure("no selector: " + e.getMessage(), e);
        }
    }

    /** What a client says until its channel is open. */
    static FrameWriter openChannel(Address address, String name) {
        FrameWriter all = new FrameWriter(1_024);
        all.bytes(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
        Map<String, Object> properties = Map.of("product", "millrace-benchmarks", "connection_name", name);
        all.method(0, Wire.CONNECTION_START_OK).table(properties).shortText("PLAIN");
        all.longText("\0" + address.user() + "\0" + address.password())
                .shortText("en_US")
                .end();
        // It cannot know what will be offered; RabbitMQ refuses "no limit" where it has one.
        all.method(0, Wire.CONNECTION_TUNE_OK)
                .u16(CHANNEL_MAX)
                .u32(FRAME_MAX)
                .u16(0)
                .end();
        all.method(0, Wire.CONNECTION_OPEN)
                .shortText(address.virtualHost())
                .u8(0)
                .u8(0)
                .end();
        return all.method(1, Wire.CHANNEL_OPEN).u8(0).end();
    }

    /** Appends the polite end of a connection. */
    static FrameWriter farewell(FrameWriter after) {
        return after.method(0, Wire.CONNECTION_CLOSE)
                .u16(200)
                .shortText("done")
                .u16(0)
                .u16(0)
                .end();
    }

    /**
     * Makes connections as long as it is told to, and waits for those that were begun.
     *
     * @param more asked before each
     * @param said what each says, by its number
     * @param last the answer that it is done with
     * @param keep takes the connection that is done
     * @return how many
     */
    long run(BooleanSupplier more, IntFunction<ByteBuffer> said, int last, Consumer<SocketChannel> keep) {
        int begun = 0;
        try {
            while (true) {
                while (running < atOnce && more.getAsBoolean()) {
                    begin(said.apply(begun++), last, keep);
                }
                if (running == 0) {
                    return done;
                }
                if (selector.select(this::ready, SILENT_MILLIS_MAX) == 0) {
                    throw new BrokerFailure(address + " has not answered for " + SILENT_MILLIS_MAX / 1000 + " s");
                }
            }
        } catch (IOException e) {
            throw new BrokerFailure("the connection to " + address + " was lost: " + e.getMessage(), e);
        }
    }

    private void begin(ByteBuffer said, int last, Consumer<SocketChannel> keep) throws IOException {
        SocketChannel socket = SocketChannel.open(remote);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        while (said.hasRemaining()) {
            socket.write(said);
        }
        socket.configureBlocking(false);
        ByteBuffer free = buffers.poll();
        socket.register(
                selector,
                SelectionKey.OP_READ,
                new Conversation(socket, free == null ? ByteBuffer.allocateDirect(IN_BYTES) : free, last, keep));
        running++;
    }

    private void ready(SelectionKey key) {
        Conversation with = (Conversation) key.attachment();
        if (with.read()) {
            key.cancel();
            running--;
            done++;
            buffers.push(with.in.clear());
            with.keep.accept(with.socket);
        }
    }

    /** Closes a connection that has said its farewell. Whoever closes first keeps the port for a minute, unless it resets. */
    static void leave(SocketChannel socket) {
        try (socket) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // The broker was faster.
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    private final class Conversation implements FrameSink {
        private final SocketChannel socket;
        private final ByteBuffer in;
        private final int last;
        private final Consumer<SocketChannel> keep;
        private final FrameWalk walk = new FrameWalk(FRAME_MAX);
        private int heard;
        private boolean over;

        Conversation(SocketChannel socket, ByteBuffer in, int last, Consumer<SocketChannel> keep) {
            this.socket = socket;
            this.in = in;
            this.last = last;
            this.keep = keep;
        }

        /** Whether the last answer has come. */
        boolean read() {
            try {
                if (socket.read(in) < 0) {
                    throw new BrokerFailure(address + " has closed the connection after " + Wire.name(heard));
                }
            } catch (IOException e) {
                throw new BrokerFailure(
                        "the connection to " + address + " was lost after " + Wire.name(heard) + ": " + e.getMessage(),
                        e);
            }
            walk.walk(in.flip(), this);
            in.compact();
            return over;
        }

        @Override
        public void method(int channel, int method, ByteBuffer buffer, int at, int end) {
            heard = method;
            over |= method == last;
            if (method == Wire.CONNECTION_CLOSE || method == Wire.CHANNEL_CLOSE) {
                Link.unexpected(method, buffer, at);
            }
        }
    }
}
