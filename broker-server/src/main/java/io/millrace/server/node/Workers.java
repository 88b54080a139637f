package io.millrace.server.node;

import io.millrace.core.time.Timer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads for what may block, by purpose, so that a flood of one kind does not hold up another. Daemons with names;
 * none is ever interrupted while it works, because an interrupt closes the file that the thread is at.
 */
final class Workers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final int JOURNAL_THREADS = 4;
    private static final int ADMIN_THREADS = 4;
    private static final int ADMIN_WAITING_MAX = 64;
    private static final long IDLE_SECONDS_MAX = 60;

    private final ThreadPoolExecutor journal = pool("millrace-journal", JOURNAL_THREADS);
    private final ThreadPoolExecutor system = pool("millrace-system", 1);
    private final ThreadPoolExecutor admin =
            pool("millrace-admin", ADMIN_THREADS, new ArrayBlockingQueue<>(ADMIN_WAITING_MAX));
    private final ThreadPoolExecutor io;
    private final ThreadPoolExecutor logins;
    private final ScheduledThreadPoolExecutor timer;

    /** @param threads for reading from disk; a fourth as many, at least one, check logins */
    Workers(int threads) {
        this.io = pool("millrace-io", threads);
        this.logins = pool("millrace-login", Math.max(1, threads / 4));
        this.timer = new ScheduledThreadPoolExecutor(1, named("millrace-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Writes and flushes logs. */
    Executor journal() {
        return journal;
    }

    /** The one thread that owns the system log. */
    Executor system() {
        return system;
    }

    /** Reads and writes segments. */
    Executor io() {
        return io;
    }

    /** Carries out requests to the management interface; refuses when too many wait. */
    Executor admin() {
        return admin;
    }

    /** Hashes passwords. */
    Executor logins() {
        return logins;
    }

    /** Runs short tasks later, on a thread of its own. */
    Timer timer() {
        return (nanos, task) -> {
            if (!timer.isShutdown()) {
                var unused = timer.schedule(guarded(task), nanos, TimeUnit.NANOSECONDS);
            }
        };
    }

    /** Runs a task again and again until the workers close, on a thread for reading from disk; it says after how long. */
    void again(LongSupplier task, long firstMillis) {
        timer().after(
                        TimeUnit.MILLISECONDS.toNanos(firstMillis),
                        () -> io.execute(guarded(() -> {
                            long next = task.getAsLong();
                            again(task, next);
                        })));
    }

    /** Runs a task with that pause between two runs until the workers close, on a thread for reading from disk. */
    void every(Duration pause, Runnable task) {
        Runnable guarded = guarded(task);
        long millis = pause.toMillis();
        var unused = timer.scheduleWithFixedDelay(() -> io.execute(guarded), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the threads once they have done what they have. Does not block. */
    @Override
    public void close() {
        timer.shutdown();
        for (ExecutorService each : new ExecutorService[] {admin, logins, io, system, journal}) {
            // Not shutdownNow: that would interrupt threads at their files.
            each.shutdown();
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RejectedExecutionException ended) {
                log.debug("a task came too late, what it is for has ended", ended);
            } catch (RuntimeException | Error defect) {
                log.error("a defect in a background task", defect);
            }
        };
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        return pool(name, threads, new LinkedBlockingQueue<>());
    }

    private static ThreadPoolExecutor pool(String name, int threads, BlockingQueue<Runnable> waiting) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, IDLE_SECONDS_MAX, TimeUnit.SECONDS, waiting, named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
