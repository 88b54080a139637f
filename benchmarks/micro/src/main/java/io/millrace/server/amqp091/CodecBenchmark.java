package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The way of a message through the protocol, without sockets and queues. In this package because its parts are. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private static final int MESSAGES = 32;
    private static final int FRAME_MAX = 131_072;
    private static final byte[] TAG = {1, 'c'};

    @Param({"16", "1024", "16384"})
    public int size;

    private final Settings091 settings = Settings091.defaults(Map.of());
    private final MethodReader reader = new MethodReader();
    private final Discard transport = new Discard();
    private ByteBuf published;
    private FrameDecoder splitting;
    private FrameDecoder assembling;
    private Output output;
    private ContentWriter writer;
    private ByteBuffer record;
    private long seen;

    @Setup
    public void fill() {
        published = Unpooled.directBuffer();
        for (int i = 0; i < MESSAGES; i++) {
            publish(published);
        }
        PublishAssembly assembly =
                new PublishAssembly(new AssemblyBuffers(settings.assemblyMaxBytes()), settings, null, null);
        splitting = new FrameDecoder(transport, new Counting(), FRAME_MAX);
        assembling = new FrameDecoder(transport, new Assembling(assembly), FRAME_MAX);
        output = new Output(transport, Integer.MAX_VALUE);
        writer = new ContentWriter(output);
        writer.frameMaxBytes(FRAME_MAX);
        assemblePublishes();
    }

    private void publish(ByteBuf out) {
        byte[] key = "a.routing.key".getBytes(StandardCharsets.US_ASCII);
        out.writeByte(Frame.METHOD).writeShort(1).writeInt(4 + 2 + 1 + 1 + key.length + 1);
        out.writeInt(Method.BASIC_PUBLISH)
                .writeShort(0)
                .writeByte(0)
                .writeByte(key.length)
                .writeBytes(key);
        out.writeByte(0).writeByte(Frame.END);
        out.writeByte(Frame.HEADER)
                .writeShort(1)
                .writeInt(15)
                .writeShort(60)
                .writeShort(0)
                .writeLong(size);
        out.writeShort(0x1000).writeByte(2).writeByte(Frame.END);
        out.writeByte(Frame.BODY).writeShort(1).writeInt(size).writeZero(size).writeByte(Frame.END);
    }

    /** Splits what a socket read into frames. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long decodeFrames() {
        splitting.receive(published.readerIndex(0));
        return seen;
    }

    /** And puts them together to records. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long assemblePublishes() {
        assembling.receive(published.readerIndex(0));
        return seen;
    }

    /** Frames of deliveries, into the outgoing buffer and away. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void encodeDeliveries() {
        for (int i = 0; i < MESSAGES; i++) {
            writer.deliver(1, TAG, ++seen, false, 0, record, 0);
        }
        output.flush();
    }

    private final class Counting implements FrameDecoder.Sink {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void frame(int type, int channel, ByteBuf in, int payloadAt, int payloadEnd) {
            seen += payloadEnd - payloadAt;
        }
    }

    private final class Assembling implements FrameDecoder.Sink {
        private final PublishAssembly assembly;

        Assembling(PublishAssembly assembly) {
            this.assembly = assembly;
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void frame(int type, int channel, ByteBuf in, int payloadAt, int payloadEnd) {
            boolean complete = false;
            if (type == Frame.METHOD) {
                reader.begin(in, payloadAt, payloadEnd);
                assembly.method(reader);
            } else if (type == Frame.HEADER) {
                complete = assembly.header(in, payloadAt, payloadEnd);
            } else {
                complete = assembly.body(in, payloadAt, payloadEnd);
            }
            if (complete) {
                ByteBuffer finished = assembly.finish();
                seen += finished.limit();
                if (record == null) {
                    record = ByteBuffer.allocateDirect(finished.capacity()).order(finished.order());
                    record.put(0, finished, 0, finished.capacity());
                }
                assembly.clear();
            }
        }
    }

    private static final class Discard implements Transport {
        @Override
        public ByteBuf allocate(int capacityBytes) {
            return PooledByteBufAllocator.DEFAULT.directBuffer(capacityBytes);
        }

        @Override
        public void write(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        @Override
        public void later(Runnable task) {
            task.run();
        }

        @Override
        public void wantsReadChanged(boolean wantsRead) {}
    }
}
