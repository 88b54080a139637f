package io.millrace.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the first connection, and each other one, agrees on with its client. */
class SegmentsTest {
    @Test
    void several_segments_fit_into_the_window_of_a_client_on_loopback() throws Exception {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        CompletableFuture<Long> segment = new CompletableFuture<>();
        try (EventLoops loops = EventLoops.start(1)) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            int port = loops.listen(new InetSocketAddress(loopback, 0), channel -> {
                try {
                    segment.complete(((EpollSocketChannel) channel).tcpInfo().sndMss());
                } catch (RuntimeException e) {
                    segment.completeExceptionally(e);
                }
                return List.of();
            });
            try (Socket client = new Socket(loopback, port)) {
                assertEquals(port, client.getPort());
                long bytes = segment.get(10, TimeUnit.SECONDS);
                assertTrue(bytes > 0 && bytes <= EventLoops.SEGMENT_BYTES_MAX, "segments of " + bytes + " bytes");
            }
        }
    }
}
