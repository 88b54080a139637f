package io.millrace.server.torture;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between clients and a broker and breaks one promise in its name, so that the checks have something to find. */
final class LyingProxy implements AutoCloseable {
    /** What it breaks. */
    enum Lie {
        NONE,
        /** Publishers get their confirms at once, and the broker gets the messages late. */
        CONFIRMS_EARLY,
        /** Publishers get confirms for messages that the broker never gets. */
        DROPS_PUBLISHED,
        /** Deliveries have no mark. */
        CLEARS_MARK,
        /** A byte of a body is another one. */
        CHANGES_BODY,
        /** A message comes behind a later one. */
        SWAPS,
        /** A message comes twice. */
        REPEATS,
        /** Nothing is returned. */
        KEEPS_RETURNED
    }

    /** A frame of AMQP 0-9-1. */
    record Frame(int type, int channel, byte[] payload) {
        static final int METHOD = 1;
        static final int HEADER = 2;
        static final int BODY = 3;

        private static final int END = 0xCE;

        static Frame read(DataInputStream in) throws IOException {
            int type = in.readUnsignedByte();
            int channel = in.readUnsignedShort();
            byte[] payload = new byte[in.readInt()];
            in.readFully(payload);
            in.readUnsignedByte();
            return new Frame(type, channel, payload);
        }

        void write(DataOutputStream out) throws IOException {
            out.writeByte(type);
            out.writeShort(channel);
            out.writeInt(payload.length);
            out.write(payload);
            out.writeByte(END);
        }
    }

    private static final int PROTOCOL_HEADER_BYTES = 8;

    private final ServerSocket server;
    private final int brokerPort;
    private final Lie lie;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    LyingProxy(URI broker, Lie lie) throws IOException {
        this.brokerPort = broker.getPort();
        this.lie = lie;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    /** Where clients connect to. */
    URI address() {
        return URI.create("amqp://127.0.0.1:" + server.getLocalPort());
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
            sockets.addAll(List.of(client, broker));
            DataOutputStream toClient = new DataOutputStream(client.getOutputStream());
            DataOutputStream toBroker = new DataOutputStream(broker.getOutputStream());
            ProxiedConnection lies = new ProxiedConnection(lie, toClient, toBroker);
            start("from-client", () -> {
                DataInputStream in = new DataInputStream(client.getInputStream());
                toBroker.write(in.readNBytes(PROTOCOL_HEADER_BYTES));
                pump(in, lies::fromClient, broker);
            });
            start("from-broker", () -> pump(new DataInputStream(broker.getInputStream()), lies::fromBroker, client));
        }
    }

    private static void pump(DataInputStream in, Step step, Socket other) throws IOException {
        try {
            while (true) {
                step.take(Frame.read(in));
            }
        } finally {
            other.close();
        }
    }

    private interface Step {
        void take(Frame frame) throws IOException;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One side is gone.
                    }
                },
                "proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : new ArrayList<>(sockets)) {
            socket.close();
        }
    }
}
