package io.millrace.server.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An edge that notes what it is told. */
final class FakeEdge implements Edge {
    private final ConnectionLoop loop;
    final List<String> told = new ArrayList<>();
    int flushes;
    boolean writable = true;
    final AtomicInteger handOffFull = new AtomicInteger();
    final AtomicInteger handOffRoom = new AtomicInteger();
    volatile @Nullable String failure;
    volatile @Nullable Throwable defect;

    FakeEdge(ConnectionLoop loop) {
        this.loop = loop;
    }

    @Override
    public ConnectionLoop loop() {
        return loop;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public void publishersBlocked(@Nullable String reason) {
        told.add("blocked " + reason);
    }

    @Override
    public void handOffFull(boolean full) {
        if (full) {
            handOffFull.incrementAndGet();
        } else {
            handOffRoom.incrementAndGet();
        }
    }

    @Override
    public void virtualHostFailed(String why) {
        failure = why;
    }

    @Override
    public void broken(Throwable cause) {
        defect = cause;
    }
}
