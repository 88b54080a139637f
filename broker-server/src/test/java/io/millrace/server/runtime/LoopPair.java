package io.millrace.server.runtime;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Two real event loops: the first carries the virtual host, connections live on either. */
final class LoopPair implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    final EventLoop first = group.next();
    final EventLoop second = group.next();
    final ConnectionLoop onFirst = new ConnectionLoop(first);
    final ConnectionLoop onSecond = new ConnectionLoop(second);

    /** Runs it on the loop and gives its result. */
    static <T> T on(EventLoop loop, Callable<T> task) throws Exception {
        return loop.submit(task).get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
