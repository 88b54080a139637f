package io.millrace.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Ends a client whose TLS records bring no data: each renewal of keys costs the event loop as much as many messages. Stands
 * between the socket and TLS. No record is longer than 17 KiB, and no handshake of a reasonable client longer than the limit.
 */
final class TlsRecordLimit extends ChannelInboundHandlerAdapter {
    private static final int BYTES_WITHOUT_DATA_MAX = 40 << 10;

    private int bytesWithoutData;

    /** Something was decrypted. */
    void dataCame() {
        bytesWithoutData = 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        int bytes = message instanceof ByteBuf read ? Math.min(read.readableBytes(), BYTES_WITHOUT_DATA_MAX / 2) : 0;
        bytesWithoutData += bytes;
        context.fireChannelRead(message);
        if (bytesWithoutData > BYTES_WITHOUT_DATA_MAX) {
            var unused = context.close();
        }
    }
}
