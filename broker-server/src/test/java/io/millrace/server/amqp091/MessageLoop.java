package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Random;

/** Drives one engine with publishes and acks in read bursts, with buffers as a transport on Netty would have. */
final class MessageLoop {
    static final int BURST = 64;

    final LoopCommands commands = new LoopCommands();
    final Sink transport = new Sink();
    private final ConnectionEngine engine = new ConnectionEngine(
            transport,
            Wire.settings(),
            (user, password, loopback, callback) -> callback.accepted(),
            (name, user, callback) -> callback.opened(commands),
            new Peer("client", true, PeerIdentity.UNKNOWN),
            new Random(1),
            EngineListener.NONE,
            0);
    private final ByteBuf burst = Unpooled.directBuffer();
    private long acked;

    /** Takes everything, keeps nothing, and gives its buffers out again. */
    static final class Sink implements Transport {
        private final ArrayDeque<ByteBuf> free = new ArrayDeque<>();
        long bytes;

        @Override
        public ByteBuf allocate(int capacityBytes) {
            ByteBuf buffer = free.poll();
            return buffer == null ? Unpooled.directBuffer(128 << 10) : buffer;
        }

        @Override
        public void write(ByteBuf buffer) {
            bytes += buffer.readableBytes();
            free.add(buffer.clear());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            throw new AssertionError("the engine closes the connection");
        }

        @Override
        public void later(Runnable task) {}

        @Override
        public void wantsReadChanged(boolean wantsRead) {}
    }

    MessageLoop(int bodyBytes) {
        receive(Wire.HEADER);
        receive(Wire.startOk("PLAIN", Wire.plain("guest", "secret"), Map.of()));
        receive(Bytes.concat(Wire.tuneOk(0, 0, 0), Wire.open("/")));
        receive(Bytes.method(1, 20, 10).str("").frame());
        receive(Bytes.method(1, 85, 10).u8(0).frame());
        receive(Bytes.method(1, 60, 20)
                .u16(0)
                .str("q")
                .str("consumer-1")
                .u8(0)
                .table(Map.of())
                .frame());
        byte[] properties = Bytes.payload().u16(0x9000).str("text/plain").u8(2).bytes();
        byte[] publish = Bytes.publish(1, "orders", "orders.new", properties, "m".repeat(bodyBytes));
        for (int i = 0; i < BURST; i++) {
            burst.writeBytes(publish);
            burst.writeBytes(Bytes.method(1, 60, 80).u64(0).u8(0).frame());
        }
    }

    private void receive(byte[] frame) {
        engine.received(Unpooled.wrappedBuffer(frame));
    }

    /** Publishes so many messages, a multiple of {@link #BURST}; each is delivered and acked. */
    void run(int messages) {
        int each = burst.writerIndex() / BURST;
        for (int done = 0; done < messages; done += BURST) {
            for (int i = 0; i < BURST; i++) {
                burst.setLong(each * (i + 1) - 10, ++acked);
            }
            engine.received(burst.readerIndex(0));
        }
    }
}
