package io.millrace.server.amqp091;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;

/** Keeps what an engine sends; runs tasks when told to. Knows every buffer it gave out, so that leaks show. */
final class FakeTransport implements Transport {
    final ByteBuf sent = Unpooled.buffer();
    final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final ByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final java.util.ArrayList<ByteBuf> given = new java.util.ArrayList<>();
    private final ByteBuf unflushed = Unpooled.buffer();
    int flushes;
    int writes;
    int closes;
    boolean reading = true;
    long allocatedBytes;

    @Override
    public ByteBuf allocate(int capacityBytes) {
        allocatedBytes += capacityBytes;
        ByteBuf buffer = allocator.heapBuffer(capacityBytes);
        given.add(buffer);
        return buffer;
    }

    @Override
    public void write(ByteBuf bytes) {
        writes++;
        unflushed.writeBytes(bytes);
        bytes.release();
    }

    @Override
    public void flush() {
        flushes++;
        sent.writeBytes(unflushed);
        unflushed.clear();
    }

    @Override
    public void close() {
        closes++;
        flush();
    }

    @Override
    public void later(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void wantsReadChanged(boolean wantsRead) {
        reading = wantsRead;
    }

    void runTasks() {
        for (int i = 0; i < 10_000; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
        }
        throw new AssertionError("tasks never end");
    }

    /** Buffers that were given out and neither written nor released. */
    long leaked() {
        return given.stream().filter(buffer -> buffer.refCnt() > 0).count();
    }
}
