package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.FrameSink;
import io.millrace.benchmarks.wire.FrameWalk;
import io.millrace.benchmarks.wire.FrameWriter;
import io.millrace.benchmarks.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A broker with one queue that passes messages on, except for what it is told to do wrong. */
final class FakeBroker implements AutoCloseable {
    enum Fault {
        NONE,
        DROP,
        TWICE,
        CHANGE,
        CONFIRM_NOT,
        REFUSE
    }

    private final ServerSocketChannel server;
    private final Fault fault;
    private final long wrong;
    private final List<SocketChannel> sockets = new CopyOnWriteArrayList<>();
    private volatile SocketChannel consumer;
    private volatile boolean autoAck;
    private long passed;
    private long acknowledged;

    /** @param wrong the number of the message that the fault happens to */
    FakeBroker(Fault fault, long wrong) throws IOException {
        this.fault = fault;
        this.wrong = wrong;
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(this::accept, "fake-broker");
        thread.setDaemon(true);
        thread.start();
    }

    Address address() throws IOException {
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        return new Address("127.0.0.1", port, "guest", "guest", "/");
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel socket = server.accept();
                sockets.add(socket);
                Thread thread = new Thread(() -> serve(socket), "fake-connection");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(SocketChannel socket) {
        try {
            ByteBuffer in = ByteBuffer.allocate(1 << 18);
            while (in.position() < 8) {
                socket.read(in);
            }
            in.flip().position(8);
            FrameWriter start =
                    new FrameWriter(64).method(0, Wire.CONNECTION_START).u8(0).u8(9);
            send(socket, start.u32(0).longText("PLAIN").longText("en_US").end());
            FrameWalk walk = new FrameWalk(131_072);
            Session session = new Session(socket);
            while (true) {
                walk.walk(in, session);
                in.compact();
                if (socket.read(in) < 0) {
                    return;
                }
                in.flip();
            }
        } catch (IOException | BrokerFailure e) {
            // The generator has gone.
        }
    }

    private void send(SocketChannel socket, FrameWriter frames) {
        ByteBuffer written = frames.written();
        try {
            synchronized (socket) {
                while (written.hasRemaining()) {
                    socket.write(written);
                }
            }
        } catch (IOException e) {
            throw new BrokerFailure("gone", e);
        }
    }

    private final class Session implements FrameSink {
        private final SocketChannel socket;
        private long published;
        private byte[] body = new byte[0];
        private int had;

        Session(SocketChannel socket) {
            this.socket = socket;
        }

        @Override
        public void method(int channel, int method, ByteBuffer buffer, int at, int end) {
            switch (method) {
                case Wire.CONNECTION_START_OK ->
                    send(
                            socket,
                            new FrameWriter(32)
                                    .method(0, Wire.CONNECTION_TUNE)
                                    .u16(100)
                                    .u32(131_072)
                                    .u16(0)
                                    .end());
                case Wire.CONNECTION_OPEN -> answer(0, Wire.CONNECTION_OPEN_OK);
                case Wire.CONNECTION_CLOSE -> answer(0, Wire.CONNECTION_CLOSE_OK);
                case Wire.CHANNEL_OPEN ->
                    send(
                            socket,
                            new FrameWriter(32)
                                    .method(channel, Wire.CHANNEL_OPEN_OK)
                                    .u32(0)
                                    .end());
                case Wire.QUEUE_DECLARE ->
                    send(
                            socket,
                            new FrameWriter(32)
                                    .method(channel, Wire.QUEUE_DECLARE_OK)
                                    .shortText("q")
                                    .u32(0)
                                    .u32(0)
                                    .end());
                case Wire.BASIC_QOS -> answer(channel, Wire.BASIC_QOS_OK);
                case Wire.CONFIRM_SELECT -> answer(channel, Wire.CONFIRM_SELECT_OK);
                case Wire.BASIC_CONSUME -> {
                    consumer = socket;
                    autoAck = (buffer.get(end - 5) & 2) != 0;
                    send(
                            socket,
                            new FrameWriter(32)
                                    .method(channel, Wire.BASIC_CONSUME_OK)
                                    .shortText("c")
                                    .end());
                }
                case Wire.BASIC_ACK -> {
                    synchronized (FakeBroker.this) {
                        acknowledged = buffer.getLong(at);
                    }
                }
                default -> {}
            }
        }

        private void answer(int channel, int method) {
            send(socket, new FrameWriter(32).method(channel, method).end());
        }

        @Override
        public void header(int channel, long bodySize) {
            body = new byte[(int) bodySize];
            had = 0;
        }

        @Override
        public void body(int channel, ByteBuffer buffer, int at, int length) {
            buffer.get(at, body, had, length);
            had += length;
            if (had == body.length) {
                pass(published++);
            }
        }

        private void pass(long number) {
            boolean fails = number == wrong;
            if (!(fails && fault == Fault.DROP)) {
                deliver(fails && fault == Fault.CHANGE);
            }
            if (fails && fault == Fault.TWICE) {
                deliver(false);
            }
            if (fails && fault == Fault.REFUSE) {
                send(
                        socket,
                        new FrameWriter(32)
                                .method(1, Wire.BASIC_NACK)
                                .u64(number + 1)
                                .u8(0)
                                .end());
            } else if (!autoAck && !(fails && fault == Fault.CONFIRM_NOT)) {
                send(
                        socket,
                        new FrameWriter(32)
                                .method(1, Wire.BASIC_ACK)
                                .u64(number + 1)
                                .u8(0)
                                .end());
            }
        }

        private void deliver(boolean changed) {
            byte[] copy = body.clone();
            if (changed) {
                copy[copy.length - 1] ^= 1;
            }
            FrameWriter out = new FrameWriter(copy.length + 64);
            out.method(1, Wire.BASIC_DELIVER)
                    .shortText("c")
                    .u64(++passed)
                    .u8(0)
                    .shortText("")
                    .shortText("q")
                    .end();
            out.frame(Wire.HEADER, 1).u16(60).u16(0).u64(copy.length).u16(0).end();
            send(consumer, out.frame(Wire.BODY, 1).bytes(copy).end());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel socket : sockets) {
            socket.close();
        }
    }
}
