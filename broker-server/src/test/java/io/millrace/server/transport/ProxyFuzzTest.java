package io.millrace.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.fuzz.Fuzzing;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The header of the PROXY protocol may be anything: the connection waits, has arrived, or is closed. */
@Timeout(value = 1, unit = TimeUnit.DAYS)
public class ProxyFuzzTest {
    private static final long BYTES_MAX = 1 << 20;

    @Test
    void headers() throws Exception {
        Fuzzing.run("proxy", Header::fuzzerTestOneInput);
    }

    /** Headers, as Jazzer asks for a target (profile fuzz). */
    public static final class Header {
        public static void fuzzerTestOneInput(byte[] input) throws Exception {
            long bytes = Fuzzing.allocatedBy(part -> header(part, part.length), input, BYTES_MAX);
            assertTrue(bytes < BYTES_MAX, () -> "allocates " + bytes);
            header(input, 1);
        }
    }

    private static void header(byte[] input, int pieceBytes) {
        InetSocketAddress proxy = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        int[] arrived = new int[1];
        int[] left = new int[1];
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline()
                .addLast(
                        new HAProxyMessageDecoder(ProxyArrival.EXTRAS_BYTES_MAX, true),
                        new ProxyArrival(
                                new LoopConnections(channel.eventLoop()),
                                new Arrival(proxy, proxy, true, 0),
                                1_000,
                                new ProxyArrival.Next() {
                                    @Override
                                    public void arrived(ChannelHandlerContext context, Arrival client) {
                                        arrived[0]++;
                                        assertTrue(client.description().length() < 200);
                                    }

                                    @Override
                                    public void left() {
                                        left[0]++;
                                    }
                                }),
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void exceptionCaught(ChannelHandlerContext context, Throwable declared) {
                                context.close();
                            }
                        });
        for (int at = 0; at < input.length && channel.isOpen(); at += pieceBytes) {
            channel.writeInbound(Unpooled.copiedBuffer(input, at, Math.min(pieceBytes, input.length - at)));
        }
        channel.finishAndReleaseAll();
        assertEquals(1, arrived[0] + left[0], "it has arrived or left, once");
    }
}
