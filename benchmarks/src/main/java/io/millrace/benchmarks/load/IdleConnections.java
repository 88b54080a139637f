package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.Channels;
import io.millrace.benchmarks.wire.FrameWriter;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Connections that do nothing, each with a channel and a consumer; and connections that come and go. */
public final class IdleConnections implements AutoCloseable {
    private static final int PER_QUEUE = 100;

    private final Names names = Names.next();
    private final Address address;
    private final int atOnce;
    private final List<SocketChannel> sockets = new ArrayList<>();
    private final Link setUp;

    /** @param atOnce how many are opened at the same time, each with all that a client has to say in one write */
    public IdleConnections(Address address, int atOnce) {
        this.address = address;
        this.atOnce = atOnce;
        setUp = Link.open(address, names.prefix() + "-set-up");
        new Channels(setUp).open(1);
    }

    /** Opens more; a hundred of them share a queue, which goes with them. */
    public void open(int count) {
        int from = sockets.size();
        for (int queue = from / PER_QUEUE; queue <= (from + count) / PER_QUEUE; queue++) {
            new Channels(setUp).declareQueue(1, names.queue(queue), 8, Map.of());
        }
        int[] left = {count};
        make(() -> left[0]-- > 0, number -> consuming(from + number), Wire.BASIC_CONSUME_OK, sockets::add);
    }

    private ByteBuffer consuming(int number) {
        FrameWriter said = Handshakes.openChannel(address, names.prefix() + "-idle-" + number);
        said.method(1, Wire.BASIC_CONSUME).u16(0).shortText(names.queue(number / PER_QUEUE));
        return said.shortText("c").u8(2).table(Map.of()).end().written();
    }

    public int count() {
        return sockets.size();
    }

    /** Opens a connection with a channel and closes it, again and again; returns how often. */
    public long churn(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        ByteBuffer all = Handshakes.farewell(Handshakes.openChannel(address, names.prefix() + "-churn"))
                .written();
        return make(() -> System.nanoTime() < end, number -> all.rewind(), Wire.CONNECTION_CLOSE_OK, Handshakes::leave);
    }

    private long make(BooleanSupplier more, IntFunction<ByteBuffer> said, int last, Consumer<SocketChannel> keep) {
        try (Handshakes handshakes = new Handshakes(address, atOnce)) {
            return handshakes.run(more, said, last, keep);
        }
    }

    private static void closeQuietly(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        setUp.close();
        sockets.forEach(IdleConnections::closeQuietly);
    }
}
