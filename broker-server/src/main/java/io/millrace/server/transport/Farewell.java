package io.millrace.server.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** The end of a connection on which all is said. */
final class Farewell {
    /**
     * How long a client may take to read what was written before its connection closed, and to close it itself. The
     * connection's clock sees to that: a timer of its own would hold all of it for so long, also when the client has gone
     * at once, and those of a minute with many short connections would fill the heap.
     */
    static final long MILLIS_MAX = 5_000;

    private Farewell() {}

    /**
     * Sends what is written and closes the socket then. With {@code lingering} the closing is left to the client for a
     * while, and the caller passes over what still comes of it: a socket that is closed with bytes unread is reset, and the
     * client may lose the answer that was its last.
     *
     * @return {@code lingering}
     */
    static boolean bid(ChannelHandlerContext on, boolean lingering) {
        ChannelFuture written = on.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (!lingering) {
            written.addListener(ChannelFutureListener.CLOSE);
        } else {
            on.channel().config().setAutoRead(true);
            // With TLS the end of what is sent would have to be said by TLS; such a client closes or is cut.
            if (on.pipeline().get(SslHandler.class) == null && on.channel() instanceof DuplexChannel socket) {
                written.addListener(done -> {
                    var unused = socket.shutdownOutput();
                });
            }
        }
        return lingering;
    }
}
