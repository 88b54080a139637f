package io.millrace.server.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.WriteBufferWaterMark;

/** How much one connection may read before others have their turn, and how much it may leave unsent. */
final class SocketBounds {
    /** Unsent bytes above which the socket counts as behind, and below which it has caught up. */
    private static final WriteBufferWaterMark UNSENT_BYTES = new WriteBufferWaterMark(128 << 10, 512 << 10);

    /** What one read may bring; the room that is taken for it adapts to what came before. */
    private static final int READ_BYTES_MIN = 512;

    private static final int READ_BYTES_FIRST = 2_048;
    private static final int READ_BYTES_MAX = 64 << 10;

    /** Reads in a burst. All of a burst is one turn: a megabyte of small messages would take milliseconds. */
    private static final int READS_MAX = 2;

    private SocketBounds() {}

    static void set(ChannelConfig config) {
        config.setWriteBufferWaterMark(UNSENT_BYTES);
        config.setAllocator(PooledByteBufAllocator.DEFAULT);
        config.setRecvByteBufAllocator(
                new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_FIRST, READ_BYTES_MAX)
                        .maxMessagesPerRead(READS_MAX));
    }
}
