package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.BrokerFailure;
import io.millrace.benchmarks.wire.Channels;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.Wire;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Connections that do nothing, each with a channel and a consumer; and connections that come and go. */
public final class IdleConnections implements AutoCloseable {
    private static final int PER_QUEUE = 100;

    private final Names names = Names.next();
    private final Address address;
    private final int threads;
    private final List<Link> links = Collections.synchronizedList(new ArrayList<>());
    private final Link setUp;

    /** @param threads how many are opened at the same time */
    public IdleConnections(Address address, int threads) {
        this.address = address;
        this.threads = threads;
        setUp = Link.open(address, names.prefix() + "-set-up");
        new Channels(setUp).open(1);
    }

    /** Opens more; a hundred of them share a queue, which goes with them. */
    public void open(int count) {
        int from = links.size();
        for (int queue = from / PER_QUEUE; queue <= (from + count) / PER_QUEUE; queue++) {
            new Channels(setUp).declareQueue(1, names.queue(queue), 8, Map.of());
        }
        AtomicInteger next = new AtomicInteger(from);
        inParallel(() -> {
            for (int number = next.getAndIncrement(); number < from + count; number = next.getAndIncrement()) {
                Link link = Link.openSmall(address, names.prefix() + "-idle-" + number);
                links.add(link);
                new Channels(link).open(1);
                link.call(Channels.consume(1, names.queue(number / PER_QUEUE), "c", true), Wire.BASIC_CONSUME_OK, 1);
            }
        });
    }

    public int count() {
        return links.size();
    }

    /** Opens a connection with a channel and closes it, again and again; returns how often. */
    public long churn(double seconds) {
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        inParallel(() -> {
            while (System.nanoTime() < end) {
                Link link = Link.openSmall(address, names.prefix() + "-churn");
                Channels channels = new Channels(link);
                channels.open(1);
                channels.farewell();
                done.incrementAndGet();
            }
        });
        return done.get();
    }

    private void inParallel(Runnable work) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(work));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BrokerFailure failure
                    ? failure
                    : new BrokerFailure("opening connections failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pool.shutdownNow();
        }
    }

    @Override
    public void close() {
        setUp.close();
        links.forEach(Link::close);
    }
}
