package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The threads and connections of one run. The first failure ends all of them and is the one that is told. */
public final class Crew implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    /** True once no more is to be sent. */
    public boolean isOver() {
        return over;
    }

    /** Tells the publishers to end. */
    public void end() {
        over = true;
    }

    /** Takes a connection over, to be ended with the run. */
    public Link add(Link link) {
        links.add(link);
        return link;
    }

    /** Starts a thread. */
    public Thread start(String name, Runnable work) {
        Thread thread = new Thread(() -> guarded(work), name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            over = true;
        }
    }

    /** Throws what made a thread fail, if one did. */
    public void check() {
        Throwable reason = failure.get();
        if (reason instanceof BrokerFailure broker) {
            throw broker;
        }
        if (reason != null) {
            throw new IllegalStateException("the load generator failed: " + reason, reason);
        }
    }

    @Override
    public void close() {
        over = true;
        links.forEach(Link::close);
        for (Thread thread : threads) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
