package io.millrace.benchmarks.wire;

import java.util.List;
import java.util.Map;

/** The calls that set up what is measured. Each waits for its answer. */
public final class Channels {
    private final Link link;

    public Channels(Link link) {
        this.link = link;
    }

    public void open(int channel) {
        link.call(new FrameWriter(16).method(channel, Wire.CHANNEL_OPEN).u8(0).end(), Wire.CHANNEL_OPEN_OK, channel);
    }

    /** What is declared: flags as on the wire, 2 durable, 4 exclusive, 8 auto-delete. */
    public void declareQueue(int channel, String queue, int flags, Map<String, ?> arguments) {
        FrameWriter declare =
                new FrameWriter(512).method(channel, Wire.QUEUE_DECLARE).u16(0).shortText(queue);
        link.call(declare.u8(flags).table(arguments).end(), Wire.QUEUE_DECLARE_OK, channel);
    }

    /** How many messages wait in a queue. */
    public int depth(int channel, String queue) {
        FrameWriter declare =
                new FrameWriter(512).method(channel, Wire.QUEUE_DECLARE).u16(0).shortText(queue);
        int[] depth = new int[1];
        link.call(
                declare.u8(1).table(Map.of()).end(),
                Wire.QUEUE_DECLARE_OK,
                channel,
                (buffer, at) -> depth[0] = buffer.getInt(at + 1 + (buffer.get(at) & 0xFF)));
        return depth[0];
    }

    public void declareExchange(int channel, String exchange, String type, int flags) {
        FrameWriter declare = new FrameWriter(512)
                .method(channel, Wire.EXCHANGE_DECLARE)
                .u16(0)
                .shortText(exchange);
        link.call(declare.shortText(type).u8(flags).table(Map.of()).end(), Wire.EXCHANGE_DECLARE_OK, channel);
    }

    public void bind(int channel, String queue, String exchange, String key) {
        FrameWriter bind =
                new FrameWriter(512).method(channel, Wire.QUEUE_BIND).u16(0).shortText(queue);
        link.call(bind.shortText(exchange).shortText(key).u8(0).table(Map.of()).end(), Wire.QUEUE_BIND_OK, channel);
    }

    /** Binds many, without waiting for each. */
    public void bindAll(int channel, String exchange, List<String> queues, List<String> keys) {
        int last = keys.size() - 1;
        FrameWriter binds = new FrameWriter(1 << 16);
        for (int i = 0; i < last; i++) {
            binds.method(channel, Wire.QUEUE_BIND)
                    .u16(0)
                    .shortText(queues.get(i))
                    .shortText(exchange);
            binds.shortText(keys.get(i)).u8(1).table(Map.of()).end();
        }
        link.write(binds.written());
        bind(channel, queues.get(last), exchange, keys.get(last));
    }

    public void deleteQueue(int channel, String queue) {
        FrameWriter delete = new FrameWriter(512)
                .method(channel, Wire.QUEUE_DELETE)
                .u16(0)
                .shortText(queue)
                .u8(0);
        link.call(delete.end(), Wire.QUEUE_DELETE_OK, channel);
    }

    public void deleteExchange(int channel, String exchange) {
        FrameWriter delete = new FrameWriter(512)
                .method(channel, Wire.EXCHANGE_DELETE)
                .u16(0)
                .shortText(exchange)
                .u8(0);
        link.call(delete.end(), Wire.EXCHANGE_DELETE_OK, channel);
    }

    public void confirms(int channel) {
        link.call(
                new FrameWriter(16).method(channel, Wire.CONFIRM_SELECT).u8(0).end(), Wire.CONFIRM_SELECT_OK, channel);
    }

    /** Limits what may be unacknowledged; 0 is no limit. */
    public void prefetch(int channel, int messages) {
        FrameWriter qos = new FrameWriter(32)
                .method(channel, Wire.BASIC_QOS)
                .u32(0)
                .u16(messages)
                .u8(0)
                .end();
        link.call(qos, Wire.BASIC_QOS_OK, channel);
    }

    /** The request that begins to consume. Nothing is published yet, so that nothing but its answer can come. */
    public static FrameWriter consume(int channel, String queue, String tag, boolean autoAck) {
        FrameWriter consume =
                new FrameWriter(512).method(channel, Wire.BASIC_CONSUME).u16(0).shortText(queue);
        return consume.shortText(tag).u8(autoAck ? 2 : 0).table(Map.of()).end();
    }

    /** Says goodbye, so that auto-delete and exclusive queues are gone when it returns, and ends the connection. */
    public void farewell() {
        FrameWriter close = new FrameWriter(64)
                .method(0, Wire.CONNECTION_CLOSE)
                .u16(200)
                .shortText("done")
                .u16(0)
                .u16(0)
                .end();
        try {
            link.write(close.written());
            boolean[] over = new boolean[1];
            while (!over[0]) {
                link.read(new Farewell(over));
            }
        } catch (BrokerFailure e) {
            // Some brokers close before they answer.
        } finally {
            link.close();
        }
    }

    private record Farewell(boolean[] over) implements FrameSink {
        @Override
        public void method(int channel, int method, java.nio.ByteBuffer buffer, int at, int end) {
            over[0] |= method == Wire.CONNECTION_CLOSE_OK;
        }

        @Override
        public void header(int channel, long bodySize) {}

        @Override
        public void body(int channel, java.nio.ByteBuffer buffer, int at, int length) {}
    }
}
